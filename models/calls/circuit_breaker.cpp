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

// The right to make one call. One that is let go of without a result is given back, as when the
// caller is cancelled.
class CircuitBreaker::Permit {
public:
    explicit Permit(Unit& unit) : unit_(unit), began_(unit.timer.scheduler().now()) {}
    Permit(const Permit&) = delete;
    Permit& operator=(const Permit&) = delete;
    ~Permit() {
        if (!is_used_) unit_.breaker.release();
    }

    void record(bool failed) {
        is_used_ = true;
        const sim::Time now = unit_.timer.scheduler().now();
        const Breaker::State before = unit_.breaker.state();
        unit_.breaker.record(now, now - began_, failed);
        unit_.policy.follow(unit_, before);
    }

private:
    Unit& unit_;
    sim::Time began_;
    bool is_used_ = false;
};

CircuitBreaker::CircuitBreaker(const Spec& spec, const Context& context, Service& inner)
    : spec_(spec),
      context_(context),
      inner_(inner),
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
      closed_at_(context, spec.name + "_closed_at", "s") {}

CircuitBreaker::~CircuitBreaker() = default;

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

Reply CircuitBreaker::call(Request request) {
    Unit& unit = units_.of(
        request, [this](std::uint32_t caller) { return std::make_unique<Unit>(*this, caller); });
    const Breaker::State before = unit.breaker.state();
    const bool permitted = unit.breaker.try_acquire(context_.now());
    follow(unit, before);
    if (!permitted) {
        not_permitted_.add();
        co_return Response{Outcome::rejected, Cause::circuit_open};
    }
    if (unit.breaker.state() == Breaker::State::half_open) {
        trials_most_.at_least(++unit.trials);
    }
    Permit permit(unit);
    const Response response = co_await inner_.call(request);
    if (!response.ok() && contains(spec_.ignore, response.cause)) co_return response;
    const bool counts = spec_.record.empty() || contains(spec_.record, response.cause);
    permit.record(!response.ok() && counts);
    co_return response;
}

void CircuitBreaker::follow(Unit& unit, Breaker::State before) {
    using State = Breaker::State;
    const State state = unit.breaker.state();
    if (state == before) return;
    const double now = sim::seconds(context_.now().time_since_epoch());
    if (state == State::open) {
        opened_.add();
        opened_at_.first(now);
    } else if (state == State::half_open) {
        unit.trials = 0;
        half_opened_.add();
        half_opened_at_.first(now);
    } else {
        closed_.add();
        closed_at_.last(now);
    }
    const int opening = (state == State::open ? 1 : 0) - (before == State::open ? 1 : 0);
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
