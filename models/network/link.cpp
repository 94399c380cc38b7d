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
    if (request.span != 0) [[unlikely]]
        return traced(request);
    return travel(request);
}

NetworkLink::Ways NetworkLink::ways_of(const Request& request) const {
    sim::Draws draws(sim::request_key(stream_, request.identity));
    const sim::Duration there = latency_.sample_duration(draws);
    return {there, latency_.sample_duration(draws)};
}

Reply NetworkLink::travel(Request request) {
    const Ways ways = ways_of(request);
    co_await sim::sleep(world_.scheduler, ways.there);
    const Response response = co_await Outbound(world_, to_.call(request));
    co_await sim::sleep(world_.scheduler, ways.back);
    meter_.spent(Spent::network, ways.there + ways.back);
    co_return response;
}

// The same, and a span of it. It is not one function: all that are not traced would pay.
Reply NetworkLink::traced(Request request) {
    CallSpan span(world_, meter_, request, {to_name_});
    const Ways ways = ways_of(request);
    co_await sim::sleep(world_.scheduler, ways.there);
    const sim::Time there = world_.scheduler.now();
    spent_in(world_, request, Spent::network, there - ways.there, there);
    const Response response = co_await Outbound(world_, to_.call(request));
    co_await sim::sleep(world_.scheduler, ways.back);
    const sim::Time back = world_.scheduler.now();
    spent_in(world_, request, Spent::network, back - ways.back, back);
    meter_.spent(Spent::network, ways.there + ways.back);
    co_return span.end(response);
}

}  // namespace models
