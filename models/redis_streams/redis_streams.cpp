#include "models/redis_streams/redis_streams.h"

#include <algorithm>
#include <cstddef>

#include "models/network/node_place.h"
#include "models/used.h"

namespace models::redis_streams {

Abilities RedisStreamsSpec::suffers() const {
    const Abilities all = abilities_of<StreamServer>();
    const bool takes_time =
        command_time > sim::Duration::zero() || entry_time > sim::Duration::zero();
    return takes_time ? all : all.without(Abilities::slowness());
}

RedisStreams::RedisStreams(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      server_(std::make_unique<StreamServer>(*this, place_of_node(context))),
      published_(context, "published"),
      refused_(context, "out_of_memory"),
      trimmed_(context, "trimmed"),
      lost_(context, "lost"),
      memory_peak_(context, "memory_peak", "B"),
      publish_time_(context, "publish_time") {
    context.meter.split_by_endpoint(spec.stream_names());
    instances_.push_back(server_.get());
    context.meter.resource("command thread", [this](sim::Time, sim::Uses& uses) {
        uses.push_back(server_->cpu().use());
    });
    if (spec.maxmemory) {
        context.meter.resource("memory", [this](sim::Time, sim::Uses& uses) {
            const auto most = static_cast<double>(spec_.maxmemory->count);
            uses.push_back({most, server_->memory(), 0, 0, 0, refusals_});
        });
    }
    context.meter.sampled("memory", "B", [this] { return static_cast<double>(server_->memory()); });
}

RedisStreams::~RedisStreams() = default;

std::optional<EndpointId> RedisStreams::endpoint(std::string_view name) const {
    const auto& all = spec_.streams.entries;
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.first == name; });
    if (found == all.end()) return std::nullopt;
    return static_cast<EndpointId>(found - all.begin());
}

Service& RedisStreams::producer(std::string_view stream, const ProducerSpec& spec,
                                const Context& caller) {
    const auto number = static_cast<std::uint32_t>(publishers_.size() + 1);
    publishers_.push_back(
        std::make_unique<Publisher>(*this, *endpoint(stream), spec, caller, number));
    return *publishers_.back();
}

bool RedisStreams::counts(const Entry& entry) const {
    return entry.published >= context_.world.recorder.measured_from();
}

void RedisStreams::added(const Entry& entry) {
    if (counts(entry)) published_.add();
}

void RedisStreams::trimmed(StreamNumber stream, const Entries& entries) {
    for (const Entry& each : entries) {
        if (!counts(each)) continue;
        trimmed_.add();
        for (const auto& [of, reader] : readers_) {
            if (of == stream) reader->gone(each, false);
        }
    }
}

void RedisStreams::lost(StreamNumber stream, const std::deque<Entry>& entries) {
    for (const Entry& each : entries) {
        if (!counts(each)) continue;
        lost_.add();
        for (const auto& [of, reader] : readers_) {
            if (of == stream) reader->gone(each, true);
        }
    }
}

void RedisStreams::begin_measuring() {
    busy_before_ = server_->cpu().busy();
}

void RedisStreams::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    const double busy = sim::seconds(server_->cpu().busy() - busy_before_);
    record.machines.push_back({instance_name(context_.name, 0), server_->commands, std::nullopt});
    record.utilisation = measured > 0 ? busy / measured : 0;
    record.instances = 1;
    use_instances(context_, spec_.price, 1);
    double length = 0;
    for (StreamNumber each = 0; each < spec_.streams.entries.size(); ++each) {
        length += static_cast<double>(server_->stream(each).length());
    }
    record.measures.push_back({"length", "", length});
}

}  // namespace models::redis_streams
