// Around each request of a client that replays a trace: writes down what became of it, where the
// trace says what it did in reality. Only such a client has it.
#pragma once

#include "models/arrivals/traces/replays.h"
#include "models/clients/attempt.h"

namespace models {

class Replaying final : public Opened<Replaying> {
public:
    struct State {
        sim::Time intended;
        std::uint32_t row;
    };

    Replaying(const Context& context, const Trace& trace)
        : scheduler_(context.scheduler()),
          replays_(*context.world.replays),
          replay_(replays_.begin(context.name, trace)) {}

    void open(Call& call, sim::Time intended, const TracedRequest& as) {
        replays_.sent(call.request, {replay_, as.row}, as);
        begin(call, intended, as.row);
    }
    Go answered(Call& call) override {
        const State my = mine(call);
        end(call);
        replays_.ended({replay_, my.row}, call.response, scheduler_.now() - my.intended);
        return back();
    }

private:
    sim::Scheduler& scheduler_;
    Replays& replays_;
    std::uint32_t replay_;
};

}  // namespace models
