#include "models/calls/edge.h"

#include "models/network/link.h"

namespace models {

Edge::Edge(const Context& context, const Plan& plan) {
    Node& node = context.world.directory.node(plan.to.node);
    target_ = node.service();
    endpoint_ = plan.to.endpoint.empty() ? 0 : node.endpoint(plan.to.endpoint).value_or(0);
    if (plan.latency.mean() > 0) {
        network_ = std::make_unique<NetworkLink>(context, plan.latency, *target_);
        target_ = network_.get();
    }
    policies_.emplace(plan.policies, context, *target_);
    target_ = &policies_->outermost();
}

Edge::~Edge() = default;
Edge::Edge(Edge&&) noexcept = default;

}  // namespace models
