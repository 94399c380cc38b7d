#include "models/calls/bulkhead.h"

namespace models {

Bulkhead::Bulkhead(const Spec& spec, const Context& context, Service& inner)
    : spec_(spec),
      scheduler_(context.scheduler()),
      inner_(inner),
      places_(spec.scope),
      full_(context, "bulkhead_full"),
      most_(context, "bulkhead_most"),
      held_(context, "bulkhead_held", "s") {}

Reply Bulkhead::call(Request request) {
    sim::Slots& places = places_.of(request, [this](std::uint32_t) {
        return std::make_unique<sim::Slots>(scheduler_, spec_.max_concurrent_calls);
    });
    const sim::Time now = scheduler_.now();
    const bool waits = spec_.max_wait_duration > sim::Duration::zero();
    sim::Place place;
    if (waits) {
        const bool for_ever = spec_.max_wait_duration > sim::kForever - now;
        place =
            co_await places.take_until(for_ever ? sim::kForever : now + spec_.max_wait_duration);
    } else if (places.try_take()) {
        place = sim::Place(places);
    }
    if (!place) {
        full_.add();
        co_return Response{Outcome::rejected, Cause::bulkhead_full};
    }
    most_.at_least(static_cast<double>(places.taken()));
    const sim::Time began = scheduler_.now();
    const Response response = co_await inner_.call(request);
    held_.add(sim::seconds(scheduler_.now() - began));
    co_return response;
}

}  // namespace models
