#include "reports/metrics/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

#include "metrics/names.h"
#include "sim/cumulated.h"
#include "sim/request_parts.h"

namespace reports {

namespace {

// Slices that are joined to one interval, and the steps of latency that are told apart.
struct MetricGrid {
    std::size_t slices = 0;
    std::size_t joined = 1;
    double slice_s = 1;
    double end_s = 0;
    std::vector<std::size_t> steps;  // the last in each bucket

    std::size_t intervals() const { return (slices + joined - 1) / joined; }
    std::size_t first(std::size_t interval) const { return interval * joined; }
    // What happened at the very end belongs to the last one.
    std::size_t end(std::size_t interval) const {
        return interval + 1 == intervals() ? ~std::size_t{0} : first(interval + 1);
    }
    // Of the beginning, and of each interval.
    std::vector<std::size_t> ends() const {
        std::vector<std::size_t> all = {0};
        for (std::size_t interval = 0; interval < intervals(); ++interval) {
            all.push_back(end(interval));
        }
        return all;
    }
};

// The requests of a node, or of one of its endpoints.
struct LabelledPart {
    Labels labels;
    sim::Slices slices;
};

std::vector<LabelledPart> parts_of(const sim::NodeRecord& node) {
    std::vector<LabelledPart> parts;
    for (sim::RequestPart& each : sim::request_parts(node)) {
        LabelledPart& part =
            parts.emplace_back(LabelledPart{{{"service", node.name}}, std::move(each.slices)});
        if (!each.endpoint.empty()) part.labels.emplace_back("endpoint", each.endpoint);
    }
    return parts;
}

// Of what was summed up until the end of each interval, and 0 before the first.
template <class Value>
std::vector<double> cumulated(const LabelledPart& part, const MetricGrid& grid, Value value) {
    return sim::cumulated(part.slices, grid.ends(), value);
}

// A series for each outcome that occurred, as a counter is there once it has been counted up.
void add_requests(MetricFamily& family, const LabelledPart& part, const MetricGrid& grid) {
    for (std::size_t index = 0; index < sim::kOutcomeNames.size(); ++index) {
        const auto outcome = static_cast<sim::Outcome>(index);
        MetricSeries series{part.labels, cumulated(part, grid, [&](const sim::Slice& slice) {
                                return sim::ended(slice, outcome);
                            })};
        if (outcome != sim::Outcome::succeeded && series.values.back() == 0) continue;
        series.labels.emplace_back("outcome", sim::kOutcomeNames[index]);
        series.labels.emplace_back("status", std::to_string(metrics::http_status(outcome)));
        family.series.push_back(std::move(series));
    }
}

// The buckets side by side, then the sum and the count, for each time.
void add_durations(MetricFamily& family, const LabelledPart& part, const MetricGrid& grid) {
    std::vector<std::vector<double>> columns;
    for (const std::size_t last : grid.steps) {
        columns.push_back(cumulated(part, grid, [&](const sim::Slice& slice) {
            return std::accumulate(slice.by_latency.begin(),
                                   slice.by_latency.begin() + static_cast<std::ptrdiff_t>(last) + 1,
                                   std::uint64_t{0});
        }));
    }
    columns.push_back(
        cumulated(part, grid, [](const sim::Slice& slice) { return slice.latency_sum_s; }));
    columns.push_back(
        cumulated(part, grid, [](const sim::Slice& slice) { return slice.finished; }));
    MetricSeries series{part.labels, {}};
    for (std::size_t time = 0; time <= grid.intervals(); ++time) {
        for (const std::vector<double>& column : columns) series.values.push_back(column[time]);
    }
    family.series.push_back(std::move(series));
}

void add_in_flight(MetricFamily& family, const LabelledPart& part, const MetricGrid& grid) {
    family.series.push_back({part.labels, cumulated(part, grid, [](const sim::Slice& slice) {
                                 return static_cast<double>(slice.arrived) -
                                        static_cast<double>(slice.finished);
                             })});
}

// Families of requests, of users or of services.
struct Requests {
    MetricFamily total;
    MetricFamily duration;
    MetricFamily in_flight;
};

Requests requests_of(const std::string& prefix, const std::string& whose) {
    return {{prefix + std::string(metrics::kRequestsMetric),
             MetricType::counter,
             "",
             "Requests " + whose + " that ended.",
             {}},
            {prefix + std::string(metrics::kDurationMetric),
             MetricType::histogram,
             "seconds",
             "How long requests " + whose + " took, whatever their outcome.",
             {}},
            {prefix + std::string(metrics::kInFlightMetric),
             MetricType::gauge,
             "",
             "Requests " + whose + " that have not ended.",
             {}}};
}

// The mean of the interval that ends there. A series that ended early has no samples any more.
std::vector<double> sampled(const sim::Series& series, const MetricGrid& grid) {
    std::vector<double> values = {series.values.empty() ? 0 : series.values[0]};
    for (std::size_t interval = 0; interval < grid.intervals(); ++interval) {
        const std::size_t end = std::min(grid.end(interval), series.values.size());
        if (end <= grid.first(interval)) break;
        const double sum = series.values.sum(grid.first(interval), end);
        values.push_back(sum / static_cast<double>(end - grid.first(interval)));
    }
    return values;
}

// One family a name and unit, whichever nodes have it.
std::vector<MetricFamily> gauges_of(const sim::Recording& recording, const MetricGrid& grid) {
    std::map<std::string, MetricFamily> families;
    for (const sim::NodeRecord& node : recording.nodes) {
        for (const sim::Series& series : node.series) {
            const std::string name = metrics::gauge_name(series);
            const std::string word = metrics::metric_word(series.name);
            MetricFamily& family = families[name];
            if (family.name.empty()) {
                std::string words = word;
                std::ranges::replace(words, '_', ' ');
                family = {name,
                          MetricType::gauge,
                          metrics::gauge_unit(series),
                          series.figure != nullptr
                              ? std::string(series.figure->doc)
                              : "The mean of " + words + " since the last sample.",
                          {}};
            }
            Labels labels = {{"service", node.name}};
            // Names that are no words of Prometheus may become the same one.
            if (word != series.name) labels.emplace_back("series", series.name);
            family.series.push_back({std::move(labels), sampled(series, grid)});
        }
    }
    std::vector<MetricFamily> list;
    for (auto& [name, family] : families) list.push_back(std::move(family));
    return list;
}

// How a node's resources were used, all instances together: one family for each thing to know.
struct OfResources {
    MetricFamily size{
        "resource_size", MetricType::gauge, "", "How many of a resource there are.", {}};
    MetricFamily used{
        "resource_used", MetricType::gauge, "", "The mean in use since the last sample.", {}};
    MetricFamily waiting{"resource_waiting",
                         MetricType::gauge,
                         "",
                         "The mean that waited for it since the last sample; left out where "
                         "nobody ever did.",
                         {}};
    MetricFamily refused{"resource_refused",
                         MetricType::counter,
                         "",
                         "Requests that did not get it; left out where all did.",
                         {}};

    void add(const Labels& labels, const sim::UsedSlices& slices, const MetricGrid& grid) {
        std::vector<double> sizes{slices[0].size}, uses{0}, waits{0}, refusals{0};
        for (std::size_t interval = 0; interval < grid.intervals(); ++interval) {
            const std::size_t end = std::min(grid.end(interval), slices.size());
            if (end <= grid.first(interval)) break;
            const auto mean = slices.mean(grid.first(interval), end);
            sizes.push_back(mean.size);
            uses.push_back(mean.in_use);
            waits.push_back(mean.waiting);
            refusals.push_back(refusals.back() + mean.refused);
        }
        const sim::UsedSlices::Sum all = slices.mean(0, slices.size());
        size.series.push_back({labels, std::move(sizes)});
        used.series.push_back({labels, std::move(uses)});
        if (all.waiting > 0) waiting.series.push_back({labels, std::move(waits)});
        if (all.refused > 0) refused.series.push_back({labels, std::move(refusals)});
    }
};

std::vector<MetricFamily> resources_of(const sim::Recording& recording, const MetricGrid& grid) {
    OfResources all;
    for (const sim::NodeRecord& node : recording.nodes) {
        for (std::size_t i = 1; i < node.resources.size(); ++i) {
            const sim::ResourceRecord& each = node.resources[i];
            all.add({{"service", node.name}, {"resource", each.declared.name}}, each.slices, grid);
        }
    }
    if (all.size.series.empty()) return {};
    return {std::move(all.refused), std::move(all.size), std::move(all.used),
            std::move(all.waiting)};
}

MetricFamily nodes_info(const sim::Recording& recording, std::size_t samples) {
    MetricFamily family{"service", MetricType::info, "", "What kind of node a service is.", {}};
    for (const sim::NodeRecord& node : recording.nodes) {
        family.series.push_back(
            {{{"service", node.name}, {"kind", node.kind}}, std::vector<double>(samples, 1)});
    }
    return family;
}

MetricFamily run_info(const sim::Recording& recording, const Origin& origin, std::size_t samples) {
    return {std::string(kRunFamily),
            MetricType::info,
            "",
            "Which run it was.",
            {{{{"scenario", origin.scenario},
               {"seed", fmt::format("{}", recording.seed.run)},
               {"fingerprint", recording.fingerprint.hex()}},
              std::vector<double>(samples, 1)}}};
}

constexpr std::size_t kMostHistograms = 50;
constexpr std::size_t kMostSamples = 350'000;
constexpr std::size_t kFewestTimes = 300;
constexpr std::size_t kFewestInASample = 6;  // of a sample, at the typical node
constexpr std::size_t kMostTimes = 2000;

std::size_t gauges_in(const sim::Recording& recording) {
    std::size_t gauges = 0;
    for (const sim::NodeRecord& node : recording.nodes) {
        gauges += node.series.size();
        for (std::size_t i = 1; i < node.resources.size(); ++i) {
            const sim::UsedSlices& slices = node.resources[i].slices;
            const sim::UsedSlices::Sum all = slices.mean(0, slices.size());
            gauges += 2u + (all.waiting > 0) + (all.refused > 0);
        }
    }
    return gauges;
}

std::size_t histograms_in(const sim::Recording& recording) {
    std::size_t histograms = 0;
    for (const sim::NodeRecord& node : recording.nodes) {
        const auto endpoints = static_cast<std::size_t>(std::ranges::count_if(
            node.splits, [](const sim::Split& split) { return split.by == "endpoint"; }));
        histograms += std::max<std::size_t>(1, endpoints);
    }
    return histograms;
}

// Half of the nodes had at most so many.
std::size_t typical_requests(const sim::Recording& recording) {
    std::vector<std::size_t> ended;
    for (const sim::NodeRecord& node : recording.nodes) {
        std::size_t& sum = ended.emplace_back();
        node.slices.for_each([&](std::size_t, const sim::Slice& slice) { sum += slice.finished; });
    }
    if (ended.empty()) return 0;
    const auto middle = ended.begin() + static_cast<std::ptrdiff_t>(ended.size() / 2);
    std::ranges::nth_element(ended, middle);
    return *middle;
}

MetricGrid metric_grid_of(const sim::Recording& recording) {
    MetricGrid grid;
    const std::size_t histograms = histograms_in(recording);
    const bool is_coarse = histograms > kMostHistograms;
    for (std::size_t step = is_coarse ? 1 : 0; step + 1 < sim::kLatencySteps;
         step += is_coarse ? 2 : 1) {
        grid.steps.push_back(step);
    }
    grid.steps.push_back(sim::kLatencySteps - 1);

    grid.slice_s = sim::seconds(recording.slice);
    grid.end_s = sim::seconds(recording.simulated);
    if (recording.slice <= sim::Duration::zero()) return grid;
    const sim::Duration up = recording.slice - sim::Duration(1);
    grid.slices = static_cast<std::size_t>((recording.simulated + up) / recording.slice);
    // Besides its durations each has its requests that succeeded, those in flight, and what it is.
    const std::size_t columns =
        std::max<std::size_t>(1, histograms * (grid.steps.size() + 5) + gauges_in(recording));
    const std::size_t fewest =
        std::clamp(typical_requests(recording) / kFewestInASample, std::size_t{1}, kFewestTimes);
    const std::size_t most = std::clamp(kMostSamples / columns, fewest, kMostTimes);
    grid.joined = std::max<std::size_t>(1, (grid.slices + most - 1) / most);
    return grid;
}

std::vector<std::string> bounds_of(const MetricGrid& grid) {
    std::vector<std::string> bounds;
    for (const std::size_t step : grid.steps) {
        bounds.push_back(metrics::bound_text(step));
    }
    return bounds;
}

}  // namespace

Metrics metrics_of(const sim::Recording& recording, const Origin& origin) {
    const MetricGrid grid = metric_grid_of(recording);
    Metrics metrics;
    metrics.epoch_s = origin.epoch_s;
    metrics.interval_s = grid.slice_s * static_cast<double>(grid.joined);
    for (std::size_t i = 0; i < grid.intervals(); ++i) {
        metrics.times_s.push_back(static_cast<double>(grid.first(i)) * grid.slice_s);
    }
    metrics.times_s.push_back(grid.end_s);
    metrics.bounds = bounds_of(grid);

    Requests of_users = requests_of("user", "of users");
    Requests of_services = requests_of("http", "to a service");
    for (const sim::NodeRecord& node : recording.nodes) {
        Requests& requests = node.is_client ? of_users : of_services;
        for (const LabelledPart& part : parts_of(node)) {
            add_requests(requests.total, part, grid);
            add_durations(requests.duration, part, grid);
            add_in_flight(requests.in_flight, part, grid);
        }
    }
    for (Requests* requests : {&of_users, &of_services}) {
        metrics.families.push_back(std::move(requests->total));
        metrics.families.push_back(std::move(requests->duration));
        metrics.families.push_back(std::move(requests->in_flight));
    }
    for (MetricFamily& family : gauges_of(recording, grid)) {
        metrics.families.push_back(std::move(family));
    }
    for (MetricFamily& family : resources_of(recording, grid)) {
        metrics.families.push_back(std::move(family));
    }
    metrics.families.push_back(nodes_info(recording, metrics.times_s.size()));
    metrics.families.push_back(run_info(recording, origin, metrics.times_s.size()));
    std::erase_if(metrics.families, [](const MetricFamily& each) { return each.series.empty(); });
    return metrics;
}

}  // namespace reports
