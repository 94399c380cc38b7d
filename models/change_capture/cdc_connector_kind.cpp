#include "models/change_capture/cdc_connector.h"
#include "models/nodes.h"

namespace models {

namespace {

struct CdcConnectorKind {
    using Node = CdcConnector;
    static constexpr Role role = Role::reads | Role::relays;
    static constexpr auto edges =
        std::array{edge("database", Passes::own, "Reads of its log."),
                   edge("topic", Passes::own, "A record for each change."),
                   edge("runs_in", Passes::nothing, "Its task runs in a process of that server.")};
    static constexpr auto figures = std::array{
        figure("changes", Unit::count, Merge::sum,
               "Changes of what it captures that were committed."),
        figure("starts", Unit::count, Merge::sum,
               "Times that the task began, in the measured time: with the first worker, and again "
               "when that had died."),
        figure("published", Unit::count, Merge::sum,
               "Records that were acknowledged, those published again included."),
        figure("published_again", Unit::count, Merge::sum,
               "Records of changes that had been published before, as the task had died before it "
               "committed how far it had got."),
        figure("failed_to_publish", Unit::count, Merge::sum,
               "Records that were not acknowledged, and are tried again."),
        figure("backlog", Unit::count, Merge::over_time,
               "Changes that are committed and were never published."),
        figure("unsent", Unit::count, Merge::last, "Those of them at the end."),
        figure("age", Unit::seconds, Merge::distribution,
               "From the commit of a change until its record was acknowledged for the first time."),
        figure("log_kept", Unit::bytes, Merge::over_time,
               "Log that the database keeps for its replication slot: from the offset that was "
               "committed last."),
        figure("log_kept_peak", Unit::bytes, Merge::peak, "Most of it at a time.")};
    static constexpr None resources{"It waits for the database, for brokers and for its process."};
    static constexpr None usages{"Its machine is not said."};
    static constexpr None instances{"Its task runs in the instances of another server."};
    static Relays relays(const CdcConnector::Spec& spec) {
        return {.only_items = spec.captures == CapturedRows::items};
    }
    static Capacity capacity(const CdcConnector::Spec&) {
        return no_capacity(
            "what a connector reads of a log is no call of a user: its load is left "
            "out.");
    }
};

}  // namespace

const NodeKind& cdc_connector_kind() {
    static const NodeKind kind = node_kind<CdcConnectorKind>();
    return kind;
}

}  // namespace models
