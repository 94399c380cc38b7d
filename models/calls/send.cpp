#include "models/calls/send.h"

#include "sim/observer.h"

namespace models {

Go Flowing::enter(Call& call) {
    const bool counts = world_.scheduler.now() >= world_.recorder.measured_from();
    begin(call, call.request.bytes, counts);
    return on();
}

Go Flowing::answered(Call& call) {
    sim::Flow flow;
    flow.from = meter_.id();
    flow.to = static_cast<std::uint32_t>(to_);
    flow.accepted = call.response.cause != Cause::refused;
    flow.calls = 1;
    flow.bytes = mine(call).bytes;
    flow.replied = call.response.bytes;
    if (mine(call).counts) world_.recorder.observer()->flow(flow);
    end(call);
    return back();
}

}  // namespace models
