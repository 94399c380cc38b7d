#include "reports/drawn.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string_view>

#include "reports/heat_map.h"
#include "reports/statistics/step_quantile.h"
#include "sim/math.h"
#include "sim/slices.h"

namespace reports {

namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

// Slices that are joined to one interval.
struct Grid {
    std::size_t slices = 0;
    std::size_t joined = 1;
    double slice_s = 1;
    double end_s = 0;

    std::size_t intervals() const { return (slices + joined - 1) / joined; }
    std::size_t first(std::size_t interval) const { return interval * joined; }
    std::size_t end(std::size_t interval) const { return std::min(slices, first(interval + 1)); }
    // The last one may be cut short.
    double length_s(std::size_t interval) const {
        return std::min(end_s, static_cast<double>(end(interval)) * slice_s) -
               static_cast<double>(first(interval)) * slice_s;
    }
};

constexpr std::size_t kMostIntervals = 720;
constexpr std::size_t kFewestIntervals = 120;
// Of all nodes together.
constexpr std::size_t kMostPoints = 40'000;
// Which a p99 needs, so that one lies beyond it.
constexpr std::size_t kEnough = 100;

std::uint64_t finished_by_users(const sim::Recording& recording) {
    std::uint64_t finished = 0;
    for (const sim::NodeRecord& node : recording.nodes) {
        if (!node.is_client) continue;
        node.slices.for_each(
            [&](std::size_t, const sim::Slice& slice) { finished += slice.finished; });
    }
    return finished;
}

Grid grid_of(const sim::Recording& recording) {
    Grid grid;
    grid.slice_s = sim::seconds(recording.slice);
    grid.end_s = sim::seconds(recording.simulated);
    if (slices_of(recording) == 0) return grid;
    // What happens at the very end is in a slice of no length.
    grid.slices = slices_of(recording);
    const std::size_t nodes = std::max<std::size_t>(1, recording.nodes.size());
    const std::size_t most = std::clamp(kMostPoints / nodes, kFewestIntervals, kMostIntervals);
    const std::size_t to_fit = (grid.slices + most - 1) / most;
    const std::uint64_t finished = std::max<std::uint64_t>(1, finished_by_users(recording));
    const std::size_t to_be_enough = (grid.slices * kEnough + finished - 1) / finished;
    grid.joined =
        std::max({std::size_t{1}, to_fit, std::min(to_be_enough, grid.slices / kFewestIntervals)});
    return grid;
}

sim::Slice joined(const sim::NodeRecord& node, const Grid& grid, std::size_t interval) {
    // The last interval takes what ended at the very end.
    const bool is_last = interval + 1 == grid.intervals();
    const std::size_t end = is_last ? node.slices.size() : grid.end(interval);
    return sim::sum_of(node.slices, grid.first(interval), end);
}

std::uint64_t count_in(const BucketCounts& counts) {
    std::uint64_t count = 0;
    for (const auto& [bucket, n] : counts) count += n;
    return count;
}

double at_rank_s(const BucketCounts& counts, std::uint64_t rank, double most_s) {
    std::uint64_t before = 0;
    for (const auto& [bucket, n] : counts) {
        if (before + n < rank) {
            before += n;
            continue;
        }
        // Within a bucket, as if its values were spread evenly: else lines would go in steps.
        const double low_s = sim::seconds(sim::LatencySlices::lowest_in(bucket));
        const double high_s = sim::seconds(sim::LatencySlices::highest_in(bucket));
        const double along = (static_cast<double>(rank - before) - 0.5) / static_cast<double>(n);
        return std::min(low_s + (high_s - low_s) * along, most_s);
    }
    return kNothing;
}

// Of an interval.
struct EndedInterval {
    BucketCounts succeeded;
    BucketCounts failed;
    double slowest_s = 0;
};

// Failures rank after successes (sim/latencies.h).
void add_percentile(DrawnPercentile& drawn, double percent, const EndedInterval& ended) {
    const std::uint64_t succeeded = count_in(ended.succeeded);
    const std::uint64_t all = succeeded + count_in(ended.failed);
    const std::uint64_t rank = sim::Histogram::rank_of(percent, all);
    drawn.succeeded.push_back(kNothing);
    drawn.failed_after.push_back(kNothing);
    if (static_cast<double>(all) * (100 - percent) / 100 < 1) return;
    if (rank <= succeeded) {
        drawn.succeeded.back() = at_rank_s(ended.succeeded, rank, ended.slowest_s);
    } else {
        drawn.failed_after.back() = at_rank_s(ended.failed, rank - succeeded, ended.slowest_s);
    }
}

DrawnUsers users_of(const sim::Recording& recording, const Grid& grid) {
    DrawnUsers users;
    for (std::size_t i = 0; i < grid.intervals(); ++i) {
        sim::Slice sum;
        EndedInterval ended;
        for (const sim::NodeRecord& node : recording.nodes) {
            if (!node.is_client) continue;
            sim::add(sum, joined(node, grid, i));
            add_buckets(ended.succeeded, node.latencies, grid.first(i), grid.end(i));
            add_buckets(ended.failed, node.failed_after, grid.first(i), grid.end(i));
        }
        const double length_s = grid.length_s(i);
        ended.slowest_s = sum.slowest_us * 1e-6;
        users.offered.push_back(sum.arrived / length_s);
        users.succeeded.push_back(sum.succeeded / length_s);
        users.rejected.push_back(sum.rejected / length_s);
        users.timed_out.push_back(sum.timed_out / length_s);
        users.failed.push_back((sum.finished - sum.succeeded - sum.rejected - sum.timed_out) /
                               length_s);
        add_percentile(users.p50, 50, ended);
        add_percentile(users.p95, 95, ended);
        add_percentile(users.p99, 99, ended);
        users.max.push_back(sum.finished > 0 ? ended.slowest_s : kNothing);
    }
    return users;
}

// The mean of the slices of an interval. A series that ended early has nothing more to say.
DrawnSeries thinned(const sim::Series& series, const Grid& grid) {
    DrawnSeries thin{series.name, series.unit, {}};
    for (std::size_t i = 0; i < grid.intervals(); ++i) {
        const std::size_t end = std::min(grid.end(i), series.values.size());
        const double sum = series.values.sum(grid.first(i), end);
        thin.values.push_back(end > grid.first(i) ? sum / static_cast<double>(end - grid.first(i))
                                                  : kNothing);
    }
    return thin;
}

// How much of a resource was in use; of those that were nearly full at some time.
constexpr double kNearlyFull = 0.5;

std::optional<DrawnSeries> thinned(const sim::ResourceRecord& resource, const Grid& grid) {
    std::string name = resource.declared.name + " in use";
    DrawnSeries thin{std::move(name), "1", {}};
    double most = 0;
    for (std::size_t i = 0; i < grid.intervals(); ++i) {
        const auto mean = resource.slices.mean(grid.first(i), grid.end(i));
        thin.values.push_back(mean.size > 0 ? mean.share() : kNothing);
        most = std::max(most, mean.share());
    }
    if (most < kNearlyFull) return std::nullopt;
    return thin;
}

bool measures(const sim::NodeRecord& record, std::string_view name) {
    return std::ranges::any_of(record.measures, [&](const sim::Measure& each) {
        return each.name == name && each.value > 0;
    });
}

// Calls that it made for each request that came: where it retries, how that multiplies the load;
// of a cache, what is left to one is answered by itself.
std::vector<double> calls_for_each(const sim::NodeRecord& record, const Grid& grid) {
    std::vector<double> values;
    for (std::size_t i = 0; i < grid.intervals(); ++i) {
        double calls = 0;
        for (const sim::CallRecord& call : record.calls) {
            calls += call.slices.mean(grid.first(i), grid.end(i)).taken;
        }
        const double came = joined(record, grid, i).arrived;
        values.push_back(came > 0 ? calls / came : kNothing);
    }
    return values;
}

void add_ratios(DrawnNode& node, const sim::NodeRecord& record, const Grid& grid) {
    if (measures(record, "retries")) {
        node.series.push_back({"calls for each request", "", calls_for_each(record, grid)});
    }
    if (!measures(record, "hit_ratio")) return;
    DrawnSeries hits{"hit ratio", "1", calls_for_each(record, grid)};
    for (double& each : hits.values) each = std::max(0.0, 1 - each);
    node.series.push_back(std::move(hits));
}

void add_errors(DrawnNode& node, const sim::Slice& sum) {
    const bool is_any = sum.finished > 0;
    const double errors = static_cast<double>(sum.finished) - sum.succeeded;
    node.error_ratio.push_back(is_any ? errors / sum.finished : kNothing);
    node.p95_s.push_back(quantile_of(sum, 0.95));
}

// More services than these no chart tells apart, and a page has no room for.
constexpr std::size_t kMostServices = 40;

DrawnNode node_of(const sim::NodeRecord& record, const Grid& grid, bool is_apart) {
    DrawnNode node{record.name, record.is_client, {}, {}, {}, {}, {}};
    for (std::size_t i = 0; i < grid.intervals(); ++i) {
        const sim::Slice sum = joined(record, grid, i);
        node.rate.push_back(sum.arrived / grid.length_s(i));
        node.mean_s.push_back(sum.finished > 0 ? sum.latency_sum_s / sum.finished : kNothing);
        if (is_apart) add_errors(node, sum);
    }
    add_ratios(node, record, grid);
    for (const sim::Series& series : record.series) {
        if (series.is_drawn) node.series.push_back(thinned(series, grid));
    }
    for (std::size_t i = 1; i < record.resources.size(); ++i) {
        if (auto drawn = thinned(record.resources[i], grid)) {
            node.series.push_back(std::move(*drawn));
        }
    }
    return node;
}

// Evenly over the axis of nines, with the percentiles that people ask for, up to where one
// observation lies beyond.
Curve curve_of(std::string name, const sim::Latencies& latency) {
    Curve curve{std::move(name), latency.count(), {}};
    if (latency.empty()) return curve;
    std::vector<double> percents = {0, 50, 75, 90, 95, 99, 99.9, 99.99, 99.999};
    constexpr int kSteps = 16;  // in each further nine
    for (int step = 1; step < 7 * kSteps; ++step) {
        percents.push_back(100 - 100 / sim::pow(10.0, static_cast<double>(step) / kSteps));
    }
    std::ranges::sort(percents);
    double last = -1;
    for (const double percent : percents) {
        const double beyond = static_cast<double>(latency.count()) * (100 - percent) / 100;
        if (beyond < 1 || percent - last < 1e-9) continue;
        last = percent;
        const sim::RankedLatency found = latency.percentile(percent);
        // From here on requests failed, which took longer than any time.
        if (found.failed) break;
        curve.points.push_back({percent, found.time});
    }
    return curve;
}

// More lines than these in one chart nobody can tell apart.
constexpr std::size_t kMostCurves = 7;

std::vector<Curve> curves_of(const Summary& summary) {
    std::vector<Curve> curves = {curve_of("all users", summary.latency)};
    std::vector<Curve> clients;
    std::vector<Curve> parts;
    for (const NodeSummary& node : summary.nodes) {
        if (!node.is_client) continue;
        clients.push_back(curve_of(node.name, node.latency));
        for (const sim::Split& split : node.splits) {
            parts.push_back(curve_of(split.name, split.latency));
        }
    }
    if (clients.size() < 2) clients.clear();
    for (std::vector<Curve>* more : {&clients, &parts}) {
        if (curves.size() + more->size() > kMostCurves) continue;
        for (Curve& curve : *more) curves.push_back(std::move(curve));
    }
    return curves;
}

// Where the caller did not count its calls, they are what the callee got from nobody else, as long
// as there is one such caller.
std::vector<DrawnEdge> edges_of(const sim::Recording& recording, const std::vector<Link>& links) {
    const double measured_s = sim::seconds(recording.measured());
    std::map<std::string, const sim::NodeRecord*> nodes;
    for (const sim::NodeRecord& node : recording.nodes) nodes.emplace(node.name, &node);
    const auto counted = [&](const Link& link) -> const sim::CallRecord* {
        const auto from = nodes.find(link.from);
        if (from == nodes.end()) return nullptr;
        const auto call = std::ranges::find(from->second->calls, link.to, &sim::CallRecord::to);
        return call == from->second->calls.end() ? nullptr : &*call;
    };
    std::vector<DrawnEdge> edges;
    for (const Link& link : links) {
        DrawnEdge edge{link.from, link.to, kNothing};
        if (const sim::CallRecord* call = counted(link)) {
            edge.rate = static_cast<double>(call->requests) / measured_s;
        } else if (const auto to = nodes.find(link.to); to != nodes.end()) {
            double known = 0;
            std::size_t unknown = 0;
            for (const Link& other : links) {
                if (other.to != link.to) continue;
                const sim::CallRecord* const call_of_other = counted(other);
                known += call_of_other ? static_cast<double>(call_of_other->requests) : 0;
                unknown += call_of_other ? 0 : 1;
            }
            const auto offered = static_cast<double>(to->second->totals.offered);
            if (unknown == 1) edge.rate = std::max(0.0, offered - known) / measured_s;
        }
        edges.push_back(std::move(edge));
    }
    return edges;
}

}  // namespace

Drawn drawn_of(const sim::Recording& first, const Summary& summary,
               const std::vector<Link>& links) {
    const Grid grid = grid_of(first);
    Drawn drawn;
    drawn.interval_s = grid.slice_s * static_cast<double>(grid.joined);
    drawn.intervals = grid.intervals();
    drawn.users = users_of(first, grid);
    drawn.heat = heat_map_of(first);
    drawn.curves = curves_of(summary);
    const bool is_apart = first.nodes.size() <= kMostServices;
    for (const sim::NodeRecord& node : first.nodes) {
        drawn.nodes.push_back(node_of(node, grid, is_apart));
    }
    drawn.edges = edges_of(first, links);
    drawn.traces = shown_traces(traces_of(first, 0));
    return drawn;
}

}  // namespace reports
