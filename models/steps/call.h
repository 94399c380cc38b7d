// {"call": "orders.insert"}: calls another node and waits.
#pragma once

#include <optional>

#include "models/calls/policy.h"
#include "models/steps/step.h"

namespace models {

struct CallStep {
    static constexpr std::string_view key = "call";
    static constexpr std::string_view doc =
        "Calls another node and waits for the answer. When the call fails, this request fails, "
        "too.";
    spec::CallRef value;
    Times latency;
    std::vector<PolicyChoice> policies;
    bool core = false;
    std::optional<bool> write;
    std::string name;
    static constexpr auto body() {
        return spec::param("call", &CallStep::value, "The node, or \"node.endpoint\".");
    }
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{param("latency", &CallStep::latency,
                                "The network, one way, instead of the links there."),
                          param("policies", &CallStep::policies,
                                "Resilience policies of the call: timeout, retry, circuit breaker "
                                "and so on; the first is the outermost."),
                          param("core", &CallStep::core,
                                "Whether the call is essential to the request, as a payment is to "
                                "an order: then no default answer may stand in for it."),
                          param("write", &CallStep::write,
                                "Whether the call is a write. Without it, it is one when the "
                                "request is."),
                          name_param(&CallStep::name)};
    }
    spec::Around around() const { return around_call(policies, latency); }
    void check(spec::Check& check) const {
        check.that(!core || !makes_up_answers(policies), "policies",
                   "a core call must not be answered with a default or an old value",
                   "let it fail, or fall back to another service or to an error");
    }

    void compile(StepCompiler& into) const;
    Cost cost(Costing& of) const;
    void inner(const auto&) const {}
};

}  // namespace models
