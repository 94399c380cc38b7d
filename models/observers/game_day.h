// A game day: failures on purpose, a hypothesis about what users will notice of them, and when it
// is called off (Principles of Chaos Engineering, principlesofchaos.org).
//
// The steady state is told by queries, each of which finds something as long as all is well. They
// are asked before, during and after the failures, while it goes on.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/observers/detection.h"
#include "models/spec/declaration/node_ref.h"
#include "models/spec/declaration/spec.h"

namespace models {

struct SteadyStateSpec {
    static constexpr std::string_view name = "steady_state";
    static constexpr std::string_view doc = "A steady state: a query that holds while all is well.";
    std::string expr;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{required("expr", &SteadyStateSpec::expr, not_empty(),
                                   "PromQL query; the steady state holds while it has a result, as "
                                   "in \"histogram_quantile(...) < 0.3\".")};
    }
};

struct AbortSpec {
    static constexpr std::string_view name = "abort";
    static constexpr std::string_view doc = "When the game day is aborted.";
    spec::MentionRef node;
    sim::Fraction below{0.95};
    sim::Duration over = std::chrono::seconds(30);
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("node", &AbortSpec::node, "The node whose requests are watched."),
            param("below", &AbortSpec::below, between(sim::Fraction{0}, sim::Fraction{1}),
                  "Aborts when a smaller share of its requests succeeds."),
            param("over", &AbortSpec::over,
                  between(sim::Duration(std::chrono::seconds(1)),
                          sim::Duration(std::chrono::hours(24))),
                  "Window over which the share is taken; it is checked every slice of the run.")};
    }
};

struct GameDaySpec {
    static constexpr std::string_view name = "game_day";
    static constexpr std::string_view doc =
        "A game day (chaos experiment): a hypothesis about the failures, and the steady state it "
        "is judged by.";
    std::string hypothesis;
    spec::Named<SteadyStateSpec> steady_state;
    sim::Duration recovers_within{};
    std::optional<AbortSpec> abort;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("hypothesis", &GameDaySpec::hypothesis, "The hypothesis, in a sentence."),
            param("steady_state", &GameDaySpec::steady_state,
                  "Steady states, by name: queries that hold while all is well. At least one is "
                  "needed."),
            param("recovers_within", &GameDaySpec::recovers_within, at_least(sim::Duration::zero()),
                  "Recovery time that is allowed after a failure before the steady state must hold "
                  "again."),
            param("abort", &GameDaySpec::abort,
                  "Abort condition: all failures are healed at once when too many requests fail. "
                  "Without it the game day is never aborted.")};
    }
};

// Whether a steady state held at a moment.
struct SteadyStateSample {
    sim::Time at;
    bool is_well;
};

// How it went for one of its steady states: before, during and after the failures.
sim::Watched judged(const GameDaySpec& game_day, const std::string& state,
                    const std::vector<SteadyStateSample>& looks,
                    const std::vector<OutageTime>& outages);

}  // namespace models
