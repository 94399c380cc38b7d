#include "reports/statistics/step_quantile.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "reports/statistics/undefined.h"

namespace reports {

double step_quantile_s(const StepCounts& counts, double share, double slowest_s) {
    const auto count = static_cast<double>(std::accumulate(counts.begin(), counts.end(), 0.0));
    if (count * (1 - share) < 1) return std::numeric_limits<double>::quiet_NaN();
    const double rank = share * count;
    double before = 0;
    for (std::size_t step = 0; step < sim::kLatencyBoundsUs.size(); ++step) {
        if (before + counts[step] < rank) {
            before += counts[step];
            continue;
        }
        const double low = step == 0 ? 0 : static_cast<double>(sim::kLatencyBoundsUs[step - 1]);
        const auto high = static_cast<double>(sim::kLatencyBoundsUs[step]);
        const double along = counts[step] == 0 ? 0 : (rank - before) / counts[step];
        return std::min((low + (high - low) * along) * 1e-6, slowest_s);
    }
    return slowest_s;
}

double quantile_of(const sim::Slice& slice, double share) {
    if (slice.succeeded < share * slice.finished) return kFailed;
    return step_quantile_s(slice.by_latency, share, slice.slowest_us * 1e-6);
}

}  // namespace reports
