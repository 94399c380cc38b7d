#include "models/clients/client.h"

#include <algorithm>

namespace models {

Client::Client(const ClientSpec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      crowd_(spec.population, spec.calls, context),
      degraded_(context, "degraded"),
      stale_(context, "stale") {
    context.meter.record().is_client = true;
}

// Calls to endpoints of one node share its edge: a client has one circuit breaker for it, not one
// for each thing it asks.
void Client::connect() {
    std::vector<std::string> nodes;
    for (const ClientCall& call : spec_.calls.list) {
        const auto known = std::ranges::find(nodes, call.to.node);
        const auto edge = static_cast<std::uint32_t>(known - nodes.begin());
        if (known == nodes.end()) {
            nodes.push_back(call.to.node);
            edges_.emplace_back(context_,
                                Edge::Plan{call.to, spec_.latency.build(), spec_.policies});
        }
        Node& node = context_.world.directory.node(call.to.node);
        ways_.push_back({edge, node.endpoint(call.to.endpoint).value_or(0)});
    }
}

sim::Task<Response> Client::send(Sending sending) {
    context_.meter.arrived(sending.intended);
    Crowd::Asked asked = crowd_.ask(sending.number, sending.person);
    const Way& way = ways_[asked.call];
    asked.request.endpoint = way.endpoint;
    context_.meter.asked(sending.intended, asked.request.identity);
    const Response response = co_await edges_[way.edge].call(asked.request);
    context_.meter.spent(Spent::calling, context_.now() - sending.intended);
    context_.meter.left(sending.intended, response.outcome, response.cause);
    if (response.ok() && response.degraded) degraded_.add();
    if (response.ok() && response.stale) stale_.add();
    co_return response;
}

}  // namespace models
