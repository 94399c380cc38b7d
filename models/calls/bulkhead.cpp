#include "models/calls/bulkhead.h"

namespace models {

Bulkhead::Bulkhead(const Spec& spec, const Context& context)
    : spec_(spec),
      scheduler_(context.scheduler()),
      places_(spec.scope),
      full_(context, "bulkhead_full"),
      most_(context, "bulkhead_most"),
      held_(context, "bulkhead_held", "s") {
    context.meter.resource(
        "bulkhead to <node>",
        [this](sim::Time, sim::Uses& uses) {
            places_.for_each([&](const sim::Semaphore& places) { uses.push_back(places.use()); });
        },
        {.to = context.callee});
}

sim::Semaphore& Bulkhead::places_for(const Request& request) {
    return places_.of(request, [this](std::uint32_t) {
        return std::make_unique<sim::Semaphore>(scheduler_, spec_.max_concurrent_calls);
    });
}

Go Bulkhead::enter(Call& call) {
    sim::Semaphore& places = places_for(call.request);
    begin(call, nullptr, sim::Time{});
    if (places.try_take()) return let_in(call, places);
    if (spec_.max_wait_duration > sim::Duration::zero()) return {&waiting_, Way::enter};
    places.note_refused();
    return refuse(call);
}

Go Bulkhead::refuse(Call& call) {
    full_.add();
    end(call);
    return answer(call, {Outcome::rejected, cause::bulkhead_full});
}

Go Bulkhead::let_in(Call& call, sim::Semaphore& places) {
    mine(call) = {&places, scheduler_.now()};
    most_.at_least(static_cast<double>(places.taken()));
    return on();
}

Go Bulkhead::answered(Call& call) {
    held_.add(sim::seconds(scheduler_.now() - mine(call).began));
    leave(call);
    return back();
}

void Bulkhead::leave(Call& call) {
    if (sim::Semaphore* const places = mine(call).places) places->give_back();
    end(call);
}

Go Bulkhead::Waiting::enter(Call& call) {
    const sim::Time now = bulkhead_.scheduler_.now();
    const sim::Duration patience = bulkhead_.spec_.max_wait_duration;
    const sim::Time until = patience > sim::kForever - now ? sim::kForever : now + patience;
    State& turn = begin(call, bulkhead_.places_for(call.request), until, sim::Priority::normal);
    turn.await_suspend(call);
    return stay(call);
}

Go Bulkhead::Waiting::woken(Call& call) {
    sim::Semaphore* const places = mine(call).await_resume().release();
    end(call);
    return places != nullptr ? bulkhead_.let_in(call, *places) : bulkhead_.refuse(call);
}

}  // namespace models
