// How a monitoring system names and tells apart what was recorded: what alert rules ask for
// (models/observers) and what files for other tools have (reports/metrics) are the same metrics.
//
// Names follow Prometheus' conventions: http_requests_total{service, endpoint, outcome, status},
// and user_... for what clients saw.
#pragma once

#include <string>
#include <string_view>

#include "sim/recording.h"

namespace metrics {

// "user" or "http", and what stands behind it: of requests, of how long they took, of those under
// way.
std::string_view request_prefix(const sim::NodeRecord& node);
inline constexpr std::string_view kRequestsMetric = "_requests";
inline constexpr std::string_view kDurationMetric = "_request_duration_seconds";
inline constexpr std::string_view kInFlightMetric = "_requests_in_flight";

// What an HTTP server answers with at such an end: in access logs by its cause, in metrics, which
// count outcomes only, by what an outcome without one stands for.
int http_status(sim::Outcome outcome, const sim::CauseRow& cause = {});

// With every byte that no name may have made an underscore.
std::string metric_word(std::string_view name);
// "seconds", "ratio", "bytes" or nothing.
std::string gauge_unit(const sim::Series& series);
// "lag_0" in seconds: service_lag_0_seconds.
std::string gauge_name(const sim::Series& series);

// The upper bound of a step of latency in seconds, as a bucket's label has it: "0.0005", "+Inf".
std::string bound_text(std::size_t step);

}  // namespace metrics
