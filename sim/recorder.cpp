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

namespace {

void add_sums(Slice& slice, std::uint32_t ended, Duration sum, Duration longest) {
    slice.finished += ended;
    slice.latency_sum_s += seconds(sum);
    const auto us = static_cast<std::uint32_t>(
        std::min<std::int64_t>(longest.count() / 1000, ~std::uint32_t{0}));
    slice.slowest_us = std::max(slice.slowest_us, us);
}

void add_end(Split& part, Slice& slice, Outcome outcome, Duration latency, bool is_measured) {
    add_sums(slice, 1, latency, latency);
    slice.succeeded += outcome == Outcome::succeeded;
    slice.rejected += outcome == Outcome::rejected;
    slice.timed_out += outcome == Outcome::timed_out;
    ++slice.by_latency[latency_step_of(latency)];
    if (!is_measured) return;
    ++part.totals.ended[static_cast<std::size_t>(outcome)];
    part.latency.record(latency);
}

}  // namespace

// All of a page at once: what one request adds is then a few instructions, and only what differs
// between them is looked at one by one.
void Meter::put_down() {
    const std::size_t now = recorder_.slice_index_;
    if (now >= record_.slices.size()) record_.slices.resize(now + 1);
    Slice& slice = record_.slices[now];
    slice.arrived += std::exchange(arrived_, 0);
    record_.totals.offered += std::exchange(offered_, 0);
    record_.writes += std::exchange(writes_, 0);
    if (ended_ == 0) return;

    const std::span latencies(page_->latencies.data(), ended_);
    const std::span ends(page_->ends.data(), ended_);
    Duration sum{};
    Duration longest{};
    for (const Duration latency : latencies) {
        sum += latency;
        longest = std::max(longest, latency);
        ++slice.by_latency[latency_step_of(latency)];
    }
    add_sums(slice, ended_, sum, longest);

    std::uint32_t measured = 0;
    bool has_parts = false;
    std::array<std::uint32_t, 4> outcomes{};
    for (const Page::Ended& end : ends) {
        ++outcomes[static_cast<std::size_t>(end.outcome)];
        measured += end.is_measured;
        has_parts |= end.part != kNoPart;
    }
    slice.succeeded += outcomes[static_cast<std::size_t>(Outcome::succeeded)];
    slice.rejected += outcomes[static_cast<std::size_t>(Outcome::rejected)];
    slice.timed_out += outcomes[static_cast<std::size_t>(Outcome::timed_out)];
    if (has_parts) put_down_parts();
    if (record_.is_client) record_.latencies.record(now, latencies);
    if (!record_.promises.empty()) keep_promises();
    if (measured == ended_) {
        record_.latency.record(latencies);
        if (record_.is_client) record_.log.record(recorder_.log_index_, latencies);
    }
    for (std::uint32_t i = 0; i < ended_ && measured > 0; ++i) {
        if (!ends[i].is_measured) continue;
        ++record_.totals.ended[static_cast<std::size_t>(ends[i].outcome)];
        ++record_.causes[static_cast<std::size_t>(ends[i].cause)];
        if (measured == ended_) continue;
        record_.latency.record(latencies[i]);
        if (record_.is_client) record_.log.record(recorder_.log_index_, latencies[i]);
    }
    ended_ = 0;
}

void Meter::put_down_parts() {
    const std::size_t now = recorder_.slice_index_;
    for (std::uint32_t i = 0; i < ended_; ++i) {
        const Page::Ended& end = page_->ends[i];
        if (end.part == kNoPart) continue;
        Split& part = record_.splits[end.part];
        if (now >= part.slices.size()) part.slices.resize(now + 1);
        add_end(part, part.slices[now], end.outcome, page_->latencies[i], end.is_measured);
    }
}

void Meter::left_in(std::size_t split, Time start, Outcome outcome) {
    Split& part = record_.splits[split];
    add_end(part, slice(part.slices), outcome, recorder_.scheduler_.now() - start,
            start >= recorder_.measured_from_);
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

void Meter::keep_promises() {
    const std::size_t now = recorder_.slice_index_;
    for (Promise& promise : record_.promises) {
        if (now >= promise.kept.size()) promise.kept.resize(now + 1);
        for (std::uint32_t i = 0; i < ended_; ++i) {
            const bool succeeded = page_->ends[i].outcome == Outcome::succeeded;
            promise.kept[now] += succeeded && page_->latencies[i] <= promise.latency;
        }
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
    settle();
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

// All that was noted belongs to what is over.
void Recorder::turn() {
    for (Meter& meter : meters_) meter.settle();
    const Time now = scheduler_.now();
    if (now >= slice_end_) begin_slice();
    if (now >= measured_from_ && now >= log_end_) begin_log_interval();
    next_turn_ = std::min(slice_end_, now >= measured_from_ ? log_end_ : measured_from_);
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
