// How well one long run knows its own figures: batch means.
//
// Requests that follow each other are alike - they wait in the same line - so the spread of single
// requests says far too little about the spread of their mean. The means of long enough batches
// hardly depend on each other, and a t-interval of them is right (Schmeiser, "Batch size effects in
// the analysis of simulation output", Operations Research 30, 1982: 10 to 30 batches are enough,
// more gain little). Batches are equal spans of time here, so a figure is a ratio of two sums, and
// its error that of the ratio (Cochran, Sampling Techniques, 3rd edition, 6.3).
//
// Whether batches are long enough is asked of batches half as long, which would show it first (Law
// and Carson, Operations Research 27, 1979), by von Neumann's test (Fishman, "Grouping observations
// in digital simulation", Management Science 24, 1978): up to 60 spans that pass for independent
// become half as many batches, others become 10. What correlation is left widens the interval, as
// in Skart (Tafazzoli, Steiger and Wilson, "N-Skart", Operations Research 59, 2011). Ten batches
// that plainly go up or down together are those of a system that drifts or falls behind: no
// interval then. Asking for more, or again and again, favours those runs that were calm by chance.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace reports {

// What a figure sums, and over how many, in a span of time as long as every other.
struct Period {
    double sum = 0;
    double count = 0;
};

struct Batches {
    std::size_t batches = 0;
    double correlation = 0;     // of neighbours: von Neumann's statistic, 0 for independent batches
    bool settled = false;       // no drift is seen, at 2 %
    double standard_error = 0;  // of the ratio of the sums
    double half_width() const;  // of its 95 % interval
};

inline constexpr std::size_t kFewestBatches = 10;

// None from fewer than ten periods, or when nothing was counted. Periods that fill no batch are
// left out at the beginning, which is the least typical part.
std::optional<Batches> batches_of(std::span<const Period> periods);

}  // namespace reports
