// Stops waiting at a limit. What was asked for goes on, unless the limit travels with the call.
#pragma once

#include <chrono>
#include <string_view>
#include <tuple>

#include "models/blocks/calls.h"
#include "models/calls/policy.h"
#include "models/context.h"
#include "models/spec/declaration/spec.h"

namespace models {

class Timeout final : public Policy {
public:
    struct Spec {
        static constexpr std::string_view kind = "timeout";
        static constexpr std::string_view doc = "Gives up waiting for an answer after a limit.";
        sim::Duration limit = std::chrono::seconds(1);
        bool propagates = false;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("limit", &Spec::limit, above(sim::Duration::zero()),
                      "How long the caller waits for an answer, the network included."),
                param("propagates", &Spec::propagates,
                      "Whether the callee is told when the caller gives up (cancellation); what it "
                      "then does is its own affair, as a server's `cancelled`. If not (the "
                      "default), the callee works on in vain.")};
        }
    };

    struct State {
        Limit limit;
    };
    // Where it propagates.
    struct Propagated {
        Limit limit;
        sim::Time deadline;  // as the request came
    };

    Timeout(const Spec& spec, const Context& context)
        : world_(context.world), limit_(spec.limit), propagates_(spec.propagates) {}

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    Go woken(Call& call) override;
    void abandoned(Call& call) override { leave(call); }
    void restore(Call& call) override {
        if (propagates_) call.request.deadline = call.top<Propagated>().deadline;
    }
    std::uint32_t state_bytes() const override {
        return propagates_ ? Call::room<Propagated>() : Call::room<State>();
    }

private:
    void leave(Call& call);

    World& world_;
    sim::Duration limit_;
    bool propagates_;
};

}  // namespace models
