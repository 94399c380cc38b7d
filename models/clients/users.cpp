#include "models/clients/users.h"

namespace models {

Users::Users(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      client_(spec, context, this),
      think_time_(spec.think_time.build()),
      between_sessions_(spec.between_sessions.build()),
      journey_(spec.journey, spec.calls, think_time_),
      thoughts_(context.stream("think time")),
      people_(context.stream("who is here")),
      leavers_(context.stream("who leaves")),
      abandoned_(context, "abandoned_users"),
      sessions_(context, "sessions_ended") {}

// The n-th request and the n-th pause of a place are its own, whatever the others do.
void Users::start() {
    places_.reserve(spec_.users);
    if (!journey_.is_empty()) midway_.emplace(journey_.time_shares(between_sessions_.mean()));
    for (std::uint64_t place = 0; place < spec_.users; ++place) {
        if (spec_.population.people > 0) {
            visitors_.push_back({sim::Draws(sim::request_key(people_, place)), 0});
            let_in(visitors_.back());
        }
        UserLoop& added = places_.emplace_back(*this, sim::request_key(thoughts_, place));
        added.wait(begin(added.draws));
    }
}

sim::Duration Users::begin(sim::Draws& draws) {
    if (journey_.is_empty()) return first_pause(draws);
    Whereabouts& here = whereabouts_.emplace_back();
    const bool arrives = spec_.arrive_over > sim::Duration::zero();
    return arrives ? first_pause(draws) : begin_midway(here, draws);
}

sim::Duration Users::first_pause(sim::Draws& draws) const {
    if (spec_.arrive_over <= sim::Duration::zero()) return think_time_.sample_duration(draws);
    return sim::from_seconds(sim::seconds(spec_.arrive_over) * draws.uniform());
}

// Somebody who is there from the start has been answered at a moment of the session, or has logged
// off, and a part of the pause after that is over.
sim::Duration Users::begin_midway(Whereabouts& here, sim::Draws& draws) const {
    const auto activity = static_cast<std::uint32_t>(midway_->sample(draws));
    const bool is_away = activity == journey_.size();
    const sim::Distribution& pause = is_away ? between_sessions_ : journey_.at(activity).think_time;
    if (!is_away) {
        here = {activity,
                1 + static_cast<std::uint32_t>(draws.below(journey_.at(activity).requests))};
        while (here.answered >= journey_.at(here.activity).requests) {
            const std::uint32_t next = journey_.after(activity, draws);
            here = {next == Journey::kLogOff ? 0 : next, 0};
        }
    }
    const double part = draws.uniform();
    return sim::from_seconds(pause.sample(draws) * part);
}

// Whoever logs on next is anybody of them.
void Users::let_in(Visitor& visitor) const {
    visitor.person = static_cast<std::uint32_t>(visitor.draws.below(spec_.population.people));
}

void Users::send(UserLoop& place) {
    const auto slot = static_cast<std::uint32_t>(&place - places_.data());
    const std::uint64_t person = visitors_.empty() ? slot : visitors_[slot].person;
    const std::uint64_t number = std::uint64_t{slot} << 32 | place.requests++;
    Client::Sending sending{number, context_.now(), person, nullptr, nullptr, slot};
    if (!whereabouts_.empty()) sending.call = journey_.at(whereabouts_[slot].activity).call;
    client_.send(sending);
}

void Users::ended(std::uint32_t slot, const Response& response) {
    UserLoop& place = places_[slot];
    if (!response.ok() && leaves(slot, place.requests - 1)) return abandoned_.add();
    const sim::Distribution& thinks =
        whereabouts_.empty() ? think_time_ : journey_.at(whereabouts_[slot].activity).think_time;
    const bool logs_off = !goes_on(place, slot, response.ok());
    if (logs_off) sessions_.add();
    if (logs_off && !visitors_.empty()) let_in(visitors_[slot]);
    const sim::Distribution& pause = logs_off ? between_sessions_ : thinks;
    place.wait(pause.sample_duration(place.draws));
}

// Who was let down asks for the same again.
bool Users::goes_on(UserLoop& place, std::uint32_t slot, bool ok) {
    if (whereabouts_.empty()) {
        return spec_.requests_per_session == 0 || place.requests % spec_.requests_per_session != 0;
    }
    Whereabouts& here = whereabouts_[slot];
    if (!ok || ++here.answered < journey_.at(here.activity).requests) return true;
    const std::uint32_t next = journey_.after(here.activity, place.draws);
    here = {next == Journey::kLogOff ? 0 : next, 0};
    return next != Journey::kLogOff;
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
