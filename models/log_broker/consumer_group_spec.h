// What can be said of a consumer group.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/log_broker/assignors.h"
#include "models/log_broker/group_breaker.h"
#include "models/spec/declaration/spec.h"

namespace models {

// When a member says how far it has got: what a crash before or after that moment does follows.
enum class CommitWhen : std::uint8_t { before, after, each, interval };
constexpr auto names_of(CommitWhen) {
    return std::array{
        spec::Word{"before", CommitWhen::before,
                   "As soon as it has records, before it handles them: at most once. What a crash "
                   "leaves is lost."},
        spec::Word{"after", CommitWhen::after,
                   "When all records of a poll are handled: at least once. What a crash leaves is "
                   "handled again."},
        spec::Word{"each", CommitWhen::each,
                   "After each record, before the next: at least once, too, and a crash leaves one "
                   "to be handled again."},
        spec::Word{"interval", CommitWhen::interval,
                   "At a poll, when commit_interval is over (enable.auto.commit): at least once."}};
}

enum class OffsetReset : std::uint8_t { earliest, latest };
constexpr auto names_of(OffsetReset) {
    return std::array{spec::Word{"earliest", OffsetReset::earliest, "With the oldest there is."},
                      spec::Word{"latest", OffsetReset::latest, "With what is published next."}};
}

enum class IsolationLevel : std::uint8_t { read_uncommitted, read_committed };
constexpr auto names_of(IsolationLevel) {
    return std::array{
        spec::Word{"read_uncommitted", IsolationLevel::read_uncommitted,
                   "All records, those of transactions that are aborted later, too."},
        spec::Word{"read_committed", IsolationLevel::read_committed,
                   "As far as no transaction is under way (the last stable offset), without "
                   "records of those that were aborted."}};
}

enum class ProcessingGuarantee : std::uint8_t { at_least_once, exactly_once_v2 };
constexpr auto names_of(ProcessingGuarantee) {
    return std::array{
        spec::Word{"at_least_once", ProcessingGuarantee::at_least_once,
                   "Offsets are committed by themselves, when `commit` says."},
        spec::Word{
            "exactly_once_v2", ProcessingGuarantee::exactly_once_v2,
            "Each member is a transactional producer: offsets, and what its process "
            "publishes to the same brokers while it handles their records, are committed in "
            "one transaction, when `commit` says. What a crash leaves is aborted and handled "
            "again; what the handler does anywhere else may happen twice."}};
}

// As `kafka-consumer-groups --reset-offsets` does: of a group that has no members at that moment.
struct OffsetResetSpec {
    static constexpr std::string_view name = "reset_offsets";
    static constexpr std::string_view doc =
        "A reset of the offsets of a consumer group: its members are stopped, it is written down "
        "where they go on, and they are started again.";
    sim::Duration at{};
    OffsetReset to = OffsetReset::earliest;
    std::optional<sim::Duration> by_duration;
    static constexpr auto params() {
        using namespace spec;
        using Spec = OffsetResetSpec;
        return std::tuple{
            required("at", &Spec::at, at_least(sim::Duration::zero()), "When, in the run."),
            param("to", &Spec::to, "Where each partition is read on."),
            param("by_duration", &Spec::by_duration, above(sim::Duration::zero()),
                  "Instead of `to`: with the first record that is no older than this. Without it "
                  "`to` "
                  "says where.")};
    }
};

struct ConsumerGroupSpec {
    static constexpr std::string_view kind = "consumer_group";
    static constexpr std::string_view doc =
        "A consumer group of a log broker: each instance of a server is a member, which reads its "
        "share of the partitions and has one record after the other handled by an endpoint there.";
    std::vector<spec::ConsumeRef> topics;
    spec::CallRef handler;
    spec::Named<std::vector<std::string>> subscriptions;
    Assignor assignor = Assignor::range;
    std::uint32_t members_per_instance = 1;
    CommitWhen commit = CommitWhen::interval;
    sim::Duration commit_interval = std::chrono::seconds(5);
    OffsetReset auto_offset_reset = OffsetReset::earliest;
    std::uint32_t max_poll_records = 500;
    sim::Duration max_poll_interval = std::chrono::minutes(5);
    sim::Duration session_timeout = std::chrono::seconds(45);
    sim::Duration heartbeat_interval = std::chrono::seconds(3);
    sim::Duration initial_rebalance_delay = std::chrono::seconds(3);
    sim::Bytes fetch_bytes{std::uint64_t{1} << 20U};
    sim::Duration request_timeout = std::chrono::seconds(30);
    std::optional<std::uint32_t> retries;
    sim::Duration retry_backoff = std::chrono::seconds(1);
    double backoff_multiplier = 1;
    std::optional<spec::PublishRef> dead_letter;
    std::optional<GroupBreakerSpec> circuit_breaker;
    ProcessingGuarantee processing_guarantee = ProcessingGuarantee::at_least_once;
    std::optional<IsolationLevel> isolation_level;
    std::optional<sim::Duration> transaction_timeout;
    sim::Duration starts_at{};
    std::vector<OffsetResetSpec> reset_offsets;

    bool is_transactional() const {
        return processing_guarantee == ProcessingGuarantee::exactly_once_v2;
    }
    bool reads_committed() const {
        return isolation_level ? *isolation_level == IsolationLevel::read_committed
                               : is_transactional();
    }
    // As Kafka Streams has it.
    sim::Duration times_out_after() const {
        return transaction_timeout.value_or(std::chrono::seconds(10));
    }
    void check(spec::Check& check) const;
    void check_subscriptions(spec::Check& check) const;

    static constexpr auto params() {
        using namespace spec;
        using Spec = ConsumerGroupSpec;
        constexpr sim::Duration kLeast = std::chrono::milliseconds(1);
        return std::tuple{
            required("topics", &Spec::topics, not_empty(),
                     "Topics that it reads, each as \"node.topic\", all of one broker node."),
            required("handler", &Spec::handler,
                     "The server whose instances are the members, and its endpoint that handles a "
                     "record: \"node.endpoint\"."),
            param(
                "subscriptions", &Spec::subscriptions,
                "Of single instances, by number from 0 or range of numbers, the topics that "
                "their members read: {\"0\": [\"orders\"], \"1-3\": [\"orders\", \"bills\"]}. All "
                "others read all `topics`."),
            param("assignor", &Spec::assignor,
                  "How partitions are shared out (partition.assignment.strategy)."),
            param("members_per_instance", &Spec::members_per_instance, between(1u, 1000u),
                  "Members in each instance; each handles one record at a time."),
            param("commit", &Spec::commit, "When offsets are committed."),
            param("commit_interval", &Spec::commit_interval, at_least(kLeast),
                  "With `interval`: how often (auto.commit.interval.ms)."),
            param("auto_offset_reset", &Spec::auto_offset_reset,
                  "Where a partition is begun of which nothing is committed, or which is not kept "
                  "any more that far back. Kafka's own default is `latest`: what is published "
                  "before a group's first assignment is then never read."),
            param("max_poll_records", &Spec::max_poll_records, between(1u, 1000000u),
                  "Most records of a poll (max.poll.records)."),
            param("max_poll_interval", &Spec::max_poll_interval, at_least(kLeast),
                  "How long a member may handle the records of a poll before it leaves the group "
                  "(max.poll.interval.ms), and how long a rebalance waits for members."),
            param("session_timeout", &Spec::session_timeout, at_least(kLeast),
                  "How long nothing is heard of a member before it is a member no more "
                  "(session.timeout.ms)."),
            param("heartbeat_interval", &Spec::heartbeat_interval, at_least(kLeast),
                  "Interval between two heartbeats, by which members hear of a rebalance "
                  "(heartbeat.interval.ms)."),
            param("initial_rebalance_delay", &Spec::initial_rebalance_delay,
                  at_least(sim::Duration::zero()),
                  "How long an empty group waits for more members "
                  "(group.initial.rebalance.delay.ms)."),
            param("fetch_bytes", &Spec::fetch_bytes, above(sim::Bytes{0}),
                  at_most(sim::Bytes{std::uint64_t{1} << 40U}),
                  "Most bytes of a partition that a member gets at a time "
                  "(max.partition.fetch.bytes). It asks for more when these are handled."),
            param("request_timeout", &Spec::request_timeout, at_least(kLeast),
                  "How long a member waits for a broker's answer before it asks again "
                  "(request.timeout.ms)."),
            param("retries", &Spec::retries, at_most(1000000u),
                  "How often a record is tried again whose handler fails, before it goes to "
                  "`dead_letter` or is skipped. Without it, for ever: nothing behind it in its "
                  "partition is handled meanwhile."),
            param("retry_backoff", &Spec::retry_backoff, at_least(sim::Duration::zero()),
                  "How long it waits before it tries again."),
            param("backoff_multiplier", &Spec::backoff_multiplier, between(1.0, 100.0),
                  "By how much the next wait of a record is longer than the last."),
            param("dead_letter", &Spec::dead_letter,
                  "Topic for records that could not be handled: \"node.topic\". Without it they "
                  "are skipped."),
            param("circuit_breaker", &Spec::circuit_breaker,
                  "Pauses the members while too many attempts to handle a record fail: they keep "
                  "their partitions and take no records. Without it they go on trying."),
            param(
                "processing_guarantee", &Spec::processing_guarantee,
                "What a crash leaves of what the handler publishes (processing.guarantee of Kafka "
                "Streams)."),
            param("isolation_level", &Spec::isolation_level,
                  "Which records it reads (isolation.level). Without it `read_uncommitted`, and "
                  "with exactly_once_v2 `read_committed`."),
            param("transaction_timeout", &Spec::transaction_timeout, at_least(kLeast),
                  "With exactly_once_v2: how long a transaction may be under way before its "
                  "coordinator aborts it (transaction.timeout.ms), of which it takes a look every "
                  "ten seconds. Without it 10 s."),
            param("starts_at", &Spec::starts_at, at_least(sim::Duration::zero()),
                  "When the group is there for the first time, in the run."),
            param("reset_offsets", &Spec::reset_offsets,
                  "Times at which its offsets are reset, to read records again or to leave some "
                  "out (kafka-consumer-groups --reset-offsets).")};
    }
};

}  // namespace models
