#include "models/observers/scrape.h"

#include <algorithm>

#include "metrics/names.h"

namespace models {

namespace {

using promql::Labels;
using promql::TimeSeries;

Labels labels_of(const sim::NodeRecord& node, const std::string& endpoint) {
    Labels labels;
    promql::set_label(labels, "service", node.name);
    promql::set_label(labels, "endpoint", endpoint);
    return labels;
}

// As parts lie beside the whole: what is left when they are taken away.
void subtract(sim::Slice& whole, const sim::Slice& part) {
    whole.arrived -= part.arrived;
    whole.finished -= part.finished;
    whole.succeeded -= part.succeeded;
    whole.rejected -= part.rejected;
    whole.timed_out -= part.timed_out;
    whole.latency_sum_s = std::max(0.0, whole.latency_sum_s - part.latency_sum_s);
    for (std::size_t i = 0; i < sim::kLatencySteps; ++i) whole.by_latency[i] -= part.by_latency[i];
}

double up_to(const sim::Slice& slice, std::size_t step) {
    double count = 0;
    for (std::size_t i = 0; i <= step; ++i) count += slice.by_latency[i];
    return count;
}

}  // namespace

Scrape::Scrape(const sim::Recorder& recorder, const spec::Named<SloSpec>& objectives,
               const std::set<std::string>& wanted)
    : recorder_(recorder), wanted_(wanted) {
    for (const sim::Meter& meter : recorder.meters()) {
        const sim::NodeRecord& node = meter.record();
        add_requests(node);
        const std::vector<sim::Series> series = meter.series_so_far();
        for (std::size_t i = 0; i < series.size(); ++i) {
            TimeSeries* const gauge =
                add(metrics::gauge_name(series[i]), {{"service", node.name}}, false);
            if (gauge != nullptr) gauges_.push_back({gauge, &meter, i});
        }
        // The first is the requests themselves.
        for (std::size_t i = 1; i < meter.resources().size(); ++i) {
            add_resource(node.name, meter.resources()[i].record());
        }
    }
    for (const auto& [name, objective] : objectives) add_objective(name, objective);
}

bool Scrape::wants(const std::string& name) const {
    return wanted_.contains(name) || wanted_.contains("");
}

TimeSeries* Scrape::add(const std::string& name, Labels labels, bool only_grows) {
    if (!wants(name)) return nullptr;
    TimeSeries& series = series_.emplace_back(TimeSeries{std::move(labels), {}, only_grows});
    promql::set_label(series.labels, "__name__", name);
    return &series;
}

void Scrape::add_requests(const sim::NodeRecord& node) {
    const std::string prefix(metrics::request_prefix(node));
    Requests requests{&node, {}};
    for (const sim::Split& split : node.splits) {
        if (split.by != "endpoint") continue;
        Part& part = requests.parts.emplace_back(Part{&split.slices, {}});
        add_counters(part, prefix, labels_of(node, split.name));
    }
    add_counters(requests.parts.emplace_back(Part{nullptr, {}}), prefix, labels_of(node, ""));
    if (!requests.parts.back().counters.empty()) requests_.push_back(std::move(requests));
}

// Rate, errors and duration.
void Scrape::add_counters(Part& part, const std::string& prefix, const Labels& labels) {
    const auto counter = [&](const std::string& name, const Labels& all, bool is_there,
                             bool only_grows, Count count) {
        TimeSeries* const series = add(name, all, only_grows);
        if (series != nullptr) part.counters.push_back({series, std::move(count), 0, is_there});
    };
    for (std::size_t index = 0; index < sim::kOutcomeNames.size(); ++index) {
        const auto outcome = static_cast<sim::Outcome>(index);
        Labels told = labels;
        promql::set_label(told, "outcome", sim::kOutcomeNames[index]);
        promql::set_label(told, "status", std::to_string(metrics::http_status(outcome)));
        counter(prefix + std::string(metrics::kRequestsMetric) + "_total", told,
                outcome == sim::Outcome::succeeded, true,
                [outcome](const sim::Slice& slice) { return sim::ended(slice, outcome); });
    }
    const std::string duration = prefix + std::string(metrics::kDurationMetric);
    counter(duration + "_sum", labels, true, true,
            [](const sim::Slice& slice) { return slice.latency_sum_s; });
    counter(duration + "_count", labels, true, true,
            [](const sim::Slice& slice) { return slice.finished; });
    for (std::size_t step = 0; step < sim::kLatencySteps; ++step) {
        Labels bound = labels;
        promql::set_label(bound, "le", metrics::bound_text(step));
        counter(duration + "_bucket", bound, true, true,
                [step](const sim::Slice& slice) { return up_to(slice, step); });
    }
    // Those who came and have not left.
    counter(prefix + std::string(metrics::kInFlightMetric), labels, true, false,
            [](const sim::Slice& slice) {
                return static_cast<double>(slice.arrived) - static_cast<double>(slice.finished);
            });
}

void Scrape::add_resource(const std::string& node, const sim::ResourceRecord& record) {
    using Sum = sim::UsedSlices::Sum;
    const auto one = [&](const std::string& name, double Sum::*value, bool is_there,
                         bool is_counted) {
        TimeSeries* const series =
            add(name, {{"resource", record.declared.name}, {"service", node}}, is_counted);
        if (series == nullptr) return;
        resources_.push_back({&record.slices, series, value, is_there, is_counted});
    };
    one("resource_size", &Sum::size, true, false);
    one("resource_used", &Sum::in_use, true, false);
    one("resource_waiting", &Sum::waiting, false, false);
    one("resource_refused_total", &Sum::refused, false, true);
}

// A request that ended well within the latency that was promised is good; without a promise, one
// that ended well.
void Scrape::add_objective(const std::string& name, const SloSpec& objective) {
    const Labels labels = {{"objective", name}};
    Objective one{nullptr, nullptr, add("slo_good_total", labels, true),
                  add("slo_requests_total", labels, true)};
    if (one.good == nullptr && one.all == nullptr) return;
    for (const sim::Meter& meter : recorder_.meters()) {
        if (meter.name() != objective.node.node) continue;
        one.node = &meter.record();
        for (const sim::Promise& each : one.node->promises) {
            if (objective.latency == each.latency && one.promise == nullptr) one.promise = &each;
        }
    }
    objectives_.push_back(one);
}

void Scrape::take(sim::Time now) {
    times_.push_back(promql::milliseconds(now.time_since_epoch()));
    const auto end = static_cast<std::size_t>(now.time_since_epoch() / recorder_.slice());
    for (Requests& each : requests_) take(each, end);
    for (Gauge& each : gauges_) take(each, end);
    for (Resource& each : resources_) take(each, end);
    for (Objective& each : objectives_) take(each, end);
    seen_ = end;
}

void Scrape::sample(TimeSeries& series, double value) const {
    if (series.samples.empty()) {
        for (std::size_t i = 0; i + 1 < times_.size(); ++i)
            series.samples.push_back({times_[i], 0});
    }
    series.samples.push_back({times_.back(), value});
}

void Scrape::take(Requests& requests, std::size_t end) {
    std::vector<std::vector<sim::Slice>> fresh(requests.parts.size());
    std::vector<sim::Slice>& rest = fresh.back();
    for (std::size_t slice = seen_; slice < end; ++slice) {
        rest.push_back(requests.node->slices[slice]);
        for (std::size_t i = 0; i + 1 < requests.parts.size(); ++i) {
            const sim::Slice part = (*requests.parts[i].slices)[slice];
            requests.parts[i].has_begun |= part.arrived > 0;
            fresh[i].push_back(part);
            subtract(rest.back(), part);
        }
        requests.parts.back().has_begun |= rest.back().arrived > 0;
    }
    bool has_any = false;
    for (std::size_t i = 0; i < requests.parts.size(); ++i) {
        Part& part = requests.parts[i];
        const bool is_rest = i + 1 == requests.parts.size();
        take(part, part.has_begun || (is_rest && !has_any), fresh[i]);
        has_any |= part.has_begun;
    }
}

// Of a node that nobody called there is what is left of its requests: none.
void Scrape::take(Part& part, bool is_there, const std::vector<sim::Slice>& fresh) {
    for (Counter& each : part.counters) {
        for (const sim::Slice& slice : fresh) each.sum += each.count(slice);
        each.is_there |= each.sum > 0;
        if (is_there && each.is_there) sample(*each.series, each.sum);
        if (!is_there) each.series->samples.clear();
    }
}

// What the slice had that ended last. A series that ended early has nothing more to say.
void Scrape::take(Gauge& gauge, std::size_t end) {
    const sim::SeriesValues& values = gauge.meter->values_so_far(gauge.index);
    if (end == 0 || end > values.size()) return;
    gauge.series->samples.push_back({times_.back(), values[end - 1]});
}

void Scrape::take(Resource& resource, std::size_t end) {
    if (end == 0 || end > resource.slices->size()) return;
    const double more = resource.slices->mean(resource.seen, end).*resource.value;
    resource.seen = end;
    resource.sum += more;
    const double last = resource.slices->mean(end - 1, end).*resource.value;
    resource.is_there |= resource.is_counted ? resource.sum > 0 : more > 0;
    if (resource.is_there) sample(*resource.series, resource.is_counted ? resource.sum : last);
}

void Scrape::take(Objective& objective, std::size_t end) {
    for (std::size_t slice = seen_; slice < end && objective.node != nullptr; ++slice) {
        const sim::Slice whole = objective.node->slices[slice];
        objective.sum_all += whole.finished;
        if (objective.promise == nullptr) {
            objective.sum_good += whole.succeeded;
        } else if (slice < objective.promise->kept.size()) {
            objective.sum_good += objective.promise->kept[slice];
        }
    }
    if (objective.good != nullptr) sample(*objective.good, objective.sum_good);
    if (objective.all != nullptr) sample(*objective.all, objective.sum_all);
}

std::set<std::string> metric_names(const sim::Recording& recording) {
    std::set<std::string> names = {"slo_good_total", "slo_requests_total"};
    for (const sim::NodeRecord& node : recording.nodes) {
        const std::string prefix(metrics::request_prefix(node));
        const std::string duration = prefix + std::string(metrics::kDurationMetric);
        names.insert(prefix + std::string(metrics::kRequestsMetric) + "_total");
        names.insert(prefix + std::string(metrics::kInFlightMetric));
        for (const char* const part : {"_sum", "_count", "_bucket"}) names.insert(duration + part);
        for (const sim::Series& series : node.series) names.insert(metrics::gauge_name(series));
        if (node.resources.size() < 2) continue;
        for (const char* const part : {"size", "used", "waiting", "refused_total"}) {
            names.insert(std::string("resource_") + part);
        }
    }
    return names;
}

}  // namespace models
