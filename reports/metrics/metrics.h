// What a run counted, as a monitoring system would have scraped it: counters, gauges and histograms
// for every node and endpoint, sampled at an interval.
//
// Names follow Prometheus' conventions and the labels that dashboards and alert rules of real
// systems use: http_requests_total{service, endpoint, outcome, status}. What users saw is kept
// apart (user_requests_total), so that summing over services counts no request of a user twice.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/recording.h"

namespace reports {

enum class MetricType { counter, gauge, histogram, info };

using Labels = std::vector<std::pair<std::string, std::string>>;

// One labelled line of a metric. A histogram has for each time its buckets (cumulative), the sum
// and the count, in this order; all others have one value.
struct MetricSeries {
    Labels labels;
    std::vector<double> values;
};

struct MetricFamily {
    std::string name;  // without the suffixes of its samples
    MetricType type = MetricType::gauge;
    std::string unit;  // "seconds", "bytes", "ratio" or nothing; the name ends with it
    std::string help;
    std::vector<MetricSeries> series;
};

struct Metrics {
    double epoch_s = 0;               // when the run began, since 1970
    double interval_s = 0;            // between samples, but for a shorter last one
    std::vector<double> times_s;      // of the samples, since the run began; the first is 0
    std::vector<std::string> bounds;  // of a histogram's buckets, as "0.0005"; the last is "+Inf"
    std::vector<MetricFamily> families;

    // Values that a series of the family has for each time.
    std::size_t columns(const MetricFamily& family) const {
        return family.type == MetricType::histogram ? bounds.size() + 2 : 1;
    }
};

// What a recording does not know of itself.
struct Origin {
    std::string scenario;
    double epoch_s = 0;
};

// Says which run it was: the scenario's name, the seed and the fingerprint.
inline constexpr std::string_view kRunFamily = "spate_run";

// The interval is the run's slice, or several of them joined: no series has more than 2,000
// samples, and where there are so many series that all together would have more than 600,000,
// fewer, down to 300. That is a sample in five minutes of a day, which is how long Prometheus takes
// one for valid. There are fewer still where the typical node then had fewer than three requests a
// sample. Systems of more than 50 nodes and endpoints have every other bucket.
Metrics metrics_of(const sim::Recording& recording, const Origin& origin);

// As OpenMetrics 1.0 writes them, with timestamps: promtool tsdb create-blocks-from openmetrics
// makes a Prometheus' blocks of it.
void write_openmetrics(std::ostream& out, const Metrics& metrics);
std::string openmetrics_text(const Metrics& metrics);

// What write_openmetrics wrote; none when it is anything else.
std::optional<Metrics> metrics_from(std::string_view text);

// The last samples in the classic text format, as a scrape at the end would have read them.
std::string scrape_text(const Metrics& metrics);

// service="web",outcome="failed"
std::string labels_text(const Labels& labels);

}  // namespace reports
