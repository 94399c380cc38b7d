#include "models/log_broker/group_breaker.h"

#include <utility>

#include "sim/sleep.h"

namespace models {

namespace {

BreakerSettings settings_of(const GroupBreakerSpec& spec) {
    BreakerSettings settings;
    settings.failure_rate_threshold = spec.failure_rate_threshold.value;
    settings.window_size = spec.sliding_window_size;
    settings.minimum_calls = spec.minimum_number_of_calls;
    settings.wait_in_open = spec.wait_duration_in_open_state;
    settings.permitted_in_half_open = spec.permitted_number_of_calls_in_half_open_state;
    settings.slow_call_duration_threshold = sim::Duration::max();
    settings.opens_half_by_itself = true;
    return settings;
}

}  // namespace

GroupBreaker::GroupBreaker(const Context& context, const GroupBreakerSpec& spec, Tally& opened,
                           std::function<void()> changed)
    : context_(context),
      breaker_(settings_of(spec)),
      opened_(opened),
      changed_(std::move(changed)) {}

bool GroupBreaker::try_acquire() {
    return breaker_.try_acquire(context_.now());
}

void GroupBreaker::record(sim::Duration took, bool has_failed) {
    const Breaker::State before = breaker_.state();
    breaker_.record(context_.now(), took, has_failed);
    const bool has_opened =
        breaker_.state() == Breaker::State::open && before != Breaker::State::open;
    if (has_opened) {
        opened_.add();
        work_.run(open_half());
    } else if (before == Breaker::State::half_open) {
        changed_();
    }
}

sim::Task<void> GroupBreaker::open_half() {
    while (const auto next = breaker_.next_change()) {
        co_await sim::sleep_until(context_.scheduler(), *next);
        breaker_.tick(context_.now());
        changed_();
        if (breaker_.state() != Breaker::State::open) break;
    }
}

}  // namespace models
