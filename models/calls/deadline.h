// A time limit that travels: whoever works on the request knows until when somebody waits for it,
// turns it away when that is over, and stops at it (gRPC's deadlines).
//
// A timeout, in comparison, is each caller's own affair, and starts again at every hop.
#pragma once

#include <chrono>

#include "models/blocks/calls.h"
#include "models/calls/policy.h"
#include "models/calls/tally.h"
#include "models/spec/declaration/spec.h"
#include "sim/figure.h"

namespace models {

class Deadline final : public Keeps<Deadline, Policy> {
public:
    struct Spec {
        static constexpr std::string_view kind = "deadline";
        static constexpr std::string_view doc =
            "A deadline that is propagated with the call to all calls made for it (gRPC's "
            "deadlines).";
        sim::Duration limit = std::chrono::seconds(1);
        static constexpr auto figures() {
            return std::array{sim::figure("deadlines_missed", sim::Unit::count, sim::Merge::sum,
                                          "Calls given up because their deadline had passed.")};
        }
        static constexpr auto params() {
            return std::tuple{
                spec::param("limit", &Spec::limit, spec::at_least(sim::Duration::zero()),
                            "Time from the call until its deadline. An earlier deadline of the "
                            "request stays in force. With 0s no deadline is added.")};
        }
    };

    struct State {
        Limit limit;
        sim::Time deadline;  // as the request came
    };

    Deadline(const Spec& spec, const Context& context)
        : world_(context.world), limit_(spec.limit), missed_(context, "deadlines_missed") {}

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    Go woken(Call& call) override;
    void abandoned(Call& call) override { leave(call); }
    void restore(Call& call) override { call.request.deadline = mine(call).deadline; }

private:
    void leave(Call& call);

    World& world_;
    sim::Duration limit_;
    Tally missed_;
};

}  // namespace models
