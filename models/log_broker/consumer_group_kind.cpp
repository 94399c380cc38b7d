#include "models/log_broker/consumer_group.h"
#include "models/nodes.h"

namespace models {

namespace {

struct ConsumerGroupKind {
    using Node = ConsumerGroup;
    static constexpr Role role = Role::reads;
    static constexpr auto edges = std::array{
        edge("topics", Passes::own, "Fetches of the members."),
        edge("handler", Passes::to_instances, "Records, each to the instance whose member has it."),
        edge("dead_letter", Passes::own, "Records that could not be handled.")};
    static constexpr auto figures = std::array{
        figure("handled", Unit::count, Merge::sum,
               "Records of the measured time that were handled, once each."),
        figure("handled_again", Unit::count, Merge::sum,
               "Times that a record was handled that had been before."),
        figure("failed_attempts", Unit::count, Merge::sum, "Attempts to handle one that failed."),
        figure("skipped", Unit::count, Merge::sum,
               "Records given up after all retries, and put nowhere."),
        figure("dead_lettered", Unit::count, Merge::sum,
               "Records given up after all retries, and published to the dead letter topic."),
        figure("aborted", Unit::count, Merge::sum,
               "Records that it passed over, as their transaction was aborted."),
        figure("missed", Unit::count, Merge::sum,
               "Records that the committed offset is beyond, and that were never handled: their "
               "member died after it had committed."),
        figure("unread", Unit::count, Merge::sum,
               "Records still there at the end, neither handled nor committed."),
        figure("expired_unread", Unit::count, Merge::sum,
               "Records that retention deleted before they were handled."),
        figure("age", Unit::seconds, Merge::distribution,
               "From when a record was published until it was handled."),
        figure("out_of_order", Unit::count, Merge::sum,
               "Records that were handled after one that had been published later."),
        figure("out_of_order_in_partition", Unit::count, Merge::sum,
               "Those of them that were in the same partition: redelivered, or published again."),
        figure("lag", Unit::count, Merge::over_time,
               "Records beyond what is committed, of all partitions (consumer lag)."),
        figure("lag_peak", Unit::count, Merge::peak, "The highest lag that was sampled."),
        figure("members", Unit::count, Merge::last, "Members at the end."),
        figure("idle_members", Unit::count, Merge::last, "Members at the end without a partition."),
        figure("rebalances", Unit::count, Merge::sum, "Rebalances that were carried through."),
        figure("rebalance_time", Unit::seconds, Merge::distribution,
               "From the first join or departure until all partitions are assigned."),
        figure("pause", Unit::seconds, Merge::distribution,
               "How long a member that had let go of all its partitions read nothing."),
        figure("sessions_expired", Unit::count, Merge::sum,
               "Members that were not heard of for session_timeout."),
        figure("poll_timeouts", Unit::count, Merge::sum,
               "Members that left as they had not polled for max_poll_interval."),
        figure("commits", Unit::count, Merge::sum, "Commits of offsets."),
        figure("failed_commits", Unit::count, Merge::sum,
               "Commits refused, as their member was no member any more."),
        figure("breaker_opened", Unit::count, Merge::sum,
               "Times that its circuit breaker opened, and members were paused.")};
    static constexpr auto resources = std::array{consumers_row("members_per_instance")};
    static constexpr None usages{"They run in a service."};
    static constexpr auto external_metrics = std::array<std::string_view, 2>{"lag", "members"};
    static constexpr None instances{"Its members are parts of the handler's instances."};
    static std::vector<NumberedInstances> numbered(const ConsumerGroup::Spec& spec) {
        std::vector<NumberedInstances> all;
        for (const auto& [text, topics] : spec.subscriptions) {
            const std::optional<InstanceNumbers> numbers = instance_numbers(text);
            if (!numbers) continue;
            all.push_back({spec::pointer_to("/subscriptions", std::string_view(text)), *numbers});
        }
        return all;
    }
    static Capacity capacity(const ConsumerGroup::Spec&) {
        return no_capacity("what a consumer group has handled is no call: its load is left out.");
    }
};

}  // namespace

const NodeKind& consumer_group_kind() {
    static const NodeKind kind = node_kind<ConsumerGroupKind>();
    return kind;
}

}  // namespace models
