#include "models/calls/circuit_breaker.h"

#include <algorithm>

namespace models {

struct CircuitBreaker::Unit final : sim::Event {
    Unit(CircuitBreaker& owner, std::uint32_t number)
        : policy(owner),
          index(number),
          breaker(owner.settings()),
          timer(owner.context_.scheduler()) {}

    void fire() override {
        timer.fired();
        const Breaker::State before = breaker.state();
        breaker.tick(timer.scheduler().now());
        policy.follow(*this, before);
    }

    CircuitBreaker& policy;
    std::uint32_t index;
    Breaker breaker;
    sim::Timer timer;
    std::uint32_t trials = 0;  // in this half-open phase
};

CircuitBreaker::CircuitBreaker(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      units_(spec.scope),
      open_over_time_(context.meter.timeline(spec.name + "_open", "")),
      opened_(context, spec.name + "_opened"),
      half_opened_(context, spec.name + "_half_opened"),
      closed_(context, spec.name + "_closed"),
      not_permitted_(context, spec.name + "_not_permitted"),
      open_now_(context, spec.name + "_open_at_end"),
      trials_most_(context, spec.name + "_trials_most"),
      opened_at_(context, spec.name + "_opened_at", "s"),
      half_opened_at_(context, spec.name + "_half_opened_at", "s"),
      closed_at_(context, spec.name + "_closed_at", "s") {
    context.meter.state(spec.name, [this] { return static_cast<double>(worst_state()); });
}

CircuitBreaker::~CircuitBreaker() = default;

// Of several, that of the one that lets least through.
HealthState CircuitBreaker::worst_state() const {
    HealthState worst = HealthState::closed;
    units_.for_each([&](const Unit& unit) {
        const Breaker::State state = unit.breaker.state();
        if (state == Breaker::State::open) worst = HealthState::open;
        if (state == Breaker::State::half_open) worst = std::max(worst, HealthState::half_open);
    });
    return worst;
}

BreakerSettings CircuitBreaker::settings() const {
    BreakerSettings settings;
    settings.failure_rate_threshold = spec_.failure_rate_threshold.value;
    settings.slow_call_rate_threshold = spec_.slow_call_rate_threshold.value;
    settings.slow_call_duration_threshold = spec_.slow_call_duration_threshold;
    settings.permitted_in_half_open = spec_.permitted_number_of_calls_in_half_open_state;
    settings.max_wait_in_half_open = spec_.max_wait_duration_in_half_open_state;
    settings.window_type = spec_.sliding_window_type;
    settings.window_size = spec_.sliding_window_size;
    settings.minimum_calls = spec_.minimum_number_of_calls;
    settings.wait_in_open = spec_.wait_duration_in_open_state;
    settings.opens_half_by_itself = spec_.automatic_transition_from_open_to_half_open_enabled;
    return settings;
}

Go CircuitBreaker::enter(Call& call) {
    Unit& unit = units_.of(call.request, [this](std::uint32_t caller) {
        return std::make_unique<Unit>(*this, caller);
    });
    const Breaker::State before = unit.breaker.state();
    const bool permitted = unit.breaker.try_acquire(context_.now());
    follow(unit, before);
    if (!permitted) {
        not_permitted_.add();
        return answer(call, {Outcome::rejected, cause::circuit_open});
    }
    if (unit.breaker.state() == Breaker::State::half_open) {
        trials_most_.at_least(++unit.trials);
    }
    begin(call, &unit, context_.now());
    return on();
}

Go CircuitBreaker::answered(Call& call) {
    const auto [unit, began] = mine(call);
    const Response& response = call.response;
    if (!response.ok() && contains(spec_.ignore, response.cause)) {
        unit->breaker.release();
    } else {
        const bool counts = spec_.record.empty() || contains(spec_.record, response.cause);
        const sim::Time now = context_.now();
        const Breaker::State before = unit->breaker.state();
        unit->breaker.record(now, now - began, !response.ok() && counts);
        follow(*unit, before);
    }
    end(call);
    return back();
}

void CircuitBreaker::abandoned(Call& call) {
    mine(call).unit->breaker.release();
    end(call);
}

void CircuitBreaker::follow(Unit& unit, Breaker::State before) {
    using Phase = Breaker::State;
    const Phase state = unit.breaker.state();
    if (state == before) return;
    const double now = sim::seconds(context_.now().time_since_epoch());
    if (state == Phase::open) {
        opened_.add();
        opened_at_.first(now);
    } else if (state == Phase::half_open) {
        unit.trials = 0;
        half_opened_.add();
        half_opened_at_.first(now);
    } else {
        closed_.add();
        closed_at_.last(now);
    }
    const int opening = (state == Phase::open ? 1 : 0) - (before == Phase::open ? 1 : 0);
    open_now_.always(opening);
    open_over_time_.add(context_.now(), opening);
    const auto change = unit.breaker.next_change();
    if (change) {
        unit.timer.start_at(*change, static_cast<sim::Event&>(unit));
    } else {
        unit.timer.stop();
    }
    if (incidents_left_ == 0) return;
    --incidents_left_;
    constexpr std::array kNames = {"closed", "open", "half open"};
    const std::string who = spec_.scope == CallerScope::node
                                ? spec_.name
                                : spec_.name + " of instance " + std::to_string(unit.index);
    context_.world.recorder.incident(context_.name, kNames[static_cast<std::size_t>(state)], who);
}

}  // namespace models
