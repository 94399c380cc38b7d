#include "sim/recorder.h"

#include <algorithm>

namespace sim {

Timeline& Meter::timeline(std::string name, std::string unit) {
    for (Drawn& drawn : drawn_) {
        if (drawn.name == name) return drawn.timeline;
    }
    drawn_.push_back({std::move(name), std::move(unit), Timeline(recorder_.slice_)});
    return drawn_.back().timeline;
}

std::size_t Meter::split(std::string by, std::string name) {
    record_.splits.push_back({std::move(by), std::move(name), {}, {}, {}});
    return record_.splits.size() - 1;
}

void Meter::split_by_endpoint(const std::vector<std::string>& names, std::size_t first) {
    if (names.size() < 2) return;
    endpoints_ = names.size();
    first_endpoint_ = first;
    first_part_ = record_.splits.size();
    for (const std::string& name : names) split("endpoint", name);
}

std::size_t Meter::calls(const std::string& to) {
    const auto known = std::ranges::find(record_.calls, to, &CallRecord::to);
    const auto index = static_cast<std::size_t>(known - record_.calls.begin());
    if (known == record_.calls.end()) record_.calls.push_back({to, 0});
    return index;
}

NodeRecord Meter::finish(Time now) {
    for (Drawn& drawn : drawn_) {
        record_.series.push_back({drawn.name, drawn.unit, drawn.timeline.finish(now)});
    }
    record_.latencies.finish();
    record_.log.finish();
    return std::move(record_);
}

Recording Recorder::finish(Seed seed) {
    Recording recording;
    recording.seed = seed;
    recording.fingerprint = scheduler_.fingerprint();
    recording.events = scheduler_.events();
    recording.simulated = scheduler_.now().time_since_epoch();
    recording.warm_up = std::min(measured_from_, scheduler_.now()).time_since_epoch();
    recording.slice = slice_;
    recording.log_interval = log_interval_;
    recording.incidents = std::move(incidents_);
    for (const Meter& meter : meters_) {
        if (meter.record().is_client) recording.arrivals.combine(meter.arrivals());
    }
    for (Meter& meter : meters_) recording.nodes.push_back(meter.finish(scheduler_.now()));
    return recording;
}

}  // namespace sim
