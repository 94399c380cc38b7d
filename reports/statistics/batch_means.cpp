#include "reports/statistics/batch_means.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "reports/statistics/confidence.h"

namespace reports {

namespace {

constexpr std::size_t kMostSpans = 60;
// What a normal variable exceeds once in ten times, and once in fifty.
constexpr double kNormal90 = 1.2815515655446004;
constexpr double kNormal98 = 2.0537489106318225;

std::vector<Period> joined(std::span<const Period> periods, std::size_t batches) {
    const std::size_t each = periods.size() / batches;
    std::vector<Period> joined(batches);
    std::size_t next = periods.size() - each * batches;
    for (Period& batch : joined) {
        for (std::size_t i = 0; i < each; ++i, ++next) {
            batch.sum += periods[next].sum;
            batch.count += periods[next].count;
        }
    }
    return joined;
}

// C is normal with variance (k - 2) / (k^2 - 1) when the batches are independent.
bool is_above(const Batches& batches, double normal) {
    const auto k = static_cast<double>(batches.batches);
    return batches.correlation > normal * std::sqrt((k - 2) / (k * k - 1));
}

// With R = sum S / sum N and e_i = S_i - R N_i, which sum to zero:
//   C = 1 - sum (e_i - e_i+1)^2 / (2 sum e_i^2)
//   variance of R = k / (k - 1) * sum e_i^2 / (sum N)^2 * (1 + C) / (1 - C), where C is positive
std::optional<Batches> spread_of(const std::vector<Period>& batches) {
    const auto k = static_cast<double>(batches.size());
    Period all;
    for (const Period& batch : batches) {
        all.sum += batch.sum;
        all.count += batch.count;
    }
    if (!(all.count > 0)) return std::nullopt;
    const double ratio = all.sum / all.count;
    double squares = 0;
    double steps = 0;
    double before = 0;
    for (std::size_t i = 0; i < batches.size(); ++i) {
        const double off = batches[i].sum - ratio * batches[i].count;
        squares += off * off;
        if (i > 0) steps += (off - before) * (off - before);
        before = off;
    }
    Batches result;
    result.batches = batches.size();
    result.correlation = squares > 0 ? 1 - steps / (2 * squares) : 0;
    result.settled = !is_above(result, kNormal98);
    const double left = std::clamp(result.correlation, 0.0, 0.9);
    result.standard_error = std::sqrt(k / (k - 1) * squares * (1 + left) / (1 - left)) / all.count;
    return result;
}

}  // namespace

double Batches::half_width() const {
    return t_quantile(0.975, static_cast<std::uint32_t>(batches - 1)) * standard_error;
}

std::optional<Batches> batches_of(std::span<const Period> periods) {
    if (periods.size() < kFewestBatches) return std::nullopt;
    const auto spans = joined(periods, std::min(periods.size(), kMostSpans));
    const auto finest = spread_of(spans);
    if (!finest) return std::nullopt;
    const std::size_t half = std::max(spans.size() / 2, kFewestBatches);
    return spread_of(joined(spans, is_above(*finest, kNormal90) ? kFewestBatches : half));
}

}  // namespace reports
