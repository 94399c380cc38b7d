#include "models/clients/open_loop.h"

#include "sim/sleep.h"

namespace models {

OpenLoop::OpenLoop(const Spec& spec, const Context& context)
    : spec_(spec), context_(context), client_(context) {}

void OpenLoop::connect() {
    client_.connect({spec_.calls, spec_.latency.build(), spec_.policies});
}

void OpenLoop::start() {
    crew_.run(arrive());
}

// Each arrival time is worked out from the sum of all gaps, so rounding does not add up.
sim::Task<void> OpenLoop::arrive() {
    RateCurve curve(spec_.rate, spec_.stages);
    sim::Draws gaps(context_.stream("arrivals"));
    const sim::Time began = context_.now();
    double events = 0;
    for (std::uint64_t number = 0;; ++number) {
        events += spec_.arrivals == Arrivals::poisson ? gaps.exponential() : 1;
        const sim::Duration offset = sim::from_seconds(curve.time_of(events));
        if (offset >= sim::kForever - began) co_return;
        co_await sim::sleep_until(context_.scheduler(), began + offset);
        crew_.run(client_.send(number, context_.now()));
    }
}

}  // namespace models
