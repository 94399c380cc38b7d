#include "reports/metrics/rules_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace reports {

namespace {

// Within single quotation marks.
std::string quoted(const std::string& text) {
    std::string result = "'";
    for (const char c : text) result += c == '\'' ? std::string("''") : std::string(1, c);
    return result + "'";
}

// promtool wants durations as 1h30m, in whole milliseconds.
std::string duration_text(double seconds) {
    return fmt::format("{}ms", std::llround(seconds * 1e3));
}

std::string number_text(double value) {
    return value == std::floor(value) && std::abs(value) < 1e15
               ? fmt::format("{}", static_cast<std::int64_t>(value))
               : fmt::format("{:.9g}", value);
}

// Every series has a sample at each multiple of the interval. The last one of a run may come early;
// it is left out, as a scrape would have missed it.
std::size_t regular_times(const Metrics& metrics) {
    const std::vector<double>& times = metrics.times_s;
    const std::size_t count = times.size();
    if (count < 3) return count;
    const double last = times[count - 1] - times[count - 2];
    return std::abs(last - metrics.interval_s) < 1e-6 ? count : count - 1;
}

class Writer {
public:
    Writer(const Metrics& metrics, std::string& yaml)
        : metrics_(metrics), times_(regular_times(metrics)), yaml_(yaml) {}

    void add(const MetricFamily& family) {
        const std::size_t columns = metrics_.columns(family);
        for (const MetricSeries& series : family.series) {
            const std::string labels = labels_text(series.labels);
            for (std::size_t column = 0; column < columns; ++column) {
                add_series(head(family, labels, column), series, columns, column);
            }
        }
    }

private:
    std::string head(const MetricFamily& family, const std::string& labels,
                     std::size_t column) const {
        if (family.type == MetricType::counter) return family.name + "_total{" + labels + "}";
        if (family.type == MetricType::info) return family.name + "_info{" + labels + "}";
        if (family.type == MetricType::gauge) return family.name + "{" + labels + "}";
        if (column == metrics_.bounds.size()) return family.name + "_sum{" + labels + "}";
        if (column > metrics_.bounds.size()) return family.name + "_count{" + labels + "}";
        return fmt::format("{}_bucket{{{}{}le=\"{}\"}}", family.name, labels,
                           labels.empty() ? "" : ",", metrics_.bounds[column]);
    }

    void add_series(const std::string& name, const MetricSeries& series, std::size_t columns,
                    std::size_t column) {
        yaml_ += "      - series: " + quoted(name) + "\n        values: '";
        for (std::size_t time = 0; time < times_; ++time) {
            const std::size_t at = time * columns + column;
            if (at >= series.values.size()) break;
            yaml_ += (time > 0 ? " " : "") + number_text(series.values[at]);
        }
        yaml_ += "'\n";
    }

    const Metrics& metrics_;
    std::size_t times_;
    std::string& yaml_;
};

std::string expectation(const ExpectedValue& expected) {
    return fmt::format(
        "      - expr: {}\n        eval_time: {}\n        exp_samples: [{{value: {}}}]\n",
        quoted(expected.expr), duration_text(expected.at_s), number_text(expected.value));
}

}  // namespace

// Whatever its labels: the rule may have some of its own.
ExpectedValue expectation_of(const ExpectedAlert& alert) {
    return {fmt::format(
                "(count(ALERTS{{alertname=\"{}\",alertstate=\"firing\"}}) or vector(0)) > bool 0",
                alert.alert),
            alert.at_s, alert.fires ? 1.0 : 0.0};
}

std::optional<std::string> rules_test_yaml(const Metrics& metrics, const RulesTest& test) {
    // As often as Prometheus is usually told to, where there are samples as often.
    const std::string interval = duration_text(metrics.interval_s);
    const std::string every = duration_text(std::max(15.0, metrics.interval_s));
    std::string yaml = fmt::format(
        "# promtool test rules THIS_FILE\n"
        "rule_files: [{}]\nevaluation_interval: {}\ntests:\n  - interval: {}\n    input_series:\n",
        test.rules_file.empty() ? "" : quoted(test.rules_file), every, interval);
    Writer writer(metrics, yaml);
    bool is_any = false;
    for (const MetricFamily& family : metrics.families) {
        if (test.named.find(family.name) == std::string::npos) continue;
        is_any = true;
        writer.add(family);
    }
    if (!is_any) return std::nullopt;
    yaml += "    promql_expr_test:\n";
    for (const ExpectedValue& expected : test.expected) yaml += expectation(expected);
    return yaml;
}

}  // namespace reports
