#include "reports/diagnosis/backlogs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "reports/words/numbers.h"

namespace reports {

namespace {

constexpr std::size_t kParts = 10;  // of the time, by whose means growth is judged
constexpr std::size_t kLong = 4;    // of them, that it has grown for at least
constexpr double kMuch = 10;        // times what there was before, and as many at least

using Means = std::array<double, kParts>;

Means means_of(const sim::SeriesValues& values, std::size_t first, std::size_t end) {
    Means means{};
    for (std::size_t part = 0; part < kParts; ++part) {
        const std::size_t from = first + (end - first) * part / kParts;
        const std::size_t to = first + (end - first) * (part + 1) / kParts;
        means[part] = values.sum(from, to) / static_cast<double>(to - from);
    }
    return means;
}

// The part since which it has only grown; none when it has not, or not for long, or not by much.
std::optional<std::size_t> grows_since(const Means& means) {
    std::size_t since = kParts - 1;
    while (since > 0 && means[since - 1] < means[since]) --since;
    const bool is_much = means.back() >= kMuch * std::max(1.0, means[since]);
    return is_much && kParts - since >= kLong ? std::optional(since) : std::nullopt;
}

bool counts_over_time(const sim::Series& series) {
    return series.figure != nullptr && series.figure->unit == sim::Unit::count &&
           series.figure->merge == sim::Merge::over_time;
}

// That covers most of the time.
const Event* under_way(const std::vector<Event>& events, double from_s, double to_s) {
    const Event* best = nullptr;
    double longest = (to_s - from_s) / 2;
    for (const Event& each : events) {
        const double overlap = std::min(each.to_s, to_s) - std::max(each.from_s, from_s);
        if (each.is_failure && overlap > longest) longest = overlap, best = &each;
    }
    return best;
}

}  // namespace

std::vector<std::string> backlogs_of(const sim::Recording& recording,
                                     const std::vector<Event>& events, std::size_t first,
                                     std::size_t end) {
    std::vector<std::string> sentences;
    if (end < first + 2 * kParts) return sentences;
    const double slice_s = sim::seconds(recording.slice);
    for (const sim::NodeRecord& node : recording.nodes) {
        // The first of its resources are its requests, which have no end.
        if (node.is_client || node.resources.size() > 1) continue;
        for (const sim::Series& series : node.series) {
            if (!counts_over_time(series) || series.values.size() < end) continue;
            const auto since = grows_since(means_of(series.values, first, end));
            if (!since) continue;
            const double from_s =
                static_cast<double>(first + (end - first) * *since / kParts) * slice_s;
            const double to_s = static_cast<double>(end) * slice_s;
            const Event* const event = under_way(events, from_s, to_s);
            const double last = series.values[end - 1];
            sentences.push_back(fmt::format(
                "{} falls behind: its {} only grows since {}, to {} at {}, {} more than is worked "
                "off{}.",
                node.name, series.name, brief(from_s), grouped(last), brief(to_s),
                brief_rate((last - series.values[first + (end - first) * *since / kParts]) /
                           (to_s - from_s)),
                event == nullptr ? ""
                                 : fmt::format("; meanwhile there was a failure: {} {}",
                                               event->node, event->what)));
        }
    }
    return sentences;
}

}  // namespace reports
