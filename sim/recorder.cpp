#include "sim/recorder.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "sim/observer.h"

namespace sim {

namespace {

constexpr Resource kRequests =
    resource("requests", ResourceKind::places, Unit::count, "Requests that are there, without end.",
             "Each is there until it is answered.");

}  // namespace

Recorder::Recorder(Scheduler& scheduler, Duration slice)
    : scheduler_(scheduler), slice_(slice), log_interval_(slice) {}
Recorder::~Recorder() = default;

void Recorder::observe(std::unique_ptr<Observer> observer) {
    observer_ = std::move(observer);
}

Meter::Meter(Recorder& recorder, std::uint64_t id) : recorder_(recorder), id_(id) {
    resources_.emplace_back(declared(kRequests, {}), [this](Time now, Uses& instances) {
        instances.push_back({0, there_.until(now, in_flight()), 0, 0, 0, 0});
    });
}

// Where nothing is declared, as in tests of a node alone, it has its name only.
void Meter::resource(std::string_view row, ResourceMeter::Read read, ResourceWords words) {
    Resource found{};
    found.name = row;
    if (declared_) {
        const auto known = std::ranges::find(declared_->resources, row, &Resource::name);
        assert(known != declared_->resources.end() && "every resource is declared");
        if (known != declared_->resources.end()) found = **known;
    }
    resources_.emplace_back(declared(found, std::move(words)), std::move(read));
}

// One pass over what is open serves all that is kept of it.
void Meter::settle() {
    fold(open_, {record_.totals, record_.latency, record_.slices, record_.is_client});
    record_.totals.in_flight = in_flight_[1];
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        Split& part = record_.splits[i];
        fold(parts_[i], {part.totals, part.latency, part.slices, false});
        part.totals.in_flight = parts_in_flight_[i][1];
    }
}

void Meter::fold(Open& open, const Kept& kept) {
    if (open.empty()) return;
    Slice slice;
    slice.arrived = std::exchange(open.arrived, 0);
    kept.totals.offered += slice.arrived - std::exchange(open.arrived_early, 0);
    if (open.early.empty()) {
        open.early.succeeded.shrink();
        open.early.failed.shrink();
    } else {
        fold_ended(open.early, slice, kept, false);
    }
    if (!open.measured.empty()) fold_ended(open.measured, slice, kept, true);
    kept.slices.add(recorder_.slice_index_, slice);
}

void Meter::fold_ended(Ended& ended, Slice& slice, const Kept& kept, bool is_measured) {
    const std::array<std::uint32_t, 4> outcomes = std::exchange(ended.outcomes, {});
    slice.succeeded += outcomes[static_cast<std::size_t>(Outcome::succeeded)];
    slice.rejected += outcomes[static_cast<std::size_t>(Outcome::rejected)];
    slice.timed_out += outcomes[static_cast<std::size_t>(Outcome::timed_out)];
    if (is_measured || recorder_.is_measuring_) {
        auto& sums = is_measured ? kept.totals.ended : kept.totals.carried.ended;
        for (std::size_t i = 0; i < outcomes.size(); ++i) sums[i] += outcomes[i];
    }
    if (!ended.succeeded.empty()) fold_latencies(ended.succeeded, false, slice, kept, is_measured);
    if (!ended.failed.empty()) fold_latencies(ended.failed, true, slice, kept, is_measured);
}

void Meter::fold_latencies(OpenLatencies& open, bool has_failed, Slice& slice, const Kept& kept,
                           bool is_measured) {
    Histogram::Batch& batch = recorder_.batch_;
    open.fold(batch, slice.by_latency);
    slice.finished += static_cast<std::uint32_t>(batch.count);
    slice.latency_sum_s += static_cast<double>(batch.sum) * 1e-9;
    const auto us = std::min<std::uint64_t>(batch.max / 1000, ~std::uint32_t{0});
    slice.slowest_us = std::max(slice.slowest_us, static_cast<std::uint32_t>(us));
    if (kept.is_of_users) {
        (has_failed ? record_.failed_after : record_.latencies)
            .record(recorder_.slice_index_, batch.counts);
    }
    if (!is_measured) {
        if (recorder_.is_measuring_) {
            kept.totals.carried.time += Duration(static_cast<std::int64_t>(batch.sum));
        }
        return;
    }
    (has_failed ? kept.latency.failed : kept.latency.succeeded).record(batch);
    if (kept.is_of_users) {
        (has_failed ? record_.failed_log : record_.log).record(recorder_.log_index_, batch);
    }
}

void Meter::left_also(std::uint32_t part, Outcome outcome, Duration latency, bool is_measured) {
    if (part != kNoPart) {
        --parts_in_flight_[part][is_measured];
        (is_measured ? parts_[part].measured : parts_[part].early).add(outcome, latency);
    }
    keep_promises(outcome, latency);
}

void Meter::left_in(std::size_t split, Time start, Outcome outcome) {
    keep_time();
    const bool is_measured = start >= recorder_.measured_from_;
    --parts_in_flight_[split][is_measured];
    (is_measured ? parts_[split].measured : parts_[split].early)
        .add(outcome, recorder_.scheduler_.now() - start);
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

std::optional<double> Meter::last_sampled(std::string_view name) const {
    const auto found = std::ranges::find(sampled_, name, &Sampled::name);
    if (found == sampled_.end() || found->values.size() == 0) return std::nullopt;
    return found->values[found->values.size() - 1];
}

const Meter& Recorder::meter(std::string_view name) const {
    const auto found =
        std::ranges::find_if(meters_, [&](const Meter& each) { return each.name() == name; });
    assert(found != meters_.end());
    return *found;
}

std::vector<Series> Meter::series_so_far() const {
    std::vector<Series> all;
    for (const Drawn& each : drawn_) all.push_back({each.name, each.unit, {}});
    for (const Sampled& each : sampled_) all.push_back({each.name, each.unit, {}, false});
    for (Series& each : all) {
        each.figure = figure(each.name);
        if (each.figure != nullptr) each.unit = text_of(each.figure->unit);
    }
    return all;
}

// So many slices are over.
void Meter::sample(Time now, std::size_t closed) {
    // Machines and links have no requests of their own, and are always asked.
    const bool is_quiet =
        in_flight() == 0 && !record_.slices.empty() && record_.slices.size() < closed;
    for (ResourceMeter& each : resources_) each.sample(now, closed, is_quiet);
    sample_calls(closed);
    if (!is_quiet) count_causes(closed);
    for (Sampled& each : sampled_) {
        double value = each.used();
        if (each.available) {
            const double used = value - std::exchange(each.used_before, value);
            const double most = seconds(now - std::exchange(each.sampled, now)) * each.available();
            value = most > 0 ? used / most : 0;
        }
        if (closed > each.values.size()) each.values.add(value, closed - each.values.size());
    }
}

// What was sent since the last time; the count begins anew when the warm-up ends.
void Meter::sample_calls(std::size_t closed) {
    sent_before_.resize(record_.calls.size());
    for (std::size_t i = 0; i < record_.calls.size(); ++i) {
        CallRecord& call = record_.calls[i];
        const std::uint64_t before = std::exchange(sent_before_[i], call.requests);
        Used sent;
        sent.taken = static_cast<std::uint32_t>(call.requests >= before ? call.requests - before
                                                                        : call.requests);
        call.slices.add(sent, closed);
    }
}

void Meter::count_causes(std::size_t closed) {
    if (closed == 0) return;
    for (std::size_t i = 1; i < kMostCauses; ++i) {
        const std::uint64_t more = record_.causes[i] - ended_before_[i];
        if (more == 0) continue;
        ended_before_[i] = record_.causes[i];
        record_.causes_over_time.push_back({static_cast<std::uint32_t>(closed - 1),
                                            static_cast<Cause>(i),
                                            static_cast<std::uint32_t>(more)});
    }
}

// What a diagnosis needs of slices that are over.
void Meter::add_to(Recording& recording) const {
    NodeRecord& node = recording.nodes.emplace_back();
    node.name = record_.name;
    node.kind = record_.kind;
    node.is_client = record_.is_client;
    node.slices = record_.slices;
    node.calls = record_.calls;
    node.causes_over_time = record_.causes_over_time;
    for (const ResourceMeter& each : resources_) node.resources.push_back(each.record());
}

void Meter::keep_promises(Outcome outcome, Duration latency) {
    const std::size_t now = recorder_.slice_index_;
    for (Promise& promise : record_.promises) {
        if (now >= promise.kept.size()) promise.kept.resize(now + 1);
        promise.kept[now] += outcome == Outcome::succeeded && latency <= promise.latency;
    }
}

std::size_t Meter::split(std::string by, std::string name) {
    record_.splits.push_back({std::move(by), std::move(name), {}, {}, {}, {}});
    parts_.emplace_back();
    parts_in_flight_.emplace_back();
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
    if (known == record_.calls.end()) record_.calls.push_back({to, 0, {}});
    return index;
}

// Where nothing is declared, as in tests of a node alone, there is no unit.
void Meter::used(std::string_view item, double amount, std::string of,
                 std::optional<double> usd_each, std::vector<Stay> stays) {
    QuotedUnit unit{"", 1};
    if (declared_) {
        const auto known = std::ranges::find(declared_->usages, item, &UsageRow::item);
        assert(known != declared_->usages.end() && "everything that is paid for is declared");
        if (known != declared_->usages.end()) unit = quoted((*known)->unit);
    }
    Usage all{std::string(item), std::move(of), amount / unit.size, std::string(unit.name), {}, {},
              std::move(stays)};
    if (usd_each) {
        all.usd_each = usd_each;
        all.source = "the node's own";
    }
    for (Usage& known : record_.usages) {
        if (known.item != all.item || known.of != all.of || known.usd_each != all.usd_each)
            continue;
        known.amount += all.amount;
        known.stays.insert(known.stays.end(), all.stays.begin(), all.stays.end());
        return;
    }
    record_.usages.push_back(std::move(all));
}

// The row that says most of the name: "db_half_opened" is one of "<name>_half_opened" rather than
// of "<name>_opened".
const Figure* Meter::figure(std::string_view name) const {
    if (!declared_) return nullptr;
    const Figure* best = nullptr;
    for (const Figure* each : declared_->figures) {
        if (!each->matches(name)) continue;
        if (!each->is_pattern()) return each;
        if (best == nullptr || each->name.size() > best->name.size()) best = each;
    }
    assert(best != nullptr && "every figure is declared");
    return best;
}

// What is declared of each, and its unit.
void Meter::name_figures() {
    for (Series& series : record_.series) {
        series.figure = figure(series.name);
        if (series.figure != nullptr) series.unit = text_of(series.figure->unit);
    }
    for (Measure& measure : record_.measures) {
        measure.figure = figure(measure.name);
        if (measure.spread) measure.value = measure.spread->mean_seconds();
        if (measure.figure != nullptr) measure.unit = text_of(measure.figure->unit);
    }
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
    for (ResourceMeter& each : resources_) record_.resources.push_back(each.finish());
    record_.log.finish();
    record_.failed_log.finish();
    const double measured_ns = static_cast<double>((now - recorder_.measured_from_).count());
    if (measured_ns > 0) {
        const std::uint64_t area = there_.until(now, in_flight()) - area_before_;
        record_.in_flight_mean = static_cast<double>(area) / measured_ns;
    }
    name_figures();
    return std::move(record_);
}

// All that is open belongs to what is over.
void Recorder::turn() {
    for (Meter& meter : meters_) meter.settle();
    const Time now = scheduler_.now();
    is_measuring_ = now >= measured_from_;
    if (now >= slice_end_) begin_slice();
    if (now >= measured_from_ && now >= log_end_) begin_log_interval();
    next_turn_ = std::min(slice_end_, now >= measured_from_ ? log_end_ : measured_from_);
}

void Recorder::catch_up() {
    const Time now = scheduler_.now();
    if (now >= next_turn_) turn();
    for (Meter& meter : meters_) {
        for (Meter::Drawn& drawn : meter.drawn_) drawn.timeline.close(now);
    }
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

Recording Recorder::so_far() const {
    Recording recording;
    recording.simulated = slice_ * static_cast<std::int64_t>(slice_index_);
    recording.warm_up = std::min(measured_from_, scheduler_.now()).time_since_epoch();
    recording.slice = slice_;
    recording.causes = causes_;
    recording.incidents = incidents_;
    for (const Meter& meter : meters_) meter.add_to(recording);
    return recording;
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
    recording.causes = causes_;
    recording.incidents = std::move(incidents_);
    if (observer_) recording.observed = std::make_shared<const Observed>(observer_->finish());
    for (const Meter& meter : meters_) {
        if (meter.record().is_client) recording.arrivals.combine(meter.arrivals());
    }
    for (Meter& meter : meters_) recording.nodes.push_back(meter.finish(scheduler_.now()));
    measured_from_ = kForever;  // what is dismissed from now on does not count
    return recording;
}

}  // namespace sim
