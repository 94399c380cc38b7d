#include "models/clients/open_loop.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/clients/arrivals/trace.h"
#include "sim/sleep.h"

namespace models {

void OpenLoop::Spec::check(spec::Check& check) const {
    ClientSpec::check(check);
    check_trace(check);
    check.that(profile.is_flat() || stages.empty(), "profile",
               "stages and a profile cannot both say how the rate goes", "remove one of them");
    if (Arrivals::has_own_times(arrivals)) {
        check.that(rate.per_second == 0 && stages.empty() && profile.is_flat(), "arrivals",
                   "these arrivals have times of their own: a rate means nothing to them",
                   "remove the rate and the stages");
        return;
    }
    check.that(rate.per_second > 0 || !stages.empty(), "rate",
               "no rate and no stages: nothing would be sent",
               "give \"rate\": \"100/s\", or stages");
}

RateCurve OpenLoop::Spec::curve(CalendarTime starts) const {
    if (!profile.is_flat()) return curve_of(rate, profile, starts);
    return curve_of(rate, stages, repeat_stages);
}

const Trace* OpenLoop::Spec::trace() const {
    const auto* traced = arrivals.as<TraceArrivals::Spec>();
    return traced == nullptr ? nullptr : traced->file.trace.get();
}

void OpenLoop::Spec::check_trace(spec::Check& check) const {
    if (trace() == nullptr) return;
    for (const std::string& endpoint : trace()->endpoints) {
        const bool is_known =
            std::ranges::find(calls.list, endpoint, &ClientCall::title) != calls.list.end();
        check.that(is_known, "arrivals",
                   fmt::format("the trace asks for \"{}\", which is none of the calls", endpoint),
                   "give one of the calls that name");
        if (!is_known) return;
    }
}

OpenLoop::OpenLoop(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      client_(spec, context),
      arrivals_(Arrivals::build(spec.arrivals, ArrivalPlan{spec.curve(context.world.starts),
                                                           sim::Draws(context.stream("arrivals")),
                                                           context.world.starts})) {
    if (const Trace* trace = spec.trace()) client_.crowd().follow(*trace);
}

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
        crew_.run(client_.send(
            {number, context_.now(), client_.crowd().anybody(number), arrival.as, nullptr}));
        ++number;
    }
}

}  // namespace models
