#include "models/clients/users.h"

#include "sim/sleep.h"

namespace models {

Users::Users(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      client_(spec, context),
      think_time_(spec.think_time.build()),
      between_sessions_(spec.between_sessions.build()),
      thoughts_(context.stream("think time")) {}

void Users::start() {
    for (std::uint64_t user = 0; user < spec_.users; ++user) crew_.run(use(user));
}

// One user's life. The n-th request and the n-th pause are the user's own, whatever the others do.
sim::Task<void> Users::use(std::uint64_t user) {
    sim::Draws draws(sim::request_key(thoughts_, user));
    const sim::Duration first =
        spec_.arrive_over > sim::Duration::zero()
            ? sim::from_seconds(sim::seconds(spec_.arrive_over) * draws.uniform())
            : think_time_.sample_duration(draws);
    co_await sim::sleep(context_.scheduler(), first);
    for (std::uint64_t number = 0;; ++number) {
        co_await client_.send({user << 32 | number, context_.now(), user});
        const bool logs_off =
            spec_.requests_per_session > 0 && (number + 1) % spec_.requests_per_session == 0;
        const sim::Distribution& pause = logs_off ? between_sessions_ : think_time_;
        co_await sim::sleep(context_.scheduler(), pause.sample_duration(draws));
    }
}

}  // namespace models
