#include "models/failures/injection.h"

#include <algorithm>
#include <cassert>

#include "sim/scheduler.h"

namespace models {

void Injection::hang() {
    ++hangs_;
    answers_.close();
}

void Injection::resume() {
    assert(hangs_ > 0);
    if (--hangs_ == 0) answers_.open();
}

Cause Injection::cause_of(const Request& request) const {
    for (const Errors* each : errors_) {
        sim::Draws draws(sim::request_key(each->stream, request.identity));
        if (draws.chance(each->share)) return each->cause;
    }
    return Cause::none;
}

sim::Duration Injection::time_of(const Request& request) const {
    sim::Duration sum{};
    for (const Latency* each : latencies_) {
        sim::Draws draws(sim::request_key(each->stream, request.identity));
        sum += each->time.sample_duration(draws);
    }
    return sum;
}

bool Injection::is_wrong(const Request& request) const {
    return std::ranges::any_of(wrongs_, [&](const Wrong* each) {
        sim::Draws draws(sim::request_key(each->stream, request.identity));
        return draws.chance(each->share);
    });
}

Go Injected::enter(Call& call) {
    Injection& injection = at(call);
    if (injection.is_idle()) return on();
    if (!injection.hangs()) return answered_now(call, injection);
    begin(call, injection.answers()).answers.await_suspend(call);
    return stay(call);
}

// It may hang again at this very moment.
Go Injected::woken(Call& call) {
    State& my = mine(call);
    const bool is_late = my.is_late;
    if (!is_late) my.answers.await_resume();
    end(call);
    return is_late ? on() : enter(call);
}

Go Injected::answered_now(Call& call, Injection& injection) {
    const Cause cause = injection.cause_of(call.request);
    if (cause != Cause::none) return answer(call, {Outcome::failed, cause});
    const sim::Duration time = injection.time_of(call.request);
    if (time <= sim::Duration::zero()) return on();
    begin(call, injection.answers()).is_late = true;
    scheduler_.after(time, call);
    return stay(call);
}

}  // namespace models
