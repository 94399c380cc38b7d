// What can be said of a job over a stream, whatever its operator.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/abilities.h"
#include "models/log_broker/consumer_group_spec.h"
#include "models/prices/instance_price.h"
#include "models/spec/declaration/spec.h"

namespace models::streaming {

enum class KeyBy : std::uint8_t { key, user, none };
constexpr auto names_of(KeyBy) {
    return std::array{spec::Word{"key", KeyBy::key, "The record's key."},
                      spec::Word{"user", KeyBy::user, "The user whose request published it."},
                      spec::Word{"none", KeyBy::none, "Nothing: all events are one stream."}};
}

struct StreamJobSpec {
    std::vector<spec::ConsumeRef> topics;
    KeyBy key_by = KeyBy::key;
    sim::Duration max_out_of_orderness{};
    std::optional<sim::Duration> idleness;
    sim::Duration auto_watermark_interval = std::chrono::milliseconds(200);
    std::optional<sim::Duration> checkpoint_interval;
    OffsetReset auto_offset_reset = OffsetReset::earliest;
    sim::Duration starts_at{};
    std::uint32_t cores = 4;
    sim::Duration record_time = std::chrono::microseconds(10);
    sim::Bytes fetch_bytes{std::uint64_t{1} << 20U};
    sim::Duration request_timeout = std::chrono::seconds(30);
    std::optional<spec::PublishRef> sink;
    std::optional<spec::PublishRef> late_output;
    InstancePrice price{};

    std::uint32_t instance_count() const { return 1; }
    Abilities suffers() const;
    void check(spec::Check& check) const;

    static constexpr auto params() {
        using namespace spec;
        using Spec = StreamJobSpec;
        constexpr sim::Duration kLeast = std::chrono::milliseconds(1);
        constexpr sim::Duration kMost = std::chrono::hours(24 * 366);
        constexpr auto none = at_least(sim::Duration::zero());
        return std::tuple{
            required("topics", &Spec::topics, not_empty(),
                     "Topics that it reads, each as \"node.topic\", all of one broker node. An "
                     "event's time is when its record was handed to its producer."),
            param("key_by", &Spec::key_by, "What the stream is keyed by (keyBy)."),
            param("max_out_of_orderness", &Spec::max_out_of_orderness, none, at_most(kMost),
                  "How much later than a later event one may come: the watermark is so far behind "
                  "the latest event of a partition (forBoundedOutOfOrderness)."),
            param("idleness", &Spec::idleness, at_least(kLeast), at_most(kMost),
                  "How long nothing comes of a partition before the watermark does not wait for it "
                  "any more (withIdleness). Without it, a partition without events stops the "
                  "watermark."),
            param("auto_watermark_interval", &Spec::auto_watermark_interval, at_least(kLeast),
                  "Interval at which the watermark is looked at "
                  "(pipeline.auto-watermark-interval)."),
            param("checkpoint_interval", &Spec::checkpoint_interval, at_least(kLeast),
                  "Interval at which the state and the offsets that belong to it are written down "
                  "(execution.checkpointing.interval): after a crash it goes on from there. "
                  "Without it, it begins anew."),
            param("auto_offset_reset", &Spec::auto_offset_reset,
                  "Where a partition is begun without a checkpoint."),
            param("starts_at", &Spec::starts_at, none, "When the job begins to read, in the run."),
            param("cores", &Spec::cores, between(1u, 1024u),
                  "Cores of its process. A partition's records take one of them at a time."),
            param("record_time", &Spec::record_time, none,
                  "Core time for each record. The default is an assumption."),
            param("fetch_bytes", &Spec::fetch_bytes, above(sim::Bytes{0}),
                  at_most(sim::Bytes{std::uint64_t{1} << 40U}),
                  "Most bytes of a partition that it gets at a time (max.partition.fetch.bytes)."),
            param("request_timeout", &Spec::request_timeout, at_least(kLeast),
                  "How long a broker may owe an answer."),
            param("sink", &Spec::sink,
                  "Topic to which each result is published, at least once: \"node.topic\". Without "
                  "it results are counted only."),
            param("late_output", &Spec::late_output,
                  "Topic for events that are late (sideOutputLateData): \"node.topic\". Without it "
                  "they are dropped."),
            param("price", &Spec::price,
                  "Price of its machine by time, or its size in `prices.sizes`. Without it, that "
                  "of `instance_hours`.")};
    }
};

}  // namespace models::streaming
