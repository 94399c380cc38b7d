#include "models/clients/users.h"

namespace models {

Users::Users(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      client_(spec, context, this),
      think_time_(spec.think_time.build()),
      between_sessions_(spec.between_sessions.build()),
      thoughts_(context.stream("think time")),
      people_(context.stream("who is here")),
      leavers_(context.stream("who leaves")),
      abandoned_(context, "abandoned_users") {}

// The n-th request and the n-th pause of a place are its own, whatever the others do.
void Users::start() {
    places_.reserve(spec_.users);
    for (std::uint64_t place = 0; place < spec_.users; ++place) {
        if (spec_.population.people > 0) {
            visitors_.push_back({sim::Draws(sim::request_key(people_, place)), 0});
            let_in(visitors_.back());
        }
        UserLoop& added = places_.emplace_back(*this, sim::request_key(thoughts_, place));
        added.wait(first_pause(added.draws));
    }
}

sim::Duration Users::first_pause(sim::Draws& draws) const {
    if (spec_.arrive_over <= sim::Duration::zero()) return think_time_.sample_duration(draws);
    return sim::from_seconds(sim::seconds(spec_.arrive_over) * draws.uniform());
}

// Whoever logs on next is anybody of them.
void Users::let_in(Visitor& visitor) const {
    visitor.person = static_cast<std::uint32_t>(visitor.draws.below(spec_.population.people));
}

void Users::send(UserLoop& place) {
    const auto seat = static_cast<std::uint32_t>(&place - places_.data());
    const std::uint64_t person = visitors_.empty() ? seat : visitors_[seat].person;
    const std::uint64_t number = std::uint64_t{seat} << 32 | place.requests++;
    client_.send({number, context_.now(), person, nullptr, nullptr, seat});
}

void Users::ended(std::uint32_t seat, const Response& response) {
    UserLoop& place = places_[seat];
    if (!response.ok() && leaves(seat, place.requests - 1)) return abandoned_.add();
    const bool logs_off =
        spec_.requests_per_session > 0 && place.requests % spec_.requests_per_session == 0;
    if (logs_off && !visitors_.empty()) let_in(visitors_[seat]);
    const sim::Distribution& pause = logs_off ? between_sessions_ : think_time_;
    place.wait(pause.sample_duration(place.draws));
}

bool Users::leaves(std::uint64_t place, std::uint64_t number) const {
    if (spec_.leave_after_failure.value <= 0) return false;
    sim::Draws draws(sim::request_key(leavers_, place << 32 | number));
    return draws.chance(spec_.leave_after_failure.value);
}

void Users::dismiss() {
    for (UserLoop& place : places_) place.stop();
    client_.dismiss();
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
