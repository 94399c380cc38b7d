// What charts draw beyond the figures of run.json: how a run went over time, whole distributions,
// and who calls whom. Over time it is the first replication, else all of them.
//
// Everything is small enough for a page: slices are joined until there are at most 720 intervals,
// or fewer where there are many nodes, and each is long enough for a percentile.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/heat_map.h"
#include "reports/summary.h"
#include "reports/traces/shown.h"

namespace reports {

// By interval, in seconds: of those in which it falls among requests that succeeded, and of those
// in which it falls among failures, how long these took. NaN in the others, and where fewer than
// one observation lies beyond.
struct DrawnPercentile {
    std::vector<double> succeeded;
    std::vector<double> failed_after;
};

// By interval: rates a second, latencies in seconds. NaN is nothing to say: the mean of nothing.
struct DrawnUsers {
    std::vector<double> offered;
    std::vector<double> succeeded;
    std::vector<double> failed;
    std::vector<double> rejected;
    std::vector<double> timed_out;
    DrawnPercentile p50;
    DrawnPercentile p95;
    DrawnPercentile p99;
    std::vector<double> max;
};

struct CurvePoint {
    double percent;
    sim::Duration latency;  // of requests that succeeded
};

struct Curve {
    std::string name;
    std::uint64_t count = 0;  // of all that ended
    std::vector<CurvePoint> points;
};

// A number of a node, by interval.
struct DrawnSeries {
    std::string name;
    std::string unit;
    std::vector<double> values;
};

struct DrawnNode {
    std::string name;
    bool is_client = false;
    std::vector<double> rate;    // of requests that arrived
    std::vector<double> mean_s;  // of those that ended
    // Of systems small enough to tell services apart by them.
    std::vector<double> error_ratio;  // of those that ended
    std::vector<double> p95_s;
    std::vector<DrawnSeries> series;
};

struct DrawnEdge {
    std::string from;
    std::string to;
    double rate = 0;  // since the warm-up; NaN where it is not known
};

struct Drawn {
    double interval_s = 0;
    std::size_t intervals = 0;
    DrawnUsers users;
    HeatMap heat;
    std::vector<Curve> curves;  // of all users first, then of parts of them
    std::vector<DrawnNode> nodes;
    std::vector<DrawnEdge> edges;
    ShownTraces traces;
};

// One node refers to another, as the scenario says.
struct Link {
    std::string from;
    std::string to;
    bool operator==(const Link&) const = default;
};

// `first` is one of those that were summarised.
Drawn drawn_of(const sim::Recording& first, const Summary& summary, const std::vector<Link>& links);

}  // namespace reports
