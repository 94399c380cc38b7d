#include "models/alerts/metrics.h"

#include <algorithm>

#include "metrics/names.h"
#include "sim/cumulated.h"
#include "sim/request_parts.h"

namespace models {

namespace {

using promql::Labels;
using promql::TimeSeries;

class Scraper {
public:
    Scraper(const sim::Recording& recording, sim::Duration interval,
            const std::set<std::string>& wanted)
        : slice_(recording.slice), wanted_(wanted) {
        interval = std::max(interval, slice_);
        for (sim::Duration at = interval; at <= recording.simulated; at += interval) {
            times_.push_back(at);
            ends_.push_back(static_cast<std::size_t>(at / slice_));
        }
    }

    bool wants(const std::string& name) const {
        return wanted_.contains(name) || wanted_.contains("");
    }

    // What was counted of each slice; a counter that never counted is not there.
    template <class... Counted>
    void counter(const std::string& name, Labels labels, bool is_shown_at_zero,
                 const Counted&... counted) {
        if (!wants(name)) return;
        TimeSeries series = named(name, std::move(labels));
        series.only_grows = true;
        add_samples(series, cumulated(counted...));
        const bool has_counted = !series.samples.empty() && series.samples.back().value > 0;
        if (has_counted || is_shown_at_zero) found_.push_back(std::move(series));
    }

    // Those who came and have not left.
    void in_flight(const std::string& name, Labels labels, const sim::Slices& slices) {
        if (!wants(name)) return;
        TimeSeries series = named(name, std::move(labels));
        add_samples(series, cumulated(slices, [](const sim::Slice& slice) {
                        return static_cast<double>(slice.arrived) -
                               static_cast<double>(slice.finished);
                    }));
        found_.push_back(std::move(series));
    }

    // What the slice had that ended last. A series that ended early has nothing more to say.
    void gauge(const std::string& name, Labels labels, const sim::SeriesValues& values) {
        if (!wants(name)) return;
        TimeSeries series = named(name, std::move(labels));
        for (std::size_t i = 0; i < times_.size(); ++i) {
            if (ends_[i] == 0 || ends_[i] > values.size()) continue;
            series.samples.push_back({promql::milliseconds(times_[i]), values[ends_[i] - 1]});
        }
        found_.push_back(std::move(series));
    }

    // How a resource was used in the slice that ended last, and how often it was refused so far: as
    // `export` writes it, which leaves out what nobody waited for or was refused.
    void resource(const std::string& node, const sim::ResourceRecord& record) {
        const Labels labels = {{"resource", record.declared.name}, {"service", node}};
        const auto last = [&](const std::string& name, double sim::UsedSlices::Sum::*value) {
            if (!wants(name)) return;
            TimeSeries& series = found_.emplace_back(named(name, labels));
            for_each_scrape(record.slices, [&](sim::Duration at, std::size_t end) {
                const auto used = record.slices.mean(end - 1, end);
                series.samples.push_back({promql::milliseconds(at), used.*value});
            });
        };
        last("resource_size", &sim::UsedSlices::Sum::size);
        last("resource_used", &sim::UsedSlices::Sum::in_use);
        const sim::UsedSlices::Sum all = record.slices.mean(0, record.slices.size());
        if (all.waiting > 0) last("resource_waiting", &sim::UsedSlices::Sum::waiting);
        if (all.refused == 0 || !wants("resource_refused_total")) return;
        TimeSeries& refused = found_.emplace_back(named("resource_refused_total", labels));
        refused.only_grows = true;
        double so_far = 0;
        std::size_t looked_at = 0;
        for_each_scrape(record.slices, [&](sim::Duration at, std::size_t end) {
            so_far += record.slices.mean(looked_at, end).refused;
            looked_at = end;
            refused.samples.push_back({promql::milliseconds(at), so_far});
        });
    }

    std::vector<TimeSeries> take() { return std::move(found_); }

private:
    static TimeSeries named(const std::string& name, Labels labels) {
        TimeSeries series{std::move(labels), {}, false};
        promql::set_label(series.labels, "__name__", name);
        return series;
    }
    template <class Value>
    std::vector<double> cumulated(const sim::Slices& slices, Value value) const {
        return sim::cumulated(slices, ends_, value);
    }
    std::vector<double> cumulated(const std::vector<std::uint32_t>& counts) const {
        return sim::cumulated(counts, ends_);
    }
    // Of those by which a slice is over that was looked at.
    template <class Do>
    void for_each_scrape(const sim::UsedSlices& slices, Do what) const {
        for (std::size_t i = 0; i < times_.size(); ++i) {
            if (ends_[i] > 0 && ends_[i] <= slices.size()) what(times_[i], ends_[i]);
        }
    }
    void add_samples(TimeSeries& series, const std::vector<double>& values) const {
        for (std::size_t i = 0; i < times_.size(); ++i) {
            series.samples.push_back({promql::milliseconds(times_[i]), values[i]});
        }
    }

    sim::Duration slice_;
    const std::set<std::string>& wanted_;
    std::vector<sim::Duration> times_;
    std::vector<std::size_t> ends_;  // slices that are over at each of them
    std::vector<TimeSeries> found_;
};

// The requests of a node, or of one of its endpoints.
struct Part {
    Labels labels;
    sim::Slices slices;
};

std::vector<Part> parts_of(const sim::NodeRecord& node) {
    std::vector<Part> parts;
    for (sim::RequestPart& each : sim::request_parts(node)) {
        Part& part = parts.emplace_back(Part{{}, std::move(each.slices)});
        promql::set_label(part.labels, "service", node.name);
        promql::set_label(part.labels, "endpoint", each.endpoint);
    }
    return parts;
}

void scrape_durations(Scraper& scraper, const std::string& name, const Part& part) {
    scraper.counter(name + "_sum", part.labels, true, part.slices,
                    [](const sim::Slice& slice) { return slice.latency_sum_s; });
    scraper.counter(name + "_count", part.labels, true, part.slices,
                    [](const sim::Slice& slice) { return slice.finished; });
    for (std::size_t step = 0; step < sim::kLatencySteps; ++step) {
        Labels labels = part.labels;
        promql::set_label(labels, "le", metrics::bound_text(step));
        const auto up_to = [&](const sim::Slice& slice) {
            double count = 0;
            for (std::size_t i = 0; i <= step; ++i) count += slice.by_latency[i];
            return count;
        };
        scraper.counter(name + "_bucket", labels, true, part.slices, up_to);
    }
}

// Rate, errors and duration.
void scrape_requests(Scraper& scraper, const std::string& prefix, const Part& part) {
    for (std::size_t index = 0; index < sim::kOutcomeNames.size(); ++index) {
        const auto outcome = static_cast<sim::Outcome>(index);
        Labels labels = part.labels;
        promql::set_label(labels, "outcome", sim::kOutcomeNames[index]);
        promql::set_label(labels, "status", std::to_string(metrics::http_status(outcome)));
        scraper.counter(prefix + std::string(metrics::kRequestsMetric) + "_total", labels,
                        outcome == sim::Outcome::succeeded, part.slices,
                        [&](const sim::Slice& slice) { return sim::ended(slice, outcome); });
    }
    scrape_durations(scraper, prefix + std::string(metrics::kDurationMetric), part);
    scraper.in_flight(prefix + std::string(metrics::kInFlightMetric), part.labels, part.slices);
}

}  // namespace

// A request that ended well within the latency that was promised is good; without a promise, one
// that ended well.
GoodAndAll counted_for(const SloSpec& objective, const sim::Recording& recording) {
    GoodAndAll counted;
    const auto node =
        std::ranges::find(recording.nodes, objective.node.node, &sim::NodeRecord::name);
    if (node == recording.nodes.end()) return counted;
    counted.good.resize(node->slices.size());
    counted.all.resize(node->slices.size());
    node->slices.for_each([&](std::size_t index, const sim::Slice& slice) {
        counted.good[index] = slice.succeeded;
        counted.all[index] = slice.finished;
    });
    if (!objective.latency) return counted;
    const auto promise =
        std::ranges::find(node->promises, *objective.latency, &sim::Promise::latency);
    if (promise == node->promises.end()) return counted;
    counted.good = promise->kept;
    counted.good.resize(counted.all.size());
    return counted;
}

std::vector<TimeSeries> metrics_of(const sim::Recording& recording,
                                   const spec::Named<SloSpec>& objectives,
                                   sim::Duration scrape_interval,
                                   const std::set<std::string>& wanted) {
    Scraper scraper(recording, scrape_interval, wanted);
    for (const sim::NodeRecord& node : recording.nodes) {
        for (const Part& part : parts_of(node)) {
            scrape_requests(scraper, std::string(metrics::request_prefix(node)), part);
        }
        for (const sim::Series& series : node.series) {
            scraper.gauge(metrics::gauge_name(series), {{"service", node.name}}, series.values);
        }
        // The first is the requests themselves.
        for (std::size_t i = 1; i < node.resources.size(); ++i) {
            scraper.resource(node.name, node.resources[i]);
        }
    }
    for (const auto& [name, objective] : objectives) {
        const GoodAndAll counted = counted_for(objective, recording);
        const Labels labels = {{"objective", name}};
        scraper.counter("slo_good_total", labels, true, counted.good);
        scraper.counter("slo_requests_total", labels, true, counted.all);
    }
    return scraper.take();
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
