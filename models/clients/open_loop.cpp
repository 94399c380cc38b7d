#include "models/clients/open_loop.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/arrivals/trace.h"

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

std::shared_ptr<const Trace> OpenLoop::Spec::shared_trace() const {
    const auto* traced = arrivals.as<TraceArrivals::Spec>();
    return traced == nullptr ? nullptr : traced->file.trace;
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
                                                           context.world.starts})),
      until_next_(context.scheduler()) {
    if (const Trace* trace = spec.trace()) client_.follow(*trace);
}

void OpenLoop::start() {
    began_ = context_.now();
    go_on();
}

// What is due comes, and what comes next is waited for.
void OpenLoop::go_on() {
    while (spec_.requests == 0 || sent_ < spec_.requests) {
        const sim::Duration at = arrivals_.next().at;
        if (at >= sim::kForever - began_) return;
        if (const sim::Time due = began_ + at; due > context_.now()) {
            return until_next_.start_at(due, static_cast<sim::Event&>(*this));
        }
        arrive();
    }
}

void OpenLoop::arrive() {
    const Arrival& arrival = arrivals_.next();
    arrivals_.take();
    if (!arrival.is_request) return;
    const std::uint64_t number = sent_++;
    client_.send({number, context_.now(), client_.source().anybody(number), arrival.as});
}

}  // namespace models
