#include "models/clients/open_loop.h"

#include "sim/sleep.h"

namespace models {

void OpenLoop::Spec::check(spec::Check& check) const {
    ClientSpec::check(check);
    if (Arrivals::has_own_times(arrivals)) {
        check.that(rate.per_second == 0 && stages.empty(), "arrivals",
                   "these arrivals have times of their own: a rate means nothing to them",
                   "remove the rate and the stages");
        return;
    }
    check.that(rate.per_second > 0 || !stages.empty(), "rate",
               "no rate and no stages: nothing would be sent",
               "give \"rate\": \"100/s\", or stages");
}

OpenLoop::OpenLoop(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      client_(spec, context),
      arrivals_(Arrivals::build(spec.arrivals,
                                ArrivalPlan{curve_of(spec.rate, spec.stages, spec.repeat_stages),
                                            sim::Draws(context.stream("arrivals"))})) {}

void OpenLoop::start() {
    crew_.run(arrive());
}

sim::Task<void> OpenLoop::arrive() {
    const sim::Time began = context_.now();
    for (std::uint64_t number = 0; spec_.requests == 0 || number < spec_.requests;) {
        const Arrival arrival = arrivals_->next();
        if (arrival.at >= sim::kForever - began) co_return;
        co_await sim::sleep_until(context_.scheduler(), began + arrival.at);
        if (!arrival.is_request) continue;
        crew_.run(client_.send({number, context_.now(), client_.crowd().anybody(number)}));
        ++number;
    }
}

}  // namespace models
