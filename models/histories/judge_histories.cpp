#include "models/histories/judge_histories.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "models/histories/consistency.h"

namespace models {

namespace {

struct PromiseFigure {
    Promise promise;
    std::string_view name;
    std::string_view what;  // as an event
};

constexpr std::array kPromiseFigures{
    PromiseFigure{Promise::linearizable, "not_linearizable", "not linearizable"},
    PromiseFigure{Promise::monotonic_reads, "non_monotonic_reads", "read went back"},
    PromiseFigure{Promise::read_your_writes, "own_writes_missed", "own write not read"},
    PromiseFigure{Promise::monotonic_writes, "non_monotonic_writes", "writes in the wrong order"},
    PromiseFigure{Promise::convergent, "not_convergent", "not convergent"}};

// Events of one promise of one store; all are counted.
constexpr std::size_t kMostEventsOfOne = 10'000;

void tell_of(const std::string& node, const PromiseFigure& figure, const Consistency& result,
             sim::Recording& recording) {
    std::size_t told = 0;
    for (const Violation& each : result.violations) {
        if (each.promise != figure.promise || ++told > kMostEventsOfOne) continue;
        recording.incidents.push_back({each.at, node, std::string(figure.what),
                                       fmt::format("item {}: {}", each.key, each.how)});
    }
}

}  // namespace

void judge_histories(const Histories& histories, const HistorySpec& spec,
                     sim::Recording& recording) {
    if (histories.all().empty()) return;
    for (const auto& [node, history] : histories.all()) {
        const Consistency result = check_history(history, spec.settle);
        sim::Watched watched{"history", node};
        const auto add = [&](std::string_view name, std::uint64_t value) {
            watched.measures.push_back({std::string(name), "", static_cast<double>(value)});
        };
        add("operations", result.operations);
        add("unknown_writes", result.unknown_writes);
        add("left_out", history.left_out());
        for (const PromiseFigure& figure : kPromiseFigures) {
            add(figure.name, result.broken(figure.promise));
            tell_of(node, figure, result, recording);
        }
        recording.watched.push_back(std::move(watched));
    }
    std::ranges::stable_sort(recording.incidents, {}, &sim::Incident::at);
}

}  // namespace models
