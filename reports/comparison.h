// Variants of one system side by side, played on the same chance: what each came to, and how it
// differs from one of them, the baseline.
//
// A figure is worked out for each replication by itself; what is reported is the mean over
// replications with its t-interval, and the paired difference and ratio (paired.h). The difference
// therefore is of the same requests, replication by replication.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reports/paired.h"
#include "reports/value.h"
#include "sim/recording.h"

namespace reports {

struct ComparedFigure {
    std::string_view name;  // "p99_9", as in run.json
    Dimension dimension = Dimension::plain;
    double percent = 0;  // of a percentile
};

// What is compared, in the order in which it is shown. The imbalance of load over machines is that
// of the busiest to the mean, and the coefficient of variation.
inline constexpr std::array<ComparedFigure, 11> kComparedFigures = {{
    {"mean", Dimension::time},
    {"p50", Dimension::time, 50},
    {"p95", Dimension::time, 95},
    {"p99", Dimension::time, 99},
    {"p99_9", Dimension::time, 99.9},
    {"availability", Dimension::share},
    {"throughput", Dimension::rate},
    {"imbalance_max", Dimension::plain},
    {"imbalance_cv", Dimension::plain},
    {"cost", Dimension::money},
    {"cost_per_month", Dimension::money},
}};
inline constexpr std::size_t kCompared = kComparedFigures.size();

// The index of a figure; kCompared when there is none of that name.
std::size_t compared_figure(std::string_view name);

// One replication of a variant. A figure that it says nothing of is NaN, and so is a percentile
// beyond which fewer than ten of its requests lie (is_enough in summary.h).
struct Sample {
    std::array<double, kCompared> figures{};
    std::uint64_t offered = 0;
    std::uint64_t ended = 0;
    std::uint64_t succeeded = 0;
    sim::Fingerprint fingerprint;
    sim::Fingerprint arrivals;
    std::string balanced;  // the node whose machines the imbalance is of
    bool out_of_room = false;
};

// `preferred` is the node whose imbalance is wanted, as when its balancer is varied; else it is the
// pool, or the node, with most machines.
Sample sample_of(const sim::Recording& recording, std::string_view preferred);

// Against the baseline.
struct Against {
    Estimate difference;
    Estimate ratio;
};

struct Variant {
    std::string name;
    std::vector<Sample> samples;  // by replication
    std::array<Estimate, kCompared> figures;
    std::array<Against, kCompared> against;
    std::uint64_t offered = 0;  // in all replications
    std::string fingerprint;
    std::string arrivals_fingerprint;
    bool same_arrivals = false;  // as the baseline, in every replication
    bool same_run = false;       // not a single event differs from the baseline
};

struct Comparison {
    std::vector<Variant> variants;
    std::size_t baseline = 0;
    std::size_t replications = 0;

    const Variant& base() const { return variants[baseline]; }
    bool all_same_arrivals() const;
    // The fewest requests that ended in a replication of a variant.
    std::uint64_t fewest_ended() const;
};

// As many samples for each name.
Comparison compare(const std::vector<std::string>& names, std::vector<std::vector<Sample>> samples,
                   std::size_t baseline);

}  // namespace reports
