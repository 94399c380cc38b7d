#include "models/calls/edge.h"

#include <string>

#include "models/blocks/ask.h"
#include "models/blocks/spanned.h"
#include "models/calls/send.h"
#include "models/calls/stack.h"
#include "models/network/link.h"
#include "sim/observer.h"

namespace models {

Edge::Edge(const Context& context, const Plan& plan, Block* around)
    : world_(context.world), calls_(around) {
    Node& node = world_.directory.node(plan.to.node);
    endpoint_ = plan.to.endpoint.empty() ? 0 : node.endpoint(plan.to.endpoint).value_or(0);
    const std::size_t to = context.meter.calls(plan.to.node);
    const std::string name = plan.name.empty() ? spec::text_of(plan.to) : plan.name;
    const sim::Observer* const observer = world_.recorder.observer();

    Scopes* chain = &calls_;
    if (!plan.policies.empty()) {
        if (observer != nullptr) chain->add<Spanned>(context, name, sim::SpanKind::internal);
        add_policies(*chain, plan.policies, context);
    }
    if (plan.latency.mean() > 0) {
        auto& link = chain->add<NetworkLink>();
        Scopes& network = network_.emplace();
        if (observer != nullptr) network.add<Spanned>(context, name);
        network.add<Trip>(context, plan.latency);
        link.carry(network.first());
        chain = &network;
    } else if (observer != nullptr) {
        chain->add<Spanned>(context, name);
    }
    if (observer != nullptr && observer->counts_flows()) chain->add<Flowing>(context, to);
    Service& service = plan.service != nullptr ? *plan.service : *node.service();
    chain->add<Send>(context.meter, to, service);
}

Reply Edge::call(Request request) {
    co_return co_await ask(world_, *this, request);
}

}  // namespace models
