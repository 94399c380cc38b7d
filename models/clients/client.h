// What all clients share: sending a request, and writing down what its user saw.
#pragma once

#include "models/calls/edge.h"
#include "models/calls/tally.h"
#include "models/context.h"
#include "models/node.h"

namespace models {

class Client {
public:
    explicit Client(const Context& context)
        : context_(context), degraded_(context, "degraded"), stale_(context, "stale") {
        context.meter.record().is_client = true;
    }

    void connect(const Edge::Plan& plan) { edge_.emplace(context_, plan); }

    // One request, from when its user meant to send it until it has ended. Waiting for anything
    // before it could be sent counts: no coordinated omission.
    sim::Task<Response> send(std::uint64_t number, sim::Time intended);

private:
    Context context_;
    std::optional<Edge> edge_;
    Tally degraded_;
    Tally stale_;
    std::uint64_t stream_ = context_.stream("requests");
};

}  // namespace models
