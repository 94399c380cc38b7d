#include "reports/render/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/statistics/step_quantile.h"
#include "reports/words/digits.h"

namespace reports {

namespace {

// To what people read: six digits.
constexpr int kDigits = 6;

void add_slice(std::string& text, const sim::Slice& slice) {
    const double mean_ms = slice.finished > 0 ? slice.latency_sum_s * 1e3 / slice.finished : 0;
    const double slowest_s = slice.slowest_us * 1e-6;
    const double p95_s = quantile_of(slice, 0.95);
    for (const std::uint32_t count : {slice.arrived, slice.finished, slice.succeeded}) {
        append_count(text, count);
        text += ',';
    }
    append_number(text, mean_ms, kDigits);
    text += ',';
    append_number(text, slowest_s * 1e3, kDigits);
    text += ',';
    // Empty where there are too few to say; infinite where it falls among failures.
    if (std::isinf(p95_s)) text += "inf";
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

// "connections to db" are in the column of connections, together with those to others.
std::string column_of(const std::string& resource) {
    std::string name = resource.substr(0, std::min(resource.find(" to "), resource.find(" of ")));
    std::ranges::replace_if(
        name, [](char c) { return c == ' ' || c == ',' || c == '"'; }, '_');
    return name;
}

// Of each resource but the requests themselves: all instances of the node together.
constexpr std::array<std::string_view, 4> kOfResource = {"size", "used", "waiting", "refused"};

std::vector<std::string> resource_names(const sim::Recording& recording) {
    std::vector<std::string> names;
    for (const sim::NodeRecord& node : recording.nodes) {
        for (std::size_t i = 1; i < node.resources.size(); ++i) {
            const std::string name = column_of(node.resources[i].declared.name);
            if (std::ranges::find(names, name) == names.end()) names.push_back(name);
        }
    }
    return names;
}

sim::Used sum_of_used(const std::vector<const sim::UsedSlices*>& all, std::size_t slice) {
    sim::Used sum;
    for (const sim::UsedSlices* const each : all) {
        const sim::Used used = (*each)[slice];
        sum.size += used.size;
        sum.in_use += used.in_use;
        sum.waiting += used.waiting;
        sum.refused += used.refused;
    }
    return sum;
}

void add_used(std::string& text, const sim::Used& used) {
    for (const double value :
         {double{used.size}, double{used.in_use}, double{used.waiting}, double(used.refused)}) {
        text += ',';
        append_number(text, value, kDigits);
    }
}

// A node as its lines have it: its name, and its series and resources by column; null where it has
// no such one.
class NodeRows {
public:
    NodeRows(const sim::NodeRecord& node, const std::vector<std::string>& names,
             const std::vector<std::string>& resources)
        : name_(csv_field(node.name)),
          node_(node),
          is_cache_(std::ranges::find(node.measures, "hit_ratio", &sim::Measure::name) !=
                    node.measures.end()) {
        for (const std::string& name : resources) {
            auto& alike = resources_.emplace_back();
            for (std::size_t i = 1; i < node.resources.size(); ++i) {
                const sim::ResourceRecord& each = node.resources[i];
                if (column_of(each.declared.name) == name) alike.push_back(&each.slices);
            }
        }
        for (const std::string& name : names) {
            const auto found = std::ranges::find(node.series, name, &sim::Series::name);
            columns_.push_back(found == node.series.end() ? nullptr : &*found);
        }
        look_for_next(0);
    }

    // The next slice that it has a line for.
    std::size_t next() const { return next_; }

    void add_next(std::string& text) {
        text += name_;
        text += ',';
        add_slice(text, node_.slices[next_]);
        text += ',';
        append_count(text, calls_in(next_));
        add_ratios(text);
        for (const sim::Series* const series : columns_) {
            text += ',';
            // Empty, too, where it was over by then.
            if (series == nullptr || next_ >= series->values.size()) continue;
            append_number(text, series->values[next_], kDigits);
        }
        for (const auto& alike : resources_) {
            if (alike.empty() || next_ >= alike.front()->size()) {
                text.append(kOfResource.size(), ',');
            } else {
                add_used(text, sum_of_used(alike, next_));
            }
        }
        text += "\r\n";
        look_for_next(next_ + 1);
    }

private:
    // That it made, every attempt counts; beside `arrived`, how retries multiply the load.
    std::uint64_t calls_in(std::size_t slice) const {
        std::uint64_t sum = 0;
        for (const sim::CallRecord& call : node_.calls) sum += call.slices[slice].taken;
        return sum;
    }

    // Calls for each request that came, which retries multiply; and the share of a cache's requests
    // that needed none.
    void add_ratios(std::string& text) const {
        text += ',';
        const double came = node_.slices[next_].arrived;
        const double calls = static_cast<double>(calls_in(next_)) / came;
        if (came > 0) append_number(text, calls, kDigits);
        text += ',';
        if (came > 0 && is_cache_) append_number(text, std::max(0.0, 1 - calls), kDigits);
    }

    void look_for_next(std::size_t from) {
        const std::size_t used = node_.slices.next(from);
        next_ = used < from || used >= node_.slices.size() ? kNever : used;
        for (const sim::Series* const series : columns_) {
            if (series == nullptr) continue;
            if (const auto change = series->values.next_change(from)) {
                next_ = std::min(next_, *change);
            }
        }
        for (const auto& alike : resources_) {
            for (const sim::UsedSlices* const resource : alike) {
                const std::size_t change = resource->next_change(from);
                if (change < resource->size()) next_ = std::min(next_, change);
            }
        }
    }

    static constexpr std::size_t kNever = ~std::size_t{0};

    std::string name_;
    const sim::NodeRecord& node_;
    bool is_cache_;
    std::vector<const sim::Series*> columns_;
    std::vector<std::vector<const sim::UsedSlices*>> resources_;  // by column
    std::size_t next_ = kNever;
};

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

void write_timeseries(std::ostream& out, const sim::Recording& recording) {
    std::string text =
        "time_s,node,arrived,finished,succeeded,mean_ms,max_ms,p95_ms,calls,calls_per_request,hit_"
        "ratio";
    const std::vector<std::string> names = series_names(recording);
    for (const std::string& name : names) text += "," + csv_field(name);
    const std::vector<std::string> resources = resource_names(recording);
    for (const std::string& name : resources) {
        for (const std::string_view what : kOfResource) text += fmt::format(",{}_{}", name, what);
    }
    text += "\r\n";
    std::size_t slices = 0;
    std::vector<NodeRows> all;
    for (const sim::NodeRecord& node : recording.nodes) {
        slices = std::max(slices, node.slices.size());
        all.emplace_back(node, names, resources);
    }
    for (std::size_t slice = 0; slice < slices; ++slice) {
        const double begin_s = sim::seconds(recording.slice) * static_cast<double>(slice);
        const std::string begin = fmt::format("{:.9g},", begin_s);
        for (NodeRows& rows : all) {
            if (rows.next() != slice) continue;
            text += begin;
            rows.add_next(text);
        }
        out << text;
        text.clear();
    }
    out << text;
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
