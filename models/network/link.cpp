#include "models/network/link.h"

#include "models/spans.h"

namespace models {

namespace {

constexpr std::uint64_t kLargestTime = ~std::uint64_t{0} >> 1;

}  // namespace

Trip::Trip(const Context& context, const sim::Distribution& latency, std::string_view stream)
    : world_(context.world),
      meter_(context.meter),
      latency_(latency),
      constant_(sim::from_seconds(latency.is_constant() ? latency.mean() : 0)),
      stream_(context.stream(stream)) {}

Go Trip::enter(Call& call) {
    sim::Duration there = constant_;
    sim::Duration back = constant_;
    if (!latency_.is_constant()) {
        sim::Draws draws(sim::request_key(stream_, call.request.identity));
        there = latency_.sample_duration(draws);
        back = latency_.sample_duration(draws);
    }
    State& my = begin(call);
    my.has_arrived = 0;
    my.there = static_cast<std::uint64_t>(there.count()) & kLargestTime;
    my.back = back;
    world_.scheduler.after(there, call);
    return stay(call);
}

Go Trip::answered(Call& call) {
    State& my = mine(call);
    my.has_arrived = 1;
    world_.scheduler.after(my.back, call);
    return stay(call);
}

Go Trip::woken(Call& call) {
    const State my = mine(call);
    const sim::Duration there(static_cast<sim::Duration::rep>(my.there));
    const sim::Time now = world_.scheduler.now();
    spent_in(world_, call.request, Spent::network, now - (my.has_arrived ? my.back : there), now);
    if (!my.has_arrived) return on();
    meter_.spent(Spent::network, there + my.back);
    end(call);
    return back();
}

}  // namespace models
