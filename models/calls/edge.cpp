#include "models/calls/edge.h"

#include <string>

#include "models/blocks/ask.h"
#include "models/blocks/spanned.h"
#include "models/calls/stack.h"
#include "models/network/edge_hop.h"
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
    const bool says_itself = plan.latency.mean() > 0;
    const PlaceId to_place = says_itself ? kNowhere : place_of_callee(plan.to.node);
    const bool is_far = says_itself || to_place != kNowhere;
    // What links carry they log themselves.
    const bool counts_flows = observer != nullptr && observer->counts_flows() &&
                              (world_.network == nullptr || says_itself);
    Service& service = plan.service != nullptr ? *plan.service : *node.service_for(context);

    if (!plan.policies.empty()) {
        if (observer != nullptr) calls_.add<Spanned>(context, name, sim::SpanKind::internal);
        Context of_edge = context;
        of_edge.callee = plan.to.node;
        add_policies(calls_, plan.policies, of_edge);
    }
    add_caller(context.name);
    if (calls_.is_empty() && !is_far && !counts_flows) {
        plain_.emplace(context.meter, to, service).link(around, nullptr);
        if (observer == nullptr) return;
    }
    Scopes* chain = &calls_;
    if (is_far) {
        auto& link = chain->add<NetworkLink>();
        Scopes& network = network_.emplace();
        if (observer != nullptr) network.add<Spanned>(context, name);
        if (says_itself) network.add<Trip>(context, plan.latency);
        if (says_itself && world_.network != nullptr) network.add<SentFrom>(kNowhere);
        if (to_place != kNowhere) network.add<EdgeHop>(context, to_place, &context.meter);
        link.carry(network.first());
        chain = &network;
    } else if (observer != nullptr) {
        chain->add<Spanned>(context, name);
    }
    if (counts_flows) chain->add<Flowing>(context, plan.to.node);
    chain->add<Send>(context.meter, to, service);
}

// Who stands in one place, and does not say so himself.
void Edge::add_caller(const std::string& node) {
    if (world_.network == nullptr) return;
    const Links::Stand& stand = world_.network->stand_of(node);
    if (stand.has_doors || stand.zones.empty()) return;
    calls_.add<SentFrom>(world_.network->place_of(node));
}

// Nowhere when there is no network on the way, or the callee has it at its door.
PlaceId Edge::place_of_callee(const std::string& node) const {
    if (world_.network == nullptr || world_.network->stand_of(node).has_doors) return kNowhere;
    return world_.network->place_of(node);
}

Reply Edge::call(Request request) {
    co_return co_await ask(world_, *this, request);
}

}  // namespace models
