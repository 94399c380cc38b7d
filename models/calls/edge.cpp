#include "models/calls/edge.h"

#include "models/network/link.h"

namespace models {

Edge::Edge(const Context& context, const Plan& plan) {
    Node& node = context.world.directory.node(plan.to.node);
    target_ = node.service();
    endpoint_ = plan.to.endpoint.empty() ? 0 : node.endpoint(plan.to.endpoint).value_or(0);
    if (plan.latency.mean() > 0) {
        layers_.push_back(std::make_unique<NetworkLink>(context, plan.latency, *target_));
        target_ = layers_.back().get();
    }
    for (auto policy = plan.policies.rbegin(); policy != plan.policies.rend(); ++policy) {
        layers_.push_back(Policies::build(*policy, context, *target_));
        target_ = layers_.back().get();
    }
}

Edge::~Edge() = default;
Edge::Edge(Edge&&) noexcept = default;

}  // namespace models
