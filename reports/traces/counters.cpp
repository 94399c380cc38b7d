#include <array>
#include <charconv>
#include <map>

#include "reports/traces/exporters.h"

namespace reports {

namespace {

// The fields of a line (RFC 4180); a field has no line break in it.
std::vector<std::string> fields_of(std::string_view line) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (line[at] == '"') {
            const bool is_doubled = quoted && at + 1 < line.size() && line[at + 1] == '"';
            if (is_doubled) fields.back() += line[++at];
            if (!is_doubled) quoted = !quoted;
        } else if (line[at] == ',' && !quoted) {
            fields.emplace_back();
        } else {
            fields.back() += line[at];
        }
    }
    return fields;
}

double number_of(const std::string& text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

constexpr std::array<const char*, 3> kNames = {"spate.requests.arrived", "spate.requests.finished",
                                               "spate.requests.succeeded"};

}  // namespace

// time_s, node, arrived, finished, succeeded, ...; a slice's counts are there at its end.
std::vector<MetricPoint> counters_of(std::string_view csv) {
    std::vector<MetricPoint> points;
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
        for (std::size_t each = 0; each < kNames.size(); ++each) {
            total[each] += number_of(fields[2 + each]);
            const auto at = static_cast<std::int64_t>((number_of(fields[0]) + slice_s) * 1e9);
            points.push_back({fields[1], kNames[each], "{request}", at, total[each]});
        }
    }
    return points;
}

}  // namespace reports
