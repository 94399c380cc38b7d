#include "sim/recorder.h"

#include <algorithm>
#include <utility>

#include "sim/observer.h"

namespace sim {

Recorder::Recorder(Scheduler& scheduler, Duration slice)
    : scheduler_(scheduler), slice_(slice), log_interval_(slice) {}
Recorder::~Recorder() = default;

void Recorder::observe(std::unique_ptr<Observer> observer) {
    observer_ = std::move(observer);
}

Timeline& Meter::timeline(std::string name, std::string unit) {
    for (Drawn& drawn : drawn_) {
        if (drawn.name == name) return drawn.timeline;
    }
    drawn_.push_back({std::move(name), std::move(unit), Timeline(recorder_.slice_)});
    return drawn_.back().timeline;
}

void Meter::sampled(std::string name, std::string unit, std::function<double()> now) {
    sampled_.push_back({std::move(name), std::move(unit), std::move(now), {}, 0, {}, {}});
}

void Meter::share_sampled(std::string name, std::function<double()> used,
                          std::function<double()> available) {
    sampled_.push_back({std::move(name), "1", std::move(used), std::move(available), 0, {}, {}});
}

// So many slices are over.
void Meter::sample(Time now, std::size_t closed) {
    for (Sampled& each : sampled_) {
        double value = each.used();
        if (each.available) {
            const double used = value - std::exchange(each.used_before, value);
            const double most = seconds(now - std::exchange(each.sampled, now)) * each.available();
            value = most > 0 ? used / most : 0;
        }
        if (closed > each.values.size()) each.values.resize(closed, value);
    }
}

void Meter::keep_promises(Duration latency) {
    for (Promise& promise : record_.promises) {
        if (recorder_.slice_index_ >= promise.kept.size()) {
            promise.kept.resize(recorder_.slice_index_ + 1);
        }
        if (latency <= promise.latency) ++promise.kept[recorder_.slice_index_];
    }
}

std::size_t Meter::split(std::string by, std::string name) {
    record_.splits.push_back({std::move(by), std::move(name), {}, {}, {}, {}});
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
    sample(now, static_cast<std::size_t>((now.time_since_epoch() + recorder_.slice_ - Duration(1)) /
                                         recorder_.slice_));
    for (Sampled& each : sampled_) {
        record_.series.push_back({each.name, each.unit, std::move(each.values), false});
    }
    record_.latencies.finish();
    record_.log.finish();
    return std::move(record_);
}

void Recorder::begin_slice() {
    slice_index_ = static_cast<std::size_t>(scheduler_.now().time_since_epoch() / slice_);
    slice_end_ = Time(slice_ * static_cast<std::int64_t>(slice_index_ + 1));
    for (Meter& meter : meters_) meter.sample(scheduler_.now(), slice_index_);
}

void Recorder::begin_log_interval() {
    log_index_ = static_cast<std::size_t>((scheduler_.now() - measured_from_) / log_interval_);
    log_end_ = measured_from_ + log_interval_ * static_cast<std::int64_t>(log_index_ + 1);
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
    if (observer_) recording.observed = std::make_shared<const Observed>(observer_->finish());
    for (const Meter& meter : meters_) {
        if (meter.record().is_client) recording.arrivals.combine(meter.arrivals());
    }
    for (Meter& meter : meters_) recording.nodes.push_back(meter.finish(scheduler_.now()));
    return recording;
}

}  // namespace sim
