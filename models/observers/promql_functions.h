// What the functions of queries compute of samples (Prometheus v2.42, promql/functions.go and
// quantile.go).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "models/observers/promql.h"

namespace models::promql {

using Samples = std::span<const Sample>;

struct Window {
    Samples samples;
    std::int64_t first;
    std::int64_t last;
    bool only_grows;
};

// rate, increase, delta, irate or ..._over_time. Not a number of a window with too few samples.
double of_window(std::string_view function, const Window& window);

// The value below which a share of what was observed lies, as if it were spread evenly within a
// bucket; buckets are bounds with counts of all up to there.
double bucket_quantile(double share, std::vector<std::pair<double, double>> buckets);

}  // namespace models::promql
