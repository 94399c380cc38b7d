#include "models/nodes.h"
#include "models/redis_streams/stream_consumers.h"

namespace models {

namespace {

struct StreamConsumersKind {
    using Node = redis_streams::StreamConsumers;
    static constexpr Role role = Role::reads;
    static constexpr auto edges =
        std::array{edge("stream", Passes::own, "Reads, claims and acknowledgements."),
                   edge("handler", Passes::to_instances,
                        "Entries, each to the instance whose consumer has it.")};
    static constexpr auto figures = std::array{
        figure("handled", Unit::count, Merge::sum, "Entries that were handled, once each."),
        figure("handled_again", Unit::count, Merge::sum,
               "Times that an entry was handled that had been before."),
        figure("failed_attempts", Unit::count, Merge::sum, "Attempts to handle one that failed."),
        figure("given_up", Unit::count, Merge::sum,
               "Entries that were delivered too often, and acknowledged without being handled."),
        figure("claimed", Unit::count, Merge::sum,
               "Entries that a consumer has claimed, as they were pending for long."),
        figure("missed", Unit::count, Merge::sum,
               "Entries that were delivered without acknowledgement (NOACK), and never handled."),
        figure("pending", Unit::count, Merge::sum,
               "Entries at the end that are delivered, and neither handled nor acknowledged."),
        figure("unread", Unit::count, Merge::sum,
               "Entries at the end that were delivered to nobody."),
        figure("trimmed_unhandled", Unit::count, Merge::sum,
               "Entries that MAXLEN took away before they were handled."),
        figure("lost_unhandled", Unit::count, Merge::sum,
               "Entries that a crash of the server took away before they were handled."),
        figure("lost_connections", Unit::count, Merge::sum,
               "Connections that the server has closed or refused."),
        figure("lag", Unit::count, Merge::over_time,
               "Entries that were delivered to nobody of the group yet (XINFO GROUPS)."),
        figure("age", Unit::seconds, Merge::distribution,
               "From when an entry was published until it was handled.")};
    static constexpr auto resources = std::array{consumers_row("consumers_per_instance")};
    static constexpr None usages{"They run in services."};
    static constexpr auto external_metrics = std::array<std::string_view, 2>{"lag", "pending"};
    static constexpr None instances{"They are parts of the handler's instances."};
    static Capacity capacity(const redis_streams::StreamConsumers::Spec&) {
        return no_capacity("what consumers have handled is no call: its load is left out.");
    }
};

}  // namespace

const NodeKind& redis_stream_consumers_kind() {
    static const NodeKind kind = node_kind<StreamConsumersKind>();
    return kind;
}

}  // namespace models
