#include "models/gateways/gateway_instance.h"

#include "models/blocks/ask.h"
#include "models/gateways/gateway.h"

namespace models {

GatewayInstance::GatewayInstance(Gateway& gateway, std::uint32_t index, PlaceId place)
    : gateway_(gateway),
      index_(index),
      place_(place),
      cpu_(gateway.context().scheduler(), sim::Discipline::fcfs, gateway.spec().cores),
      connections_(gateway.context().scheduler(), gateway.spec().connections) {
    if (gateway.context().is_injected) injection_.emplace(gateway.context().scheduler());
}

Go GatewayInstance::enter(Call& call) {
    return gateway_.come(call, index_, place_);
}

Reply GatewayInstance::call(Request request) {
    co_return co_await ask(gateway_.context().world, *this, request);
}

// What services are doing for it goes on there, unheard.
void GatewayInstance::take_down() {
    if (!up_.take_down()) return;
    went_down_ = gateway_.context().now();
    gateway_.context().world.calls.end_all_in(static_cast<const Instance*>(this),
                                              {Outcome::failed, cause::reset});
}

bool GatewayInstance::is_known_down() const {
    return !is_up() && gateway_.context().now() - went_down_ >= gateway_.spec().takeover;
}

}  // namespace models
