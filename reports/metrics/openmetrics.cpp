// Metrics as text: OpenMetrics 1.0 with timestamps, and the classic format of a single scrape.
#include <fmt/format.h>

#include <cmath>
#include <sstream>

#include "reports/metrics/metrics.h"
#include "reports/words/digits.h"

namespace reports {

namespace {

// Within quotation marks.
std::string escaped_label(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c == '\n') {
            result += "\\n";
            continue;
        }
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result;
}

std::string_view word_of(MetricType type, bool is_classic) {
    switch (type) {
        case MetricType::counter:
            return "counter";
        case MetricType::gauge:
            return "gauge";
        case MetricType::histogram:
            return "histogram";
        case MetricType::info:
            break;
    }
    return is_classic ? "gauge" : "info";
}

// What stands after the family's name in the names of its samples.
std::string_view suffix_of(MetricType type) {
    if (type == MetricType::counter) return "_total";
    return type == MetricType::info ? "_info" : "";
}

// The names and labels of a series' samples: all that stands before the value.
std::vector<std::string> heads_of(const Metrics& metrics, const MetricFamily& family,
                                  const MetricSeries& series) {
    const std::string labels = labels_text(series.labels);
    if (family.type != MetricType::histogram) {
        return {fmt::format("{}{}{{{}}} ", family.name, suffix_of(family.type), labels)};
    }
    std::vector<std::string> heads;
    for (const std::string& bound : metrics.bounds) {
        heads.push_back(fmt::format("{}_bucket{{{}{}le=\"{}\"}} ", family.name, labels,
                                    labels.empty() ? "" : ",", bound));
    }
    heads.push_back(fmt::format("{}_sum{{{}}} ", family.name, labels));
    heads.push_back(fmt::format("{}_count{{{}}} ", family.name, labels));
    return heads;
}

// Counts are whole numbers, however large.
void add_number(std::string& text, double value) {
    if (value == std::floor(value) && std::abs(value) < 1e15) {
        append_count(text, static_cast<std::int64_t>(value));
    } else {
        append_number(text, value, 9);
    }
}

// To the millisecond, which is as exact as Prometheus is.
std::string time_text(double seconds) {
    const auto milliseconds = static_cast<std::int64_t>(std::llround(seconds * 1e3));
    return milliseconds % 1000 == 0
               ? fmt::format("{}", milliseconds / 1000)
               : fmt::format("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
}

}  // namespace

std::string labels_text(const Labels& labels) {
    std::string text;
    for (const auto& [name, value] : labels) {
        text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ",", name, escaped_label(value));
    }
    return text;
}

void write_openmetrics(std::ostream& out, const Metrics& metrics) {
    std::vector<std::string> times;
    for (const double time_s : metrics.times_s) {
        times.push_back(" " + time_text(metrics.epoch_s + time_s) + "\n");
    }
    std::string text;
    for (const MetricFamily& family : metrics.families) {
        text += fmt::format("# TYPE {} {}\n", family.name, word_of(family.type, false));
        if (!family.unit.empty()) text += fmt::format("# UNIT {} {}\n", family.name, family.unit);
        text += fmt::format("# HELP {} {}\n", family.name, family.help);
        for (const MetricSeries& series : family.series) {
            const std::vector<std::string> heads = heads_of(metrics, family, series);
            for (std::size_t i = 0; i < series.values.size(); ++i) {
                text += heads[i % heads.size()];
                add_number(text, series.values[i]);
                text += times[i / heads.size()];
            }
            out << text;
            text.clear();
        }
    }
    out << text << "# EOF\n";
}

std::string openmetrics_text(const Metrics& metrics) {
    std::ostringstream out;
    write_openmetrics(out, metrics);
    return std::move(out).str();
}

std::string scrape_text(const Metrics& metrics) {
    std::string text;
    for (const MetricFamily& family : metrics.families) {
        const std::string name = fmt::format("{}{}", family.name, suffix_of(family.type));
        text += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, family.help, name,
                            word_of(family.type, true));
        for (const MetricSeries& series : family.series) {
            const std::vector<std::string> heads = heads_of(metrics, family, series);
            if (series.values.size() < heads.size()) continue;
            const std::size_t last = series.values.size() - heads.size();
            for (std::size_t i = 0; i < heads.size(); ++i) {
                text += heads[i];
                add_number(text, series.values[last + i]);
                text += "\n";
            }
        }
    }
    return text;
}

}  // namespace reports
