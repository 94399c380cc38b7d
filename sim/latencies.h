// Latencies by outcome, in which a request that failed is slower than any that succeeded.
//
// Ranked are first the successes by their latency, then the failures by how long they took. So a
// percentile is a latency as long as that share of the requests succeeded; else it has *failed*,
// which is above any time, and says how long the request at that rank waited for nothing. A limit
// therefore is never met by refusing quickly. Means are of successes or of failures, not of both.
#pragma once

#include "sim/histogram.h"
#include "sim/time.h"

namespace sim {

// The request at a rank.
struct RankedLatency {
    Duration time{};      // of a failure: how long it took to fail
    bool failed = false;  // then slower than any success
    bool operator==(const RankedLatency&) const = default;
};

struct Latencies {
    Histogram succeeded;
    Histogram failed;  // rejected and timed out, too

    std::uint64_t count() const { return succeeded.count() + failed.count(); }
    bool empty() const { return count() == 0; }

    void merge(const Latencies& other) {
        succeeded.merge(other.succeeded);
        failed.merge(other.failed);
    }

    // The order statistic at this percentile, 0 to 100, of successes and failures together. Zero
    // when empty.
    RankedLatency percentile(double percent) const {
        const std::uint64_t rank = Histogram::rank_of(percent, count());
        if (rank <= succeeded.count()) {
            return {percent <= 0 ? succeeded.min() : succeeded.at_rank(rank), false};
        }
        return {failed.at_rank(rank - succeeded.count()), true};
    }
    // The slowest: a failure when any failed.
    RankedLatency max() const {
        return failed.empty() ? RankedLatency{succeeded.max(), false}
                              : RankedLatency{failed.max(), true};
    }

    bool operator==(const Latencies&) const = default;
};

}  // namespace sim
