// What can be said of a cluster of Kafka brokers and its topics.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/abilities.h"
#include "models/log_broker/broker_disk.h"
#include "models/log_broker/broker_memory.h"
#include "models/prices/instance_price.h"
#include "models/spec/declaration/spec.h"

namespace models {

// As `kafka-topics --alter --partitions` does.
struct AlterSpec {
    static constexpr std::string_view name = "alter";
    static constexpr std::string_view doc = "A topic gets more partitions while it is in use.";
    sim::Duration at{};
    std::uint32_t partitions = 1;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("at", &AlterSpec::at, at_least(sim::Duration::zero()), "When, in the run."),
            required("partitions", &AlterSpec::partitions, between(1u, 100000u),
                     "Partitions from then on.")};
    }
};

struct TopicSpec {
    static constexpr std::string_view name = "topic";
    static constexpr std::string_view doc =
        "A topic: partitions, each a log that its replicas copy from their leader.";
    std::uint32_t partitions = 1;
    std::uint32_t replication_factor = 3;
    std::uint32_t min_insync_replicas = 1;
    bool unclean_leader_election = false;
    sim::Duration retention = std::chrono::hours(168);
    std::optional<sim::Bytes> retention_bytes;
    sim::Bytes segment_bytes{std::uint64_t{1} << 30U};
    sim::Duration segment_time = std::chrono::hours(168);
    std::vector<AlterSpec> alter;

    std::uint32_t partitions_at_last() const {
        return alter.empty() ? partitions : alter.back().partitions;
    }
    static constexpr auto params() {
        using namespace spec;
        constexpr sim::Bytes kMost{std::uint64_t{1} << 60U};
        return std::tuple{
            param("partitions", &TopicSpec::partitions, between(1u, 100000u),
                  "Partitions. Order is kept within one, and a consumer group reads each with one "
                  "member."),
            param("replication_factor", &TopicSpec::replication_factor, between(1u, 64u),
                  "Replicas of each partition, each on another broker."),
            param("min_insync_replicas", &TopicSpec::min_insync_replicas, between(1u, 64u),
                  "In-sync replicas without which a record with acks of all is refused "
                  "(min.insync.replicas)."),
            param("unclean_leader_election", &TopicSpec::unclean_leader_election,
                  "Whether a replica that is not in sync becomes the leader when no other is "
                  "there. The partition can then be written sooner, and what that replica had not "
                  "copied is lost."),
            param("retention", &TopicSpec::retention, above(sim::Duration::zero()),
                  "How long records are kept, read or not (retention.ms). Whole segments go."),
            param("retention_bytes", &TopicSpec::retention_bytes, above(sim::Bytes{0}),
                  at_most(kMost),
                  "Bytes of a partition beyond which its oldest segments go (retention.bytes). "
                  "Without it there is no such limit."),
            param("segment_bytes", &TopicSpec::segment_bytes, above(sim::Bytes{0}), at_most(kMost),
                  "Size at which a segment is closed (segment.bytes)."),
            param("segment_time", &TopicSpec::segment_time, above(sim::Duration::zero()),
                  "Age at which a segment is closed (segment.ms)."),
            param("alter", &TopicSpec::alter,
                  "Times at which it gets more partitions (kafka-topics --alter). Producers and "
                  "consumer groups learn of them within the brokers' `metadata_max_age`; from then "
                  "on a key may belong to another partition than before.")};
    }
    void check(spec::Check& check) const {
        check.that(min_insync_replicas <= replication_factor, "min_insync_replicas",
                   "more in-sync replicas than there are replicas: nothing could be published",
                   "with a replication_factor of 3, 2 is usual");
        std::uint32_t most = partitions;
        sim::Duration latest{};
        for (const AlterSpec& each : alter) {
            check.that(each.partitions > most, "alter",
                       "a topic can only get more partitions: " + std::to_string(each.partitions) +
                           " after " + std::to_string(most),
                       "name how many there are from then on, of the earliest change first");
            check.that(each.at >= latest, "alter", "a change that comes before the one before it",
                       "write the earliest first");
            most = each.partitions;
            latest = each.at;
        }
    }
};

struct KafkaSpec {
    static constexpr std::string_view kind = "kafka";
    static constexpr std::string_view doc =
        "A log broker (Apache Kafka): topics of partitions, each a log that brokers replicate from "
        "a leader that a controller names. Steps of servers publish to it (`publish`), and "
        "consumer groups read it.";
    std::uint32_t brokers = 3;
    spec::Named<TopicSpec> topics;
    std::uint32_t controllers = 0;
    std::uint32_t cores = 4;
    sim::Duration request_time = std::chrono::microseconds(100);
    sim::Duration record_time = std::chrono::microseconds(1);
    sim::Bytes replica_fetch_bytes{std::uint64_t{1} << 20U};
    sim::Duration replica_lag_time = std::chrono::seconds(30);
    sim::Duration broker_heartbeat_interval = std::chrono::seconds(2);
    sim::Duration broker_session_timeout = std::chrono::seconds(9);
    sim::Duration election_timeout = std::chrono::seconds(1);
    sim::Duration leader_rebalance_interval = std::chrono::minutes(5);
    sim::Duration retention_check_interval = std::chrono::minutes(5);
    sim::Duration metadata_max_age = std::chrono::minutes(5);
    std::optional<BrokerDiskSpec> disk;
    std::optional<BrokerMemorySpec> memory;
    InstancePrice price{};

    std::uint32_t instance_count() const { return brokers; }
    std::uint32_t voters() const { return controllers > 0 ? controllers : std::min(brokers, 3u); }
    Abilities suffers() const;
    std::vector<std::string> endpoint_names() const {
        std::vector<std::string> names;
        for (const auto& each : topics.entries) names.push_back(each.first);
        return names;
    }
    void check(spec::Check& check) const;

    static constexpr auto params() {
        using namespace spec;
        using Spec = KafkaSpec;
        constexpr auto none = at_least(sim::Duration::zero());
        constexpr sim::Duration kLeast = std::chrono::milliseconds(1);
        return std::tuple{
            param("brokers", &Spec::brokers, between(1u, 1000u), "Brokers."),
            required("topics", &Spec::topics, not_empty(), "Topics, by name."),
            param("controllers", &Spec::controllers, at_most(101u),
                  "How many of the brokers, the first ones, vote on what the controller says "
                  "(KRaft). With 0 (the default) three, or all if there are fewer."),
            param("cores", &Spec::cores, between(1u, 1024u), "Cores of each broker."),
            param(
                "request_time", &Spec::request_time, none,
                "Core time of a broker for a request: of a producer, a follower, a consumer, or a "
                "member to its group's coordinator. The default is an assumption, not a "
                "measurement."),
            param("record_time", &Spec::record_time, none,
                  "Core time of a leader for each record that is published, and for each "
                  "partition's offset that is committed, which is a record, too. The default is an "
                  "assumption."),
            param("replica_fetch_bytes", &Spec::replica_fetch_bytes, above(sim::Bytes{0}),
                  at_most(sim::Bytes{std::uint64_t{1} << 40U}),
                  "Most bytes of a partition that a follower gets at a time "
                  "(replica.fetch.max.bytes)."),
            param("replica_lag_time", &Spec::replica_lag_time, at_least(kLeast),
                  "How long a follower may lag before it is not in sync "
                  "(replica.lag.time.max.ms)."),
            param("broker_heartbeat_interval", &Spec::broker_heartbeat_interval, at_least(kLeast),
                  "Interval between two heartbeats of a broker to the controller."),
            param("broker_session_timeout", &Spec::broker_session_timeout, at_least(kLeast),
                  "How long the controller hears nothing of a broker before it takes its "
                  "partitions away (broker.session.timeout.ms)."),
            param("election_timeout", &Spec::election_timeout, at_least(kLeast),
                  "How long a controller hears nothing of the active one before it stands for "
                  "election, randomized up to twice this."),
            param(
                "leader_rebalance_interval", &Spec::leader_rebalance_interval, at_least(kLeast),
                "Interval at which partitions are led again by their first replica, where that is "
                "in sync (auto.leader.rebalance.enable, "
                "leader.imbalance.check.interval.seconds)."),
            param("retention_check_interval", &Spec::retention_check_interval, at_least(kLeast),
                  "Interval at which brokers look for segments to delete."),
            param("metadata_max_age", &Spec::metadata_max_age, at_least(kLeast),
                  "Interval at which producers and members of consumer groups ask which partitions "
                  "there are, of topics that get more (their metadata.max.age.ms)."),
            param("disk", &Spec::disk,
                  "Disk of each broker, with the page cache in front of it. Without it (the "
                  "default) logs have no end, and to write and to read them takes no time. A "
                  "broker with one that was down first recovers its logs: it reads the last "
                  "segment of each again."),
            param("memory", &Spec::memory,
                  "Memory of each broker's container. What heap and native memory leave of it is "
                  "its page cache, if that is less than disk.page_cache. Without it (the default) "
                  "batches under way take none."),
            param("price", &Spec::price,
                  "Price of each broker by time, or its size in `prices.sizes`. Without it, that "
                  "of `instance_hours`.")};
    }
};

}  // namespace models
