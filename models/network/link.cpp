#include "models/network/link.h"

#include "models/spans.h"

namespace models {

Trip::Trip(const Context& context, const sim::Distribution& latency, std::string_view stream)
    : world_(context.world),
      meter_(context.meter),
      latency_(latency),
      constant_(sim::from_seconds(latency.is_constant() ? latency.mean() : 0)),
      stream_(context.stream(stream)) {}

Go Trip::enter(Call& call) {
    State& my = begin(call, constant_, constant_, world_.scheduler.now(), false);
    if (!latency_.is_constant()) {
        sim::Draws draws(sim::request_key(stream_, call.request.identity));
        my.there = latency_.sample_duration(draws);
        my.back = latency_.sample_duration(draws);
    }
    world_.scheduler.after(my.there, call);
    return stay(call);
}

Go Trip::answered(Call& call) {
    State& my = mine(call);
    my.has_arrived = true;
    my.left = world_.scheduler.now();
    world_.scheduler.after(my.back, call);
    return stay(call);
}

Go Trip::woken(Call& call) {
    const State my = mine(call);
    spent_in(world_, call.request, Spent::network, my.left, world_.scheduler.now());
    if (!my.has_arrived) return on();
    meter_.spent(Spent::network, my.there + my.back);
    end(call);
    return back();
}

}  // namespace models
