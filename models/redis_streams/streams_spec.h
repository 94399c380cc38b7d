// What can be said of a Redis server with streams, and of the consumers of a group.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/abilities.h"
#include "models/prices/instance_price.h"
#include "models/redis_streams/stream.h"
#include "models/spec/declaration/spec.h"
#include "models/topics.h"

namespace models::redis_streams {

// What it takes of a step that publishes to it (models/topics.h).
struct StreamPublishing : RecordPublishing {
    static constexpr auto params() {
        using namespace spec;
        using Spec = StreamPublishing;
        return std::tuple{param("request_timeout", &Spec::request_timeout, "As the step says.")};
    }
};

struct StreamSpec {
    static constexpr std::string_view name = "redis_stream";
    static constexpr std::string_view doc =
        "A stream: entries in the order in which they were added, which stay until they are "
        "trimmed.";
    std::optional<std::uint64_t> maxlen;
    bool approximate = true;
    std::uint32_t node_max_entries = 100;
    sim::Bytes node_max_bytes{4096};

    TrimRule rule() const { return {maxlen, approximate, node_max_entries, node_max_bytes.count}; }
    static constexpr auto params() {
        using namespace spec;
        using Spec = StreamSpec;
        return std::tuple{
            param("maxlen", &Spec::maxlen, at_least(1u),
                  "Entries beyond which each XADD takes the oldest away, read or not (MAXLEN). "
                  "Without it the stream grows."),
            param("approximate", &Spec::approximate,
                  "Whether only whole macro nodes are taken away (MAXLEN ~): up to a node more "
                  "stay. Otherwise it is exact (MAXLEN =)."),
            param("node_max_entries", &Spec::node_max_entries, between(1u, 1000000u),
                  "Most entries of a macro node (stream-node-max-entries)."),
            param("node_max_bytes", &Spec::node_max_bytes, above(sim::Bytes{0}),
                  at_most(sim::Bytes{std::uint64_t{1} << 40U}),
                  "Size at which a macro node is full (stream-node-max-bytes).")};
    }
};

struct RedisStreamsSpec {
    static constexpr std::string_view kind = "redis_streams";
    static constexpr std::string_view doc =
        "Redis streams: a server that keeps entries in its memory and hands them to the consumers "
        "of groups, each once until it is acknowledged or claimed by another. Steps of servers add "
        "to it (`publish`), and `redis_stream_consumers` read.";
    spec::Named<StreamSpec> streams;
    sim::Duration command_time = std::chrono::microseconds(20);
    sim::Duration entry_time = std::chrono::microseconds(2);
    std::optional<sim::Bytes> maxmemory;
    bool appendonly = false;
    InstancePrice price{};

    std::uint32_t instance_count() const { return 1; }
    Abilities suffers() const;
    std::vector<std::string> stream_names() const {
        std::vector<std::string> names;
        for (const auto& each : streams.entries) names.push_back(each.first);
        return names;
    }
    static constexpr auto params() {
        using namespace spec;
        using Spec = RedisStreamsSpec;
        constexpr auto none = at_least(sim::Duration::zero());
        return std::tuple{
            required("streams", &Spec::streams, not_empty(), "Streams, by name."),
            param("command_time", &Spec::command_time, none,
                  "Time of the server's one thread for a command. The default is an assumption."),
            param("entry_time", &Spec::entry_time, none,
                  "Further time of it for each entry that a command returns. The default is an "
                  "assumption."),
            param("maxmemory", &Spec::maxmemory, above(sim::Bytes{0}),
                  at_most(sim::Bytes{std::uint64_t{1} << 50U}),
                  "Memory of macro nodes and pending entries beyond which XADD is refused "
                  "(maxmemory, noeviction). Without it there is no limit."),
            param("appendonly", &Spec::appendonly,
                  "Whether all is in an append-only file that is written with each command "
                  "(appendfsync always), and there again after a crash. Otherwise a crash takes "
                  "all."),
            param("price", &Spec::price,
                  "Price of the server by time, or its size in `prices.sizes`. Without it, that of "
                  "`instance_hours`.")};
    }
};

struct StreamConsumersSpec {
    static constexpr std::string_view kind = "redis_stream_consumers";
    static constexpr std::string_view doc =
        "A consumer group of a Redis stream: each instance of a server has consumers, which read "
        "entries, have one after the other handled by an endpoint there, and acknowledge it.";
    spec::TakeRef stream;
    spec::CallRef handler;
    std::uint32_t consumers_per_instance = 1;
    std::uint32_t count = 10;
    sim::Duration block = std::chrono::seconds(2);
    bool noack = false;
    sim::Duration min_idle_time = std::chrono::seconds(60);
    sim::Duration claim_interval = std::chrono::seconds(10);
    bool reads_pending = true;
    std::optional<std::uint32_t> max_deliveries;
    sim::Duration request_timeout = std::chrono::seconds(5);
    sim::Duration reconnect_interval = std::chrono::seconds(1);

    void check(spec::Check& check) const;
    static constexpr auto params() {
        using namespace spec;
        using Spec = StreamConsumersSpec;
        constexpr sim::Duration kLeast = std::chrono::milliseconds(1);
        return std::tuple{
            required("stream", &Spec::stream, "The stream: \"node.stream\"."),
            required("handler", &Spec::handler,
                     "The server in whose instances the consumers are, and its endpoint that "
                     "handles an entry: \"node.endpoint\"."),
            param("consumers_per_instance", &Spec::consumers_per_instance, between(1u, 1000u),
                  "Consumers in each instance; each handles one entry at a time."),
            param("count", &Spec::count, between(1u, 100000u),
                  "Most entries that a read or a claim brings (COUNT)."),
            param("block", &Spec::block, at_least(kLeast),
                  "How long the server waits for entries before it answers without any (BLOCK)."),
            param("noack", &Spec::noack,
                  "Whether entries count as done as soon as they are delivered (NOACK): at most "
                  "once. Otherwise they are pending until they are acknowledged: at least once."),
            param("min_idle_time", &Spec::min_idle_time, at_least(sim::Duration::zero()),
                  "How long an entry has been pending with somebody before another claims it "
                  "(XAUTOCLAIM's min-idle-time). Less than it takes to handle what a read brings, "
                  "and entries are handled twice."),
            param("claim_interval", &Spec::claim_interval, at_least(kLeast),
                  "How often each consumer looks for entries to claim."),
            param("reads_pending", &Spec::reads_pending,
                  "Whether a consumer that is there again first reads what is pending for it "
                  "(XREADGROUP ... 0). Otherwise that waits until somebody claims it."),
            param("max_deliveries", &Spec::max_deliveries, at_least(1u),
                  "How often an entry may have been delivered and not handled before it is "
                  "acknowledged all the same, and given up. Without it, for ever."),
            param("request_timeout", &Spec::request_timeout, at_least(kLeast),
                  "How long an answer is waited for, beyond `block`."),
            param("reconnect_interval", &Spec::reconnect_interval, at_least(kLeast),
                  "How long a consumer waits before it tries again to reach the server.")};
    }
};

}  // namespace models::redis_streams
