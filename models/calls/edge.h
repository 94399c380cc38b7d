// One node's way to another: the network between them and what the caller does about trouble.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/blocks/scopes.h"
#include "models/calls/policy.h"
#include "models/calls/send.h"
#include "models/context.h"
#include "models/network/places.h"
#include "models/node.h"
#include "models/spec/declaration/node_ref.h"
#include "sim/distribution.h"

namespace models {

// Its blocks, from the outside in: a span of all attempts, the policies, a span of each, the
// network, a flow log, the call itself. What is not configured is not there.
class Edge final : public Service {
public:
    // `latency` is one way, drawn anew for each direction. It stands for the links there; with none
    // (its mean is 0) the call takes these.
    struct Plan {
        spec::NodeRef to;
        sim::Distribution latency;
        std::vector<PolicyChoice> policies;  // the first is the outermost
        Service* service = nullptr;          // of that node; the one for everybody unless given
        std::string name{};  // in traces; the node's and its endpoint's unless given
    };

    // `around` has the answer; without it, whoever's frame it is.
    Edge(const Context& context, const Plan& plan, Block* around = &Return::block());

    // The endpoint that its reference names; whoever calls puts it into the request.
    EndpointId endpoint() const { return endpoint_; }

    Go enter(Call& call) override {
        if (plain_ && call.request.span == 0) [[likely]]
            return plain_->enter(call);
        return calls_.enter();
    }
    Reply call(Request request) override;

private:
    void add_caller(const std::string& node);
    PlaceId place_of_callee(const std::string& node) const;

    World& world_;
    EndpointId endpoint_;
    std::optional<Send> plain_;  // for who is not traced, where there is nothing else to do
    Scopes calls_;
    std::optional<Scopes> network_;
};

}  // namespace models
