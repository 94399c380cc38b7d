#include "models/calls/edge.h"

#include "models/network/link.h"

namespace models {

namespace {

// Behind all policies: what really goes from one node to another, retries and hedges included.
class Counted final : public Service {
public:
    Counted(sim::Meter& meter, const std::string& to, Service& inner)
        : meter_(meter), to_(meter.calls(to)), inner_(inner) {}

    Reply call(Request request) override {
        meter_.sent(to_);
        return inner_.call(request);
    }

private:
    sim::Meter& meter_;
    std::size_t to_;
    Service& inner_;
};

}  // namespace

Edge::Edge(const Context& context, const Plan& plan) {
    Node& node = context.world.directory.node(plan.to.node);
    counted_ = std::make_unique<Counted>(context.meter, plan.to.node, *node.service());
    target_ = counted_.get();
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
