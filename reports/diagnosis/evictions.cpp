#include "reports/diagnosis/evictions.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "reports/words/numbers.h"

namespace reports {

namespace {

double measured(const sim::NodeRecord& node, std::string_view name) {
    const auto found = std::ranges::find(node.measures, name, &sim::Measure::name);
    return found == node.measures.end() ? 0 : found->value;
}

}  // namespace

std::vector<std::string> evictions_of(const sim::Recording& recording) {
    std::vector<std::string> sentences;
    for (const sim::NodeRecord& node : recording.nodes) {
        const double sessions = measured(node, "sessions_evicted");
        if (sessions == 0) continue;
        sentences.push_back(fmt::format(
            "{} evicts sessions to make room: {} time{} a user had to log in again ({} entries "
            "were evicted in all).",
            node.name, grouped(sessions), sessions == 1 ? "" : "s",
            grouped(measured(node, "evictions"))));
    }
    return sentences;
}

}  // namespace reports
