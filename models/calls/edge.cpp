#include "models/calls/edge.h"

#include <string>

#include "models/network/link.h"
#include "models/spans.h"

namespace models {

namespace {

bool counts_flows(const World& world) {
    const sim::Observer* const observer = world.recorder.observer();
    return observer != nullptr && observer->counts_flows();
}

}  // namespace

// Behind all policies: what really goes from one node to another, retries and hedges included.
class Edge::Counted final : public Service {
public:
    Counted(const Context& context, const Plan& plan, std::size_t to, Service& inner)
        : world_(context.world),
          meter_(context.meter),
          to_(to),
          name_(plan.to.endpoint.empty() ? plan.to.node : plan.to.node + "." + plan.to.endpoint),
          begins_attempts_(plan.latency.mean() <= 0),
          has_flows_(counts_flows(world_)),
          inner_(inner) {}

    Reply call(Request request) override {
        meter_.sent(to_);
        if ((request.span != 0) | has_flows_) [[unlikely]]
            return look_at(request);
        return inner_.call(request);
    }

    // Everything that policies make of one call.
    Reply whole(Service& outermost, Request request) {
        CallSpan span(world_, meter_, request, {name_, sim::SpanKind::internal});
        co_return span.end(co_await outermost.call(request));
    }

    const std::string& name() const { return name_; }

private:
    // Where there is a network, it begins the attempt.
    Reply look_at(Request request) { return has_flows_ ? with_flow(request) : attempt(request); }

    Reply attempt(Request request) {
        if (!begins_attempts_) co_return co_await inner_.call(request);
        CallSpan span(world_, meter_, request, {name_});
        co_return span.end(co_await inner_.call(request));
    }

    // As a flow log sees it: who let nobody in has rejected the connection.
    Reply with_flow(Request request) {
        const bool counts = world_.scheduler.now() >= world_.recorder.measured_from();
        const std::uint64_t bytes = request.bytes;
        const Response response = co_await attempt(request);
        sim::Flow flow;
        flow.from = meter_.id();
        flow.to = static_cast<std::uint32_t>(to_);
        flow.accepted = response.cause != Cause::refused;
        flow.calls = 1;
        flow.bytes = bytes;
        flow.replied = response.bytes;
        if (counts) world_.recorder.observer()->flow(flow);
        co_return response;
    }

    World& world_;
    sim::Meter& meter_;
    std::size_t to_;
    std::string name_;
    bool begins_attempts_;
    bool has_flows_;
    Service& inner_;
};

Edge::Edge(const Context& context, const Plan& plan)
    : meter_(context.meter),
      service_(*context.world.directory.node(plan.to.node).service()),
      to_(meter_.calls(plan.to.node)),
      is_plain_(plan.policies.empty() && plan.latency.mean() <= 0 && !counts_flows(context.world)),
      is_guarded_(!plan.policies.empty()) {
    Node& node = context.world.directory.node(plan.to.node);
    counted_ = std::make_unique<Counted>(context, plan, to_, service_);
    target_ = counted_.get();
    endpoint_ = plan.to.endpoint.empty() ? 0 : node.endpoint(plan.to.endpoint).value_or(0);
    if (plan.latency.mean() > 0) {
        network_ = std::make_unique<NetworkLink>(context, plan.latency, *target_, counted_->name());
        target_ = network_.get();
    }
    policies_.emplace(plan.policies, context, *target_);
    target_ = &policies_->outermost();
}

Edge::~Edge() = default;
Edge::Edge(Edge&&) noexcept = default;

Reply Edge::traced(Counted& counted, Service& target, Request request) {
    return counted.whole(target, request);
}

}  // namespace models
