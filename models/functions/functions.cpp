#include "models/functions/functions.h"

#include <utility>

#include "models/causes.h"
#include "models/in_flight_guard.h"
#include "models/used.h"
#include "sim/race.h"
#include "sim/sleep.h"

namespace models {

Functions::Functions(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      work_(spec.work.build()),
      start_time_(spec.start_time.build()),
      work_draws_(context.stream("work")),
      start_draws_(context.stream("start times")),
      dies_(context.scheduler(), false),
      busy_(context.scheduler(), spec.concurrency),
      invocations_(context, "invocations"),
      cold_starts_(context, "cold_starts"),
      throttled_(context, "throttled"),
      billed_time_(context, "billed_time", "s"),
      peak_(context, "environments_peak") {
    if (context.is_injected) injection_.emplace(context.scheduler());
    context.meter.only_resource("concurrency", busy_);
}

void Functions::start() {
    idle_.assign(spec_.provisioned, context_.now());
}

void Functions::take_down() {
    if (!up_.take_down()) return;
    dies_.pulse();
    idle_.clear();
}

Reply Functions::call(Request request) {
    InFlightGuard here(context_, request);
    co_return here.leave(co_await answer(request));
}

sim::Task<Response> Functions::answer(Request request) {
    if (!is_up()) co_return Response{Outcome::failed, cause::refused};
    if (!context_.world.can_fail) co_return co_await serve(request);
    std::vector<sim::Task<Response>> either;
    either.push_back(serve(request));
    either.push_back(death());
    const auto won = co_await sim::race(std::move(either));
    co_return won.value;
}

sim::Task<Response> Functions::death() {
    co_await dies_.pass();
    co_return Response{Outcome::failed, cause::reset};
}

sim::Task<Response> Functions::serve(Request request) {
    if (injection_) {
        while (injection_->hangs()) co_await injection_->answers().pass();
        const Cause cause = injection_->cause_of(request);
        if (cause != Cause::none) co_return Response{Outcome::failed, cause};
        co_await sim::sleep(context_.scheduler(), injection_->time_of(request));
    }
    if (busy_.full()) {
        busy_.note_refused();
        throttled_.add();
        co_return Response{Outcome::rejected, cause::rate_limited};
    }
    const sim::Permit one = co_await busy_.take();
    reclaim();
    const bool is_cold = idle_.empty();
    if (!is_cold) idle_.pop_back();
    Busy environment(*this, !is_cold || spec_.bills_starts);
    invocations_.add();
    sim::Draws draws(sim::request_key(work_draws_, request.identity));
    if (is_cold) {
        cold_starts_.add();
        sim::Draws starts(sim::request_key(start_draws_, request.identity));
        const sim::Duration start = start_time_.sample_duration(starts);
        co_await sim::sleep(context_.scheduler(), start);
        context_.meter.spent_at(request.endpoint, Spent::queueing, start);
        if (!spec_.bills_starts) environment.bill_from_now();
    }
    const sim::Duration worked =
        sim::from_seconds(sim::seconds(work_.sample_duration(draws)) * spec_.slowness());
    co_await sim::sleep(context_.scheduler(), worked);
    context_.meter.spent_at(request.endpoint, Spent::service, worked);
    co_return Response{};
}

// Those that have been idle for too long, but for what is provisioned.
void Functions::reclaim() {
    const std::size_t kept = spec_.provisioned;
    while (!idle_.empty() && idle_.size() + busy_.taken() - 1 > kept &&
           idle_.front() + spec_.keep_alive < context_.now()) {
        idle_.pop_front();
    }
}

Functions::Busy::Busy(Functions& of, bool bills_now) : of_(of), times_down_(of.times_down()) {
    if (bills_now) bill_from_now();
    of_.peak_.at_least(static_cast<double>(of_.busy_.taken() + of_.idle_.size()));
}

void Functions::Busy::bill_from_now() {
    paid_from_ = of_.context_.now();
}

// The environments of before went with the service.
Functions::Busy::~Busy() {
    const sim::Time now = of_.context_.now();
    if (paid_from_) {
        const sim::Duration step = of_.spec_.billing_step;
        const auto steps = (now - *paid_from_ + step - sim::Duration(1)) / step;
        of_.billed_time_.add(sim::seconds(step) * static_cast<double>(steps));
    }
    if (times_down_ == of_.times_down()) of_.idle_.push_back(now);
}

void Functions::finish() {
    const auto memory = static_cast<double>(spec_.memory.count);
    context_.meter.used("function_requests", std::as_const(invocations_).value(), {},
                        spec_.usd_per_million_requests);
    context_.meter.used("function_gb_seconds", std::as_const(billed_time_).value() * memory, {},
                        spec_.usd_per_gb_second);
    if (spec_.provisioned == 0) return;
    const double measured = measured_hours(context_) * 3600;
    context_.meter.used("provisioned_gb_seconds", measured * memory * spec_.provisioned);
}

}  // namespace models
