// Stops calling what keeps failing, and finds out from time to time whether it is well again.
//
// The states are breaker.h's; here is what counts as a failure, who shares a breaker, and what is
// told of it: every change is an incident and a count, and the measures say what state it is in.
#pragma once

#include <chrono>
#include <optional>

#include "metrics/health_state.h"
#include "models/calls/breaker.h"
#include "models/calls/causes.h"
#include "models/calls/policy.h"
#include "models/calls/scope.h"
#include "models/calls/tally.h"
#include "models/calls/word.h"
#include "sim/figure.h"
#include "sim/timer.h"

namespace models {

using metrics::HealthState;

constexpr auto names_of(WindowType) {
    using spec::Word;
    return std::array{Word{"count_based", WindowType::count_based, "The last calls."},
                      Word{"time_based", WindowType::time_based, "The last whole seconds."}};
}

class CircuitBreaker final : public Keeps<CircuitBreaker, Policy> {
public:
    struct Spec {
        static constexpr std::string_view kind = "circuit_breaker";
        static constexpr std::string_view doc =
            "Refuses calls at once while what is called keeps failing (parameters as in "
            "resilience4j).";
        std::string name = "breaker";
        sim::Fraction failure_rate_threshold{0.5};
        sim::Fraction slow_call_rate_threshold{1};
        sim::Duration slow_call_duration_threshold = std::chrono::seconds(60);
        std::uint32_t permitted_number_of_calls_in_half_open_state = 10;
        sim::Duration max_wait_duration_in_half_open_state{};
        WindowType sliding_window_type = WindowType::count_based;
        std::uint32_t sliding_window_size = 100;
        std::uint32_t minimum_number_of_calls = 100;
        sim::Duration wait_duration_in_open_state = std::chrono::seconds(60);
        bool automatic_transition_from_open_to_half_open_enabled = false;
        Causes record;
        Causes ignore;
        CallerScope scope = CallerScope::node;
        static constexpr auto figures() {
            return std::array{
                sim::figure("<name>_open", sim::Unit::count, sim::Merge::over_time,
                            "Breakers that are open."),
                sim::figure("<name>_opened", sim::Unit::count, sim::Merge::sum,
                            "Times that the breaker opened."),
                sim::figure("<name>_half_opened", sim::Unit::count, sim::Merge::sum,
                            "Times that the breaker became half open."),
                sim::figure("<name>_closed", sim::Unit::count, sim::Merge::sum,
                            "Times that the breaker closed again."),
                sim::figure("<name>_not_permitted", sim::Unit::count, sim::Merge::sum,
                            "Calls refused because the breaker was open."),
                sim::figure("<name>_open_at_end", sim::Unit::count, sim::Merge::last,
                            "Breakers open at the end."),
                sim::figure("<name>_trials_most", sim::Unit::count, sim::Merge::peak,
                            "Most trial calls let through in one half-open phase."),
                sim::figure("<name>_opened_at", sim::Unit::seconds, sim::Merge::least,
                            "When the breaker first opened, from the start of the run."),
                sim::figure("<name>_half_opened_at", sim::Unit::seconds, sim::Merge::least,
                            "When the breaker was first half open, from the start of the run."),
                sim::figure("<name>_closed_at", sim::Unit::seconds, sim::Merge::least,
                            "When the breaker first closed again, from the start of the run.")};
        }
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("name", &Spec::name,
                      "Prefix of the names of its figures: \"orders\" counts orders_opened."),
                param("failure_rate_threshold", &Spec::failure_rate_threshold,
                      above(sim::Fraction{0}),
                      "Share of failed calls in the window at which the breaker opens."),
                param("slow_call_rate_threshold", &Spec::slow_call_rate_threshold,
                      above(sim::Fraction{0}),
                      "Share of slow calls in the window at which the breaker opens."),
                param("slow_call_duration_threshold", &Spec::slow_call_duration_threshold,
                      above(sim::Duration::zero()), "A call that takes longer is slow."),
                param("permitted_number_of_calls_in_half_open_state",
                      &Spec::permitted_number_of_calls_in_half_open_state, between(1u, 100000u),
                      "Trial calls let through while half open, by which the breaker closes or "
                      "opens again."),
                param("max_wait_duration_in_half_open_state",
                      &Spec::max_wait_duration_in_half_open_state, at_least(sim::Duration::zero()),
                      "How long the breaker stays half open before it opens again. With 0s (the "
                      "default) it waits for all trial calls."),
                param("sliding_window_type", &Spec::sliding_window_type,
                      "Whether the sliding window is of the last calls or of the last seconds."),
                param("sliding_window_size", &Spec::sliding_window_size, between(1u, 100000u),
                      "Size of the sliding window, in calls or seconds."),
                param("minimum_number_of_calls", &Spec::minimum_number_of_calls, at_least(1u),
                      "Least calls in the window for the breaker to open."),
                param("wait_duration_in_open_state", &Spec::wait_duration_in_open_state,
                      at_least(sim::Duration(std::chrono::milliseconds(1))),
                      "How long the breaker stays open, refusing calls, before it lets trial calls "
                      "through."),
                param("automatic_transition_from_open_to_half_open_enabled",
                      &Spec::automatic_transition_from_open_to_half_open_enabled,
                      "Whether the breaker becomes half open as soon as the wait is over, or with "
                      "the next call."),
                param("record", &Spec::record,
                      "Causes that count as failures. An empty list (the default) counts all."),
                param("ignore", &Spec::ignore, "Causes that count as neither success nor failure."),
                param("scope", &Spec::scope,
                      "Whether all instances of the caller share one breaker, or each instance has "
                      "its "
                      "own.")};
        }
        void check(spec::Check& check) const {
            check.that(is_word(name), "name", "a measure's name is letters, digits and _");
        }
    };

    struct Unit;  // what is shared
    struct State {
        Unit* unit;  // that permitted it
        sim::Time began;
    };

    CircuitBreaker(const Spec& spec, const Context& context);
    ~CircuitBreaker() override;

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    // A permission that is let go of without a result is given back.
    void abandoned(Call& call) override;

private:
    BreakerSettings settings() const;
    HealthState worst_state() const;

    // Counts and tells what has changed since `before`.
    void follow(Unit& unit, Breaker::State before);

    Spec spec_;
    Context context_;
    PerCaller<Unit> units_;
    std::uint32_t incidents_left_ = 1000;  // told one by one
    sim::Timeline& open_over_time_;
    Tally opened_;
    Tally half_opened_;
    Tally closed_;
    Tally not_permitted_;
    Tally open_now_;
    Tally trials_most_;  // calls let through in one half-open phase
    Tally opened_at_;
    Tally half_opened_at_;
    Tally closed_at_;
};

}  // namespace models
