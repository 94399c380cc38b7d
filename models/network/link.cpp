#include "models/network/link.h"

#include "models/calls/outbound.h"
#include "sim/sleep.h"

namespace models {

NetworkLink::NetworkLink(const Context& context, const sim::Distribution& latency, Service& to)
    : world_(context.world),
      meter_(context.meter),
      latency_(latency),
      stream_(context.stream("network")),
      to_(to) {}

Reply NetworkLink::call(Request request) {
    sim::Draws draws(sim::request_key(stream_, request.identity));
    const sim::Duration there = latency_.sample_duration(draws);
    const sim::Duration back = latency_.sample_duration(draws);
    co_await sim::sleep(world_.scheduler, there);
    const Response response = co_await Outbound(world_, to_.call(request));
    co_await sim::sleep(world_.scheduler, back);
    meter_.spent(Spent::network, there + back);
    co_return response;
}

}  // namespace models
