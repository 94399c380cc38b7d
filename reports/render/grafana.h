// A Grafana dashboard for the metrics of a run, as they are once they were backfilled.
#pragma once

#include <string>

#include "reports/metrics/metrics.h"

namespace reports {

// What users saw; request rate, error rate and P95 of all services and of each; and every further
// gauge that the run has. The windows of its queries are four intervals, and a minute at least.
std::string grafana_json(const Metrics& metrics);

// "[5m]" of queries: "1m" or longer.
std::string window_of(const Metrics& metrics);

}  // namespace reports
