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

<<<<<<< HEAD
=======
double number_of(const std::string& text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

constexpr std::array<const char*, 3> kCounters = {
    "spate.requests.arrived", "spate.requests.finished", "spate.requests.succeeded"};

>>>>>>> fcee0b4 (tests, builds: many files as one everywhere; -O3 with assertions is what is tested)
}  // namespace

// A counter begins at zero, which needs no point.
std::vector<MetricPoint> counters_of(const Metrics& metrics) {
    std::vector<MetricPoint> points;
<<<<<<< HEAD
    for (const MetricFamily& family : metrics.families) {
        if (family.type != MetricType::counter) continue;
        for (const MetricSeries& series : family.series) {
            MetricPoint point = point_of(family, series);
            for (std::size_t time = 1; time < series.values.size(); ++time) {
                point.at_ns = static_cast<std::int64_t>(metrics.times_s[time] * 1e9);
                point.total = series.values[time];
                points.push_back(point);
            }
=======
    std::map<std::string, std::array<double, 3>> totals;
    double slice_s = 1;
    double last_s = 0;
    csv.remove_prefix(std::min(csv.find('\n') + 1, csv.size()));
    std::vector<std::vector<std::string>> lines;
    while (!csv.empty()) {
        const std::size_t end = std::min(csv.find('\n'), csv.size());
        lines.push_back(fields_of(csv.substr(0, end)));
        csv.remove_prefix(std::min(end + 1, csv.size()));
        const double begin_s = number_of(lines.back().front());
        if (begin_s > last_s) slice_s = begin_s - last_s;
        last_s = begin_s;
    }
    for (const std::vector<std::string>& fields : lines) {
        if (fields.size() < 5) continue;
        std::array<double, 3>& total = totals[fields[1]];
        for (std::size_t each = 0; each < kCounters.size(); ++each) {
            total[each] += number_of(fields[2 + each]);
            const auto at = static_cast<std::int64_t>((number_of(fields[0]) + slice_s) * 1e9);
            points.push_back({fields[1], kCounters[each], "{request}", at, total[each]});
>>>>>>> fcee0b4 (tests, builds: many files as one everywhere; -O3 with assertions is what is tested)
        }
    }
    return points;
}

}  // namespace reports
