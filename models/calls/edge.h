// One node's way to another: the network between them and what the caller does about trouble.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "models/calls/policy.h"
#include "models/calls/stack.h"
#include "models/context.h"
#include "models/node.h"
#include "models/spec/node_ref.h"
#include "sim/distribution.h"

namespace models {

class Edge final {
public:
    // `latency` is one way, drawn anew for each direction.
    struct Plan {
        spec::NodeRef to;
        sim::Distribution latency;
        std::vector<PolicyChoice> policies;  // the first is the outermost
    };

    Edge(const Context& context, const Plan& plan);
    ~Edge();
    Edge(Edge&&) noexcept;

    EndpointId endpoint() const { return endpoint_; }
    Reply call(const Request& request) {
        if (is_plain_ && request.span == 0) [[likely]] {
            meter_.sent(to_);
            return service_.call(request);
        }
        if (request.span != 0 && is_guarded_) return traced(*counted_, *target_, request);
        return target_->call(request);
    }

private:
    class Counted;

    static Reply traced(Counted& counted, Service& target, Request request);

    sim::Meter& meter_;
    Service& service_;
    std::size_t to_;
    std::unique_ptr<Counted> counted_;
    std::unique_ptr<Service> network_;
    std::optional<PolicyStack> policies_;
    Service* target_;
    EndpointId endpoint_;
    bool is_plain_;    // nothing between the two nodes, and nothing that looks at what goes there
    bool is_guarded_;  // by policies: one call may be several attempts, or none
};

}  // namespace models
