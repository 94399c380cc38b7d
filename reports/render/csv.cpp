#include "reports/render/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/render/digits.h"
#include "reports/step_quantile.h"

namespace reports {

namespace {

// To what people read: six digits.
constexpr int kDigits = 6;

void add_slice(std::string& text, const sim::Slice& slice) {
    const double mean_ms = slice.finished > 0 ? slice.latency_sum_s * 1e3 / slice.finished : 0;
    const double slowest_s = slice.slowest_us * 1e-6;
    const double p95_s = step_quantile_s(slice.by_latency, 0.95, slowest_s);
    for (const std::uint32_t count : {slice.arrived, slice.finished, slice.succeeded}) {
        append_count(text, count);
        text += ',';
    }
    append_number(text, mean_ms, kDigits);
    text += ',';
    append_number(text, slowest_s * 1e3, kDigits);
    text += ',';
    // Empty where there are too few to say.
    if (std::isfinite(p95_s)) append_number(text, p95_s * 1e3, kDigits);
}

// A column for each series that any node has, in the order they are met.
std::vector<std::string> series_names(const sim::Recording& recording) {
    std::vector<std::string> names;
    for (const sim::NodeRecord& node : recording.nodes) {
        for (const sim::Series& series : node.series) {
            if (std::ranges::find(names, series.name) == names.end()) names.push_back(series.name);
        }
    }
    return names;
}

// A node as its lines have it: its name, and its series by column; null where it has no such one.
struct NodeRows {
    std::string name;
    const sim::NodeRecord& node;
    std::vector<const sim::Series*> columns;
};

std::vector<NodeRows> rows_of(const sim::Recording& recording,
                              const std::vector<std::string>& names) {
    std::vector<NodeRows> all;
    for (const sim::NodeRecord& node : recording.nodes) {
        NodeRows& rows = all.emplace_back(NodeRows{csv_field(node.name), node, {}});
        for (const std::string& name : names) {
            const auto found = std::ranges::find(node.series, name, &sim::Series::name);
            rows.columns.push_back(found == node.series.end() ? nullptr : &*found);
        }
    }
    return all;
}

void add_row(std::string& text, const NodeRows& rows, std::size_t slice) {
    text += rows.name;
    text += ',';
    const auto& slices = rows.node.slices;
    add_slice(text, slice < slices.size() ? slices[slice] : sim::Slice{});
    for (const sim::Series* const series : rows.columns) {
        text += ',';
        // Empty, too, where it was over by then.
        if (series == nullptr || slice >= series->values.size()) continue;
        append_number(text, series->values[slice], kDigits);
    }
    text += "\r\n";
}

}  // namespace

std::string csv_field(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string field = "\"";
    for (const char c : text) {
        if (c == '"') field += '"';
        field += c;
    }
    return field + "\"";
}

std::string event_rows(const sim::Recording& recording) {
    std::string text;
    for (const sim::Incident& incident : recording.incidents) {
        text += fmt::format("{},{},{},{},{}\r\n", recording.seed.replication,
                            sim::seconds(incident.at.time_since_epoch()), csv_field(incident.node),
                            csv_field(incident.what), csv_field(incident.detail));
    }
    return text;
}

std::string timeseries_csv(const sim::Recording& recording) {
    std::string text = "time_s,node,arrived,finished,succeeded,mean_ms,max_ms,p95_ms";
    const std::vector<std::string> names = series_names(recording);
    for (const std::string& name : names) text += "," + csv_field(name);
    text += "\r\n";
    std::size_t slices = 0;
    for (const auto& node : recording.nodes) slices = std::max(slices, node.slices.size());
    const std::vector<NodeRows> all = rows_of(recording, names);
    for (std::size_t slice = 0; slice < slices; ++slice) {
        const double begin_s = sim::seconds(recording.slice) * static_cast<double>(slice);
        const std::string begin = fmt::format("{:.9g},", begin_s);
        for (const NodeRows& rows : all) {
            text += begin;
            add_row(text, rows, slice);
        }
    }
    return text;
}

std::string replications_csv(const Summary& summary) {
    struct Column {
        std::string_view title;
        std::string_view name;
        double scale;
    };
    constexpr std::array kColumns = {Column{"availability", "availability", 1},
                                     Column{"throughput_rps", "throughput", 1},
                                     Column{"mean_ms", "mean", 1e3},
                                     Column{"p50_ms", "p50", 1e3},
                                     Column{"p90_ms", "p90", 1e3},
                                     Column{"p95_ms", "p95", 1e3},
                                     Column{"p99_ms", "p99", 1e3},
                                     Column{"p99_9_ms", "p99_9", 1e3}};
    if (summary.by_replication.empty()) return {};
    std::string text = "replication";
    for (const Column& column : kColumns) text += fmt::format(",{}", column.title);
    text += "\r\n";
    for (std::size_t index = 0; index < summary.replications; ++index) {
        text += fmt::format("{}", index);
        for (const Column& column : kColumns) {
            const auto& values = summary.by_replication.at(std::string(column.name));
            text += fmt::format(",{}", values[index] * column.scale);
        }
        text += "\r\n";
    }
    return text;
}

}  // namespace reports
