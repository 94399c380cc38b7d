#include "models/calls/edge.h"

#include <string>

#include "models/blocks/ask.h"
#include "models/blocks/spanned.h"
#include "models/calls/send.h"
#include "models/network/link.h"
#include "sim/observer.h"

namespace models {

namespace {

// What coroutine policies call.
class Behind final : public Service {
public:
    explicit Behind(World& world) : world_(world) {}
    Go enter(Call&) override { return {first, Way::enter}; }
    Reply call(Request request) override { co_return co_await ask(world_, *this, request); }
    Block* first = nullptr;

private:
    World& world_;
};

class Guarded final : public Await {
public:
    explicit Guarded(Service& outermost) : outermost_(outermost) {}
    Reply story(Call& call) override { return outermost_.call(call.request); }

private:
    Service& outermost_;
};

}  // namespace

Edge::Edge(const Context& context, const Plan& plan, Block* around)
    : world_(context.world), calls_(around) {
    Node& node = world_.directory.node(plan.to.node);
    endpoint_ = plan.to.endpoint.empty() ? 0 : node.endpoint(plan.to.endpoint).value_or(0);
    const std::size_t to = context.meter.calls(plan.to.node);
    const std::string name =
        plan.to.endpoint.empty() ? plan.to.node : plan.to.node + "." + plan.to.endpoint;
    const sim::Observer* const observer = world_.recorder.observer();

    Scopes* chain = &calls_;
    if (!plan.policies.empty()) {
        if (observer != nullptr) chain->add<Spanned>(context, name, sim::SpanKind::internal);
        behind_ = std::make_unique<Behind>(world_);
        policies_.emplace(plan.policies, context, *behind_);
        chain->add<Guarded>(policies_->outermost());
        chain = &guarded_.emplace();
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
    chain->add<Send>(context.meter, to, *node.service());
    if (guarded_) static_cast<Behind&>(*behind_).first = guarded_->first();
}

Edge::~Edge() = default;

Reply Edge::call(Request request) {
    co_return co_await ask(world_, *this, request);
}

}  // namespace models
