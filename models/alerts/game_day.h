// A game day: failures on purpose, a hypothesis about what users will notice of them, and when it
// is called off (Principles of Chaos Engineering, principlesofchaos.org).
//
// The steady state is told by queries, each of which finds something as long as all is well. They
// are asked before, during and after the failures, of what the run recorded. Only what calls it off
// is looked at while it goes on.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/alerts/watch.h"
#include "models/spec/node_ref.h"
#include "models/spec/spec.h"

namespace models {

struct SteadyStateSpec {
    static constexpr std::string_view name = "steady_state";
    static constexpr std::string_view doc = "What tells whether all is well.";
    std::string expr;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{required("expr", &SteadyStateSpec::expr, not_empty(),
                                   "In PromQL: all is well while it finds something, as in "
                                   "\"histogram_quantile(...) < 0.3\".")};
    }
};

struct AbortSpec {
    static constexpr std::string_view name = "abort";
    static constexpr std::string_view doc = "When the game day is called off.";
    spec::MentionRef node;
    sim::Fraction below{0.95};
    sim::Duration over = std::chrono::seconds(30);
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("node", &AbortSpec::node, "Whose requests are looked at."),
            param("below", &AbortSpec::below, between(sim::Fraction{0}, sim::Fraction{1}),
                  "Fewer of them than this succeed."),
            param("over", &AbortSpec::over,
                  between(sim::Duration(std::chrono::seconds(1)),
                          sim::Duration(std::chrono::hours(24))),
                  "Of those that ended in this time, looked at every so often.")};
    }
};

struct GameDaySpec {
    static constexpr std::string_view name = "game_day";
    static constexpr std::string_view doc =
        "A hypothesis about the scenario's failures, and what it is judged by.";
    std::string hypothesis;
    spec::Named<SteadyStateSpec> steady_state;
    sim::Duration recovers_within{};
    std::optional<AbortSpec> abort;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("hypothesis", &GameDaySpec::hypothesis, "What is believed, in a sentence."),
            param("steady_state", &GameDaySpec::steady_state,
                  "What tells that all is well, by name; a game day needs at least one."),
            param("recovers_within", &GameDaySpec::recovers_within, at_least(sim::Duration::zero()),
                  "After a failure has healed, so much time does not count as after it."),
            param("abort", &GameDaySpec::abort,
                  "Every failure is healed at once when users suffer too much.")};
    }
};

// Adds how it went: before, during and after the failures, for each metric of the steady state.
void judge(const GameDaySpec& game_day, const spec::Named<SloSpec>& objectives,
           const AlertsSpec& alerts, const std::vector<OutageTime>& outages,
           sim::Recording& recording);

}  // namespace models
