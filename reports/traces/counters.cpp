#include "reports/traces/exporters.h"

namespace reports {

namespace {

// What is left of a series' labels is an attribute of its points.
MetricPoint point_of(const MetricFamily& family, const MetricSeries& series) {
    MetricPoint point{"", family.name, "{request}", {}, 0, 0};
    for (const auto& [name, value] : series.labels) {
        if (name == "service") {
            point.service = value;
        } else {
            point.attributes.emplace_back(name, value);
        }
    }
    return point;
}

}  // namespace

// A counter begins at zero, which needs no point.
std::vector<MetricPoint> counters_of(const Metrics& metrics) {
    std::vector<MetricPoint> points;
    for (const MetricFamily& family : metrics.families) {
        if (family.type != MetricType::counter) continue;
        for (const MetricSeries& series : family.series) {
            MetricPoint point = point_of(family, series);
            for (std::size_t time = 1; time < series.values.size(); ++time) {
                point.at_ns = static_cast<std::int64_t>(metrics.times_s[time] * 1e9);
                point.total = series.values[time];
                points.push_back(point);
            }
        }
    }
    return points;
}

}  // namespace reports
