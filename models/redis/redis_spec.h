// What can be said of a Redis that holds data of its own: one machine, one with replicas and
// sentinels, or a cluster.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "models/abilities.h"
#include "models/data/fencing_spec.h"
#include "models/instance_difference.h"
#include "models/prices/instance_price.h"
#include "models/roles.h"
#include "models/spec/declaration/spec.h"
#include "models/times.h"

namespace models {

enum class KeyPlacement { slots, modulo };
constexpr auto names_of(KeyPlacement) {
    return std::array{
        spec::Word{"slots", KeyPlacement::slots,
                   "Redis Cluster: CRC16 of the key in 16384 slots, which are moved one by one."},
        spec::Word{"modulo", KeyPlacement::modulo,
                   "Kafka: murmur2 of the key modulo the number of masters (partitions)."}};
}

enum class ReadFrom { master, replica };
constexpr auto names_of(ReadFrom) {
    return std::array{
        spec::Word{"master", ReadFrom::master, "Only the master answers."},
        spec::Word{"replica", ReadFrom::replica, "A replica that is up, else the master."}};
}

struct Resharding {
    static constexpr std::string_view type_name = "resharding";
    static constexpr std::string_view doc =
        "Resharding: masters are added, and slots with their keys move to them.";
    sim::Duration at{};
    std::uint32_t masters = 4;
    double slots_per_second = 100;
    sim::Duration migrate_time{};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("at", &Resharding::at, at_least(sim::Duration::zero()),
                     "When it begins, from the start of the run."),
            required("masters", &Resharding::masters, at_least(2u), at_most(1000u),
                     "Number of masters after the resharding."),
            param("slots_per_second", &Resharding::slots_per_second, at_least(0.001), at_most(1e6),
                  "Rate of the migration: slots moved a second, one after another."),
            param("migrate_time", &Resharding::migrate_time, at_least(sim::Duration::zero()),
                  "Time of the thread to migrate a key, at its old master and at its new one "
                  "(MIGRATE).")};
    }
};

struct RedisSpec {
    static constexpr std::string_view kind = "redis";
    static constexpr std::string_view doc =
        "A Redis as a data store: a single master, one with replicas and Sentinel, or a cluster.";
    std::uint32_t masters = 1;
    std::uint32_t replicas = 0;
    InstanceDifferences instances;
    std::uint32_t threads = 1;
    sim::Duration command_time = std::chrono::microseconds(20);
    KeyPlacement placement = KeyPlacement::slots;
    std::string key_prefix = "key:";
    std::uint64_t preload = 0;
    ReadFrom read_from = ReadFrom::master;
    Times replication_delay;
    bool appendonly = false;
    std::uint32_t sentinels = 3;
    std::uint32_t quorum = 2;
    sim::Duration down_after = std::chrono::seconds(30);
    sim::Duration failover_timeout = std::chrono::minutes(3);
    sim::Duration cluster_node_timeout = std::chrono::seconds(15);
    bool cluster_require_full_coverage = true;
    std::optional<Resharding> resharding;
    bool fencing_tokens = false;
    sim::Bytes item_size{1024};
    std::optional<sim::Bytes> maxmemory;
    std::optional<sim::Bytes> memory;
    sim::Duration restart_time = std::chrono::seconds(10);
    InstancePrice price{};

    // Whether it is of any consequence how many keys there are.
    bool counts_keys() const { return maxmemory || memory; }

    std::uint32_t masters_ever() const {
        return std::max(masters, resharding ? resharding->masters : 0);
    }
    // Its masters watch each other; a single one is watched by sentinels.
    bool is_cluster() const { return masters_ever() > 1; }
    std::uint32_t instance_count() const { return masters_ever() * (1 + replicas); }
    bool talks_among_itself() const { return instance_count() > 1; }
    Abilities suffers() const;
    std::vector<std::string> roles() const;

    std::vector<std::string> endpoint_names() const { return {}; }

    static constexpr auto params() {
        using namespace spec;
        using Spec = RedisSpec;
        return std::tuple{
            param("masters", &Spec::masters, at_least(1u), at_most(1000u),
                  "Machines that take writes, each with a part of the keys."),
            param("replicas", &Spec::replicas, at_most(10u), "Number of replicas of each master."),
            instances_param(&Spec::instances),
            param("threads", &Spec::threads, at_least(1u), at_most(64u),
                  "Commands each machine works on at a time."),
            param("command_time", &Spec::command_time, at_least(sim::Duration::zero()),
                  "Time of a machine's single thread for one command."),
            param("placement", &Spec::placement,
                  "How keys are assigned to masters: by hash slot, or the hash modulo the number "
                  "of masters."),
            param("key_prefix", &Spec::key_prefix,
                  "Prefix before an item's number in its key, as \"user:\"; a part in braces is a "
                  "hash tag."),
            param("preload", &Spec::preload, at_most(std::uint64_t{20000000}),
                  "Items stored when the run begins, from item 0."),
            param("read_from", &Spec::read_from,
                  "Whether the primary or the replicas answer reads. Reads from replicas may be "
                  "stale by the replication lag."),
            param("replication_delay", &Spec::replication_delay,
                  "Delay from a write at the master until it is sent to a replica, in order; the "
                  "network comes on top. Writes not yet sent are lost when the master crashes."),
            param("appendonly", &Spec::appendonly,
                  "Append-only file (AOF): whether a master that restarts still has its data. "
                  "Without it a master that restarts before a failover is empty, and empties its "
                  "replicas, too."),
            param("sentinels", &Spec::sentinels, at_most(101u),
                  "Number of Sentinels that watch a single master and its replicas. With 0 there "
                  "is no failover. A cluster's nodes watch each other and need no Sentinels."),
            param("quorum", &Spec::quorum, at_least(1u),
                  "Sentinels that must agree that the master is down, before more than half of "
                  "them all elect who promotes a replica."),
            param("down_after", &Spec::down_after, above(sim::Duration::zero()),
                  "How long the master may leave a Sentinel without an answer before that one "
                  "holds it to be down (down-after-milliseconds)."),
            param("failover_timeout", &Spec::failover_timeout, above(sim::Duration::zero()),
                  "A failover that takes longer is given up; the next is tried after twice as long "
                  "(failover-timeout)."),
            param("cluster_node_timeout", &Spec::cluster_node_timeout, above(sim::Duration::zero()),
                  "How long a cluster's node may leave another without an answer before that one "
                  "suspects it (PFAIL); it has failed when more than half of the masters agree "
                  "(cluster-node-timeout)."),
            param("cluster_require_full_coverage", &Spec::cluster_require_full_coverage,
                  "Whether a cluster refuses all requests while any slot has no master "
                  "(cluster-require-full-coverage)."),
            param("resharding", &Spec::resharding,
                  "Resharding during the run: masters are added and slots move to them. Without it "
                  "the slots stay where they are."),
            fencing_param(&Spec::fencing_tokens),
            param("item_size", &Spec::item_size, above(sim::Bytes{0}),
                  "Memory of an item: its key, its value and what Redis needs to keep them."),
            param("maxmemory", &Spec::maxmemory, above(sim::Bytes{0}),
                  "Memory of items beyond which a machine refuses writes, while reads go on "
                  "(maxmemory with the policy noeviction; one that evicts is a node of kind "
                  "cache). Without it there is no such limit."),
            param("memory", &Spec::memory, above(sim::Bytes{0}),
                  "Memory of the container: a process whose items take more is killed (OOMKilled) "
                  "and started again. Without it there is no such limit."),
            param("restart_time", &Spec::restart_time, at_least(sim::Duration::zero()),
                  "Time from an OOM kill until the process serves again."),
            param("price", &Spec::price,
                  "Price of each machine by time, or its size in `prices.sizes`. Without it, that "
                  "of `instance_hours`.")};
    }
    static constexpr auto gone() {
        return std::array{spec::Gone{
            "access_time",
            "it is the network's: give half of it, one way, as \"latency\" to the node that calls "
            "it, or place it in a \"network\""}};
    }
    void check(spec::Check& check) const {
        check_members(check, instances, instance_count());
        check.that(is_cluster() || sentinels == 0 || quorum <= sentinels, "quorum",
                   "more than there are sentinels", "no failover would ever begin");
        check.that(!resharding || !counts_keys(), maxmemory ? "maxmemory" : "memory",
                   "what resharding moves is not counted",
                   "leave out the limit, or \"resharding\"");
        check.that(!resharding || resharding->masters > masters, "resharding",
                   "there are as many masters already", "give more masters");
    }
};

}  // namespace models
