#include "models/calls/keep_alive.h"

#include <algorithm>

#include "sim/sleep.h"

namespace models {

KeepAlive::KeepAlive(const Spec& spec, const Context& context, Service& inner)
    : spec_(spec),
      scheduler_(context.scheduler()),
      handshake_(spec.handshake.build()),
      stream_(context.stream("handshakes")),
      inner_(inner),
      opened_(context, "connections_opened"),
      reused_(context, "connections_reused") {}

void KeepAlive::forget_old() {
    const auto is_fresh = [&](const Connection& each) {
        return scheduler_.now() - each.since <= spec_.idle_timeout;
    };
    idle_.erase(idle_.begin(), std::ranges::find_if(idle_, is_fresh));
}

// A connection whose request failed is not used again.
Reply KeepAlive::call(Request request) {
    forget_old();
    Connection connection{scheduler_.now(), 0};
    if (idle_.empty()) {
        opened_.add();
        sim::Draws draws(sim::request_key(stream_, request.identity));
        co_await sim::sleep(scheduler_, handshake_.sample_duration(draws));
    } else {
        reused_.add();
        connection = idle_.back();
        idle_.pop_back();
    }
    const Response response = co_await inner_.call(request);
    ++connection.requests;
    if (response.ok() && connection.requests < spec_.max_requests &&
        idle_.size() < spec_.max_idle) {
        idle_.push_back({scheduler_.now(), connection.requests});
    }
    co_return response;
}

}  // namespace models
