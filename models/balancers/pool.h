// A balancer in front of instances: one node that calls go to, another that serves them.
#pragma once

#include <string_view>
#include <tuple>

#include "models/balancers/backends.h"
#include "models/node.h"
#include "models/spec/spec.h"

namespace models {

class Pool final : public Node, public Service {
public:
    struct Spec {
        static constexpr std::string_view kind = "pool";
        static constexpr std::string_view doc =
            "A load balancer in front of another node's instances.";
        spec::CallRef of;
        BalancerChoice balancer;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                required("of", &Spec::of, "The node whose instances take the requests."),
                param("balancer", &Spec::balancer, "Which instance takes the next request.")};
        }
    };

    Pool(const Spec& spec, const Context& context);

    void connect() override;
    void begin_measuring() override { backends_.begin_measuring(); }
    void finish() override;
    Service* service() override { return this; }
    std::optional<EndpointId> endpoint(std::string_view name) const override {
        return of().endpoint(name);
    }

    Reply call(Request request) override;

private:
    Node& of() const { return context_.world.directory.node(spec_.of.node); }

    Spec spec_;
    Context context_;
    Backends backends_;
};

}  // namespace models
