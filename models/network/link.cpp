#include "models/network/link.h"

#include "models/calls/outbound.h"
#include "models/spans.h"
#include "sim/sleep.h"

namespace models {

NetworkLink::NetworkLink(const Context& context, const sim::Distribution& latency, Service& to,
                         std::string to_name)
    : world_(context.world),
      meter_(context.meter),
      latency_(latency),
      stream_(context.stream("network")),
      to_(to),
      to_name_(std::move(to_name)) {}

Reply NetworkLink::call(Request request) {
    sim::Draws draws(sim::request_key(stream_, request.identity));
    const sim::Duration there = latency_.sample_duration(draws);
    const sim::Duration back = latency_.sample_duration(draws);
    CallSpan span(world_, meter_, request, {to_name_});
    const sim::Time sent = world_.scheduler.now();
    co_await sim::sleep(world_.scheduler, there);
    spent_in(world_, request, Spent::network, sent, world_.scheduler.now());
    const Response response = co_await Outbound(world_, to_.call(request));
    const sim::Time answered = world_.scheduler.now();
    co_await sim::sleep(world_.scheduler, back);
    spent_in(world_, request, Spent::network, answered, world_.scheduler.now());
    meter_.spent(Spent::network, there + back);
    co_return span.end(response);
}

}  // namespace models
