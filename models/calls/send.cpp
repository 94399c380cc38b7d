#include "models/calls/send.h"

#include <utility>

#include "sim/observer.h"

namespace models {

Flowing::Flowing(const Context& context, const std::string& to)
    : world_(context.world),
      from_(world_.recorder.observer()->name(context.name)),
      to_(world_.recorder.observer()->name(to)) {}

Go Flowing::enter(Call& call) {
    note(call, false);
    return on();
}

Go Flowing::answered(Call& call) {
    note(call, true);
    return back();
}

void Flowing::note(const Call& call, bool is_answer) {
    if (world_.scheduler.now() < world_.recorder.measured_from()) return;
    sim::Flow flow;
    flow.from = {from_, 0, 0};
    flow.to = {to_, 0, 0};
    if (is_answer) std::swap(flow.from, flow.to);
    flow.is_answer = is_answer;
    flow.packets = 1;
    flow.bytes = is_answer ? call.response.bytes : call.request.bytes;
    world_.recorder.observer()->flow(flow);
}

}  // namespace models
