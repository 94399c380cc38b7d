#include "models/calls/keep_alive.h"

#include <algorithm>

namespace models {

KeepAlive::KeepAlive(const Spec& spec, const Context& context)
    : spec_(spec),
      scheduler_(context.scheduler()),
      handshake_(spec.handshake.build()),
      stream_(context.stream("handshakes")),
      opened_(context, "connections_opened"),
      reused_(context, "connections_reused") {}

void KeepAlive::forget_old() {
    const auto is_fresh = [&](const Connection& each) {
        return scheduler_.now() - each.since <= spec_.idle_timeout;
    };
    idle_.erase(idle_.begin(), std::ranges::find_if(idle_, is_fresh));
}

Go KeepAlive::enter(Call& call) {
    forget_old();
    if (!idle_.empty()) {
        reused_.add();
        begin(call, idle_.back().requests);
        idle_.pop_back();
        return on();
    }
    opened_.add();
    begin(call, 0u);
    sim::Draws draws(sim::request_key(stream_, call.request.identity));
    const sim::Duration handshake = handshake_.sample_duration(draws);
    if (handshake <= sim::Duration::zero()) return on();
    scheduler_.after(handshake, call);
    return stay(call);
}

// A connection whose request failed is not used again.
Go KeepAlive::answered(Call& call) {
    const std::uint32_t requests = mine(call).requests + 1;
    if (call.ok() && requests < spec_.max_requests && idle_.size() < spec_.max_idle) {
        idle_.push_back({scheduler_.now(), requests});
    }
    end(call);
    return back();
}

}  // namespace models
