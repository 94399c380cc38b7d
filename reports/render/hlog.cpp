#include "reports/render/hlog.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/hdr_encoding.h"

namespace reports {

namespace {

using Clients = std::vector<const sim::NodeRecord*>;

Clients clients_of(const sim::Recording& recording) {
    Clients clients;
    for (const sim::NodeRecord& node : recording.nodes) {
        if (node.is_client) clients.push_back(&node);
    }
    return clients;
}

// A tag ends at a comma.
std::string tag_of(std::string name) {
    std::ranges::replace_if(
        name, [](unsigned char c) { return c == ',' || c == ' ' || c < 32; }, '_');
    return "Tag=" + name + ",";
}

struct Span {
    double begin_s;
    double length_s;
};

std::string line(const std::string& tag, const Span& span, const sim::Histogram& latency) {
    if (latency.empty()) return {};
    return fmt::format("{}{:.3f},{:.3f},{:.6f},{}\n", tag, span.begin_s, span.length_s,
                       sim::milliseconds(latency.max()), sim::hdr_encode_base64(latency));
}

}  // namespace

std::string hlog_text(const sim::Recording& recording, double epoch_s) {
    const Clients clients = clients_of(recording);
    const double warm_up_s = sim::seconds(recording.warm_up);
    const double interval_s = sim::seconds(recording.log_interval);
    const double measured_s = sim::seconds(recording.measured());
    std::size_t intervals = 0;
    for (const auto* client : clients) {
        intervals = std::max({intervals, client->log.intervals(), client->failed_log.intervals()});
    }
    std::string text = fmt::format(
        "#[Spate: latencies of users in nanoseconds, seed {}, replication {}]\n"
        "#[Of requests that succeeded; of those that failed under Tag=failed]\n"
        "#[Histogram log format version 1.3]\n"
        "#[StartTime: {:.3f} (seconds since epoch)]\n"
        "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\","
        "\"Interval_Compressed_Histogram\"\n",
        recording.seed.run, recording.seed.replication, epoch_s);
    for (std::size_t interval = 0; interval < intervals; ++interval) {
        const double begin_s = static_cast<double>(interval) * interval_s;
        // What ended at the very end has an interval of no length.
        const Span span = {warm_up_s + begin_s, std::clamp(measured_s - begin_s, 0.0, interval_s)};
        sim::Latencies all;
        std::string tagged;
        for (const sim::NodeRecord* client : clients) {
            sim::Latencies latency;
            client->log.add_to(latency.succeeded, interval);
            client->failed_log.add_to(latency.failed, interval);
            all.merge(latency);
            if (clients.size() < 2) continue;
            tagged += line(tag_of(client->name), span, latency.succeeded) +
                      line(tag_of(client->name + ".failed"), span, latency.failed);
        }
        text += line("", span, all.succeeded) + line(tag_of("failed"), span, all.failed) + tagged;
    }
    return text;
}

}  // namespace reports
