#include "models/calls/adaptive_concurrency.h"

#include <cmath>

namespace models {

AdaptiveConcurrency::AdaptiveConcurrency(const Spec& spec, const Context& context)
    : choice_(spec.limit),
      world_(context.world),
      stream_(context.stream("concurrency limit")),
      callers_(spec.scope),
      limits_(context.meter.timeline("concurrency_limit", "")),
      rejected_(context, "over_concurrency_limit") {
    context.meter.resource("concurrency limit to <node>",
                           [this](sim::Time now, sim::Uses& uses) {
                               callers_.for_each([&](const Caller& caller) {
                                   uses.push_back({std::floor(caller.limit->limit()),
                                                   caller.held.until(now, caller.in_flight), 0, 0,
                                                   caller.passed, caller.refused});
                               });
                           },
                           {.to = context.callee});
}

std::unique_ptr<AdaptiveConcurrency::Caller> AdaptiveConcurrency::make_caller(
    std::uint32_t number) {
    auto caller = std::make_unique<Caller>();
    caller->limit = ConcurrencyLimits::build(choice_, sim::request_key(stream_, number));
    limits_.add(world_.scheduler.now(), caller->limit->limit());
    return caller;
}

Go AdaptiveConcurrency::enter(Call& call) {
    Caller& caller =
        callers_.of(call.request, [this](std::uint32_t number) { return make_caller(number); });
    if (caller.in_flight >= caller.limit->limit()) {
        rejected_.add();
        ++caller.refused;
        return answer(call, {Outcome::rejected, cause::bulkhead_full});
    }
    ++caller.in_flight;
    ++caller.passed;
    caller.held.change(1, world_.scheduler.now());
    begin(call, &caller, world_.scheduler.now(), caller.in_flight);
    return on();
}

Go AdaptiveConcurrency::answered(Call& call) {
    const auto [caller, began, in_flight] = mine(call);
    if (call.response.outcome != Outcome::failed) {
        const sim::Time now = world_.scheduler.now();
        const double before = caller->limit->limit();
        caller->limit->add({now - began, in_flight, !call.ok()});
        limits_.add(now, caller->limit->limit() - before);
    }
    --caller->in_flight;
    caller->held.change(-1, world_.scheduler.now());
    end(call);
    return back();
}

void AdaptiveConcurrency::abandoned(Call& call) {
    Caller& caller = *mine(call).caller;
    --caller.in_flight;
    caller.held.change(-1, world_.scheduler.now());
    end(call);
}

}  // namespace models
