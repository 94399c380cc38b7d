#include "models/clients/users.h"

#include "sim/sleep.h"

namespace models {

Users::Users(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      client_(spec, context),
      think_time_(spec.think_time.build()),
      between_sessions_(spec.between_sessions.build()),
      thoughts_(context.stream("think time")),
      people_(context.stream("who is here")),
      leavers_(context.stream("who leaves")),
      abandoned_(context, "abandoned_users") {}

void Users::start() {
    for (std::uint64_t user = 0; user < spec_.users; ++user) crew_.run(use(user));
}

// One user's life, and that of those who come after: the n-th request and the n-th pause of a place
// are its own, whatever the others do. When people are more than users, whoever logs on next at a
// place is anybody of them.
sim::Task<void> Users::use(std::uint64_t place) {
    sim::Draws draws(sim::request_key(thoughts_, place));
    sim::Draws people(sim::request_key(people_, place));
    const std::uint32_t population = spec_.population.people;
    std::uint64_t person = population > 0 ? people.below(population) : place;
    const sim::Duration first =
        spec_.arrive_over > sim::Duration::zero()
            ? sim::from_seconds(sim::seconds(spec_.arrive_over) * draws.uniform())
            : think_time_.sample_duration(draws);
    co_await sim::sleep(context_.scheduler(), first);
    for (std::uint64_t number = 0;; ++number) {
        const Response response =
            co_await client_.send({place << 32 | number, context_.now(), person});
        if (!response.ok() && leaves(place, number)) {
            abandoned_.add();
            co_return;
        }
        const bool logs_off =
            spec_.requests_per_session > 0 && (number + 1) % spec_.requests_per_session == 0;
        if (logs_off && population > 0) person = people.below(population);
        const sim::Distribution& pause = logs_off ? between_sessions_ : think_time_;
        co_await sim::sleep(context_.scheduler(), pause.sample_duration(draws));
    }
}

bool Users::leaves(std::uint64_t place, std::uint64_t number) const {
    if (spec_.leave_after_failure.value <= 0) return false;
    sim::Draws draws(sim::request_key(leavers_, place << 32 | number));
    return draws.chance(spec_.leave_after_failure.value);
}

void Users::finish() {
    client_.finish();
    auto& measures = context_.meter.record().measures;
    measures.push_back({"users", "", static_cast<double>(spec_.users)});
    measures.push_back(
        {"people", "",
         static_cast<double>(spec_.population.people > 0 ? spec_.population.people : spec_.users)});
}

}  // namespace models
