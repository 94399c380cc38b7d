#include "reports/render/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace reports {

namespace {

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string field = "\"";
    for (const char c : text) {
        if (c == '"') field += '"';
        field += c;
    }
    return field + "\"";
}

void add_slice(std::string& text, const sim::Slice& slice) {
    const double mean_ms = slice.finished > 0 ? slice.latency_sum_s * 1e3 / slice.finished : 0;
    fmt::format_to(std::back_inserter(text), "{},{},{},{:.6g},{:.6g}\r\n", slice.arrived,
                   slice.finished, slice.succeeded, mean_ms, slice.slowest_us * 1e-3);
}

}  // namespace

std::string events_csv(std::span<const sim::Recording> recordings) {
    std::string text = "replication,time_s,node,what,detail\r\n";
    for (std::size_t index = 0; index < recordings.size(); ++index) {
        for (const sim::Incident& incident : recordings[index].incidents) {
            text += fmt::format("{},{},{},{},{}\r\n", index,
                                sim::seconds(incident.at.time_since_epoch()), quoted(incident.node),
                                quoted(incident.what), quoted(incident.detail));
        }
    }
    return text;
}

std::string timeseries_csv(const sim::Recording& recording) {
    std::string text = "time_s,node,arrived,finished,succeeded,mean_ms,max_ms\r\n";
    std::size_t slices = 0;
    for (const auto& node : recording.nodes) slices = std::max(slices, node.slices.size());
    for (std::size_t slice = 0; slice < slices; ++slice) {
        const double begin_s = sim::seconds(recording.slice) * static_cast<double>(slice);
        for (const sim::NodeRecord& node : recording.nodes) {
            text += fmt::format("{:.9g},{},", begin_s, quoted(node.name));
            add_slice(text, slice < node.slices.size() ? node.slices[slice] : sim::Slice{});
        }
    }
    return text;
}

}  // namespace reports
