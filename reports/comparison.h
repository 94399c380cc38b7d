// Variants of one system side by side, played on the same chance: what each came to, and how it
// differs from one of them, the baseline.
//
// A figure is worked out for each replication by itself; what is reported is the mean over
// replications with its t-interval, and the paired difference and ratio (paired.h). The difference
// therefore is of the same requests, replication by replication.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/statistics/paired.h"
#include "reports/statistics/warm_up.h"
#include "reports/value.h"
#include "reports/verdict.h"
#include "sim/recording.h"

namespace reports {

struct ComparedFigure {
    std::string name;  // "p99_9", as in run.json, or the expression
    Dimension dimension = Dimension::plain;
    double percent = 0;                         // of a percentile
    std::optional<Expression> expression = {};  // of a figure that was asked for
    bool is_shown = true;
};
using ComparedFigures = std::vector<ComparedFigure>;

// What is always compared, in the order in which it is shown: mean, p50, p95, p99, p99_9,
// availability, throughput, imbalance_max (the busiest machine's requests over the mean),
// imbalance_cv (their coefficient of variation), cost, cost_per_month.
ComparedFigures usual_figures();

// The index of a figure; figures.size() when there is none of that name.
std::size_t index_of(const ComparedFigures& figures, std::string_view name);

// How long a request of a node waits for one of its resources, on average.
struct Wait {
    std::string node;
    std::string resource;
    double waits_s = 0;
};

// One replication of a variant. A figure that it says nothing of is NaN, and so is a percentile
// beyond which fewer than ten of its requests lie (is_enough in summary.h). A percentile that falls
// among requests that failed is infinite, and `waited_s` says how long that one took to fail.
struct Sample {
    std::vector<double> figures;
    std::vector<double> waited_s;
    std::vector<Verdict> verdicts;  // of what its scenario expects
    std::uint64_t offered = 0;
    std::uint64_t ended = 0;
    sim::Fingerprint fingerprint;
    sim::Fingerprint arrivals;
    std::string balanced;    // the node whose machines the imbalance is of
    std::string limited_by;  // what a diagnosis says of it
    std::string culprit;     // and whom it names, "db cores"; empty when nothing is at its limit
    std::vector<Wait> waits;
    std::optional<WarmUp> warm_up;
    double simulated_s = 0;
    double warm_up_s = 0;
    bool out_of_room = false;
};

struct Sampling {
    const ComparedFigures& figures;
    const std::vector<Expression>& expected;
    // The node whose imbalance is wanted, as when its balancer is varied; else it is the pool, or
    // the node, with most machines.
    std::string_view balanced;
};
Sample sample_of(const sim::Recording& recording, const Sampling& sampling);

// Against the baseline.
struct Against {
    Estimate difference;
    Estimate ratio;
};

// Any two variants, of the replications that both have.
struct Variant;
Against against_of(const Variant& variant, const Variant& other, std::size_t figure);

// In how many replications a percentile falls among failures, and how long those waited, on
// average; NaN when that is not known.
struct Failed {
    std::size_t times = 0;
    double waited_s = 0;
};

struct Variant {
    std::string name;
    std::vector<Sample> samples;  // by replication
    std::vector<Estimate> figures;
    std::vector<Failed> failed;  // of each figure
    std::vector<Against> against;
    std::uint64_t offered = 0;  // in all replications
    std::string fingerprint;
    std::string arrivals_fingerprint;
    bool same_arrivals = false;  // as the baseline, in every replication
    bool same_run = false;       // not a single event differs from the baseline
};

// An expectation that a variant did not meet, or of which nothing could be said, and how often.
struct Broken {
    std::string expr;
    std::size_t times = 0;  // of the replications
};
std::vector<Broken> broken_of(const Variant& variant);

struct Comparison {
    ComparedFigures figures;
    std::vector<std::size_t> metrics;  // the figures that the sentences are about
    std::vector<Variant> variants;
    std::size_t baseline = 0;
    std::size_t replications = 0;

    const Variant& base() const { return variants[baseline]; }
    bool all_same_arrivals() const;
    // The fewest requests that ended in a replication of a variant.
    std::uint64_t fewest_ended() const;
};

struct Played {
    ComparedFigures figures;
    std::vector<std::size_t> metrics;
    std::vector<std::string> names;
    std::vector<std::vector<Sample>> samples;  // by variant, then by replication; at least one
    std::size_t baseline = 0;
};
Comparison compare(Played played);

}  // namespace reports
