#include "models/change_capture/outbox_relay.h"
#include "models/nodes.h"

namespace models {

namespace {

struct OutboxRelayKind {
    using Node = OutboxRelay;
    static constexpr Role role = Role::reads | Role::relays;
    static constexpr auto edges =
        std::array{edge("database", Passes::own, "Polls, and updates that mark rows as sent."),
                   edge("topic", Passes::own, "A record for each row."),
                   edge("runs_in", Passes::nothing, "Its processes are those of that server.")};
    static constexpr auto figures = std::array{
        figure("rows", Unit::count, Merge::sum, "Rows of the outbox that were committed."),
        figure("polls", Unit::count, Merge::sum, "Polls that began."),
        figure("empty_polls", Unit::count, Merge::sum, "Polls that found no rows."),
        figure("published", Unit::count, Merge::sum,
               "Records that were acknowledged, those published again included."),
        figure("published_again", Unit::count, Merge::sum,
               "Records of rows that had been published before: another relay had them, or a "
               "process died before it had marked them."),
        figure("failed_to_publish", Unit::count, Merge::sum,
               "Records that were not acknowledged. Their rows are published with a later poll."),
        figure("backlog", Unit::count, Merge::over_time,
               "Rows that are committed and not marked as sent."),
        figure("backlog_peak", Unit::count, Merge::peak, "Most of them at a time."),
        figure("unsent", Unit::count, Merge::last, "Those of them at the end."),
        figure("age", Unit::seconds, Merge::distribution,
               "From the commit of a row until its record was acknowledged for the first time.")};
    static constexpr None resources{"It waits for the database, for brokers and for its process."};
    static constexpr None usages{"It runs in a service."};
    static constexpr None instances{"It runs in the instances of another server."};
    static Relays relays(const OutboxRelay::Spec&) { return {.only_items = false}; }
    static Capacity capacity(const OutboxRelay::Spec&) {
        return no_capacity(
            "what an outbox's relay asks of the database is no call of a user: its "
            "load is left out.");
    }
};

}  // namespace

const NodeKind& outbox_relay_kind() {
    static const NodeKind kind = node_kind<OutboxRelayKind>();
    return kind;
}

}  // namespace models
