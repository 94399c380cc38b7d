#include "models/calls/hedge.h"

#include <algorithm>

namespace models {

void LatencyQuantile::record(sim::Duration latency) {
    if (latencies_.size() < kKept) {
        latencies_.push_back(latency);
    } else {
        latencies_[recorded_ % kKept] = latency;
    }
    if (++recorded_ % kStep != 0) return;
    std::vector<sim::Duration> sorted = latencies_;
    const auto rank = static_cast<std::size_t>(share_ * static_cast<double>(sorted.size()));
    const auto nth =
        sorted.begin() + static_cast<std::ptrdiff_t>(std::min(rank, sorted.size() - 1));
    std::nth_element(sorted.begin(), nth, sorted.end());
    value_ = *nth;
    known_ = true;
}

Hedge::Hedge(const Spec& spec, const Context& context)
    : spec_(spec),
      world_(context.world),
      recent_(spec.percentile / 100),
      hedges_(context, "hedges"),
      won_(context, "hedges_won") {}

Go Hedge::enter(Call& call) {
    const bool knows = spec_.percentile > 0 && recent_.is_known();
    begin(call, world_.scheduler.now(), knows ? recent_.value() : spec_.delay);
    call.at = this;
    return send(call);
}

Go Hedge::send(Call& call) {
    State& my = mine(call);
    const std::uint32_t number = my.sent++;
    ++my.running;
    my.is_sending = true;
    Call& child =
        world_.calls.fork(call, number == 0 ? call.request : call.request.again(number), number);
    world_.calls.run(child, on());
    my.is_sending = false;
    if (my.is_over) return finish(call);
    if (number < spec_.max_hedges) world_.scheduler.after(my.delay, call);
    return stay(call);
}

// It is over, or time for a hedge.
Go Hedge::woken(Call& call) {
    if (mine(call).is_over) return finish(call);
    hedges_.add();
    return send(call);
}

void Hedge::joined(Call& parent, Call& child) {
    State& my = mine(parent);
    --my.running;
    if (my.is_over) return;
    parent.response = child.response;
    if (!child.ok() && my.running > 0) return;
    my.is_over = true;
    my.was_won_by_hedge = child.ok() && child.request.identity != parent.request.identity;
    if (my.is_sending) return;
    world_.scheduler.cancel(parent);  // the next hedge
    world_.scheduler.post(parent);
}

// The latency with hedges tells as well that without how many answers are later than the delay.
Go Hedge::finish(Call& call) {
    const State my = mine(call);
    if (my.was_won_by_hedge) won_.add();
    if (spec_.percentile > 0 && call.ok()) recent_.record(world_.scheduler.now() - my.began);
    world_.calls.leave_children(call, spec_.cancels_losers);
    end(call);
    return back();
}

void Hedge::abandoned(Call& call) {
    world_.calls.leave_children(call, world_.cancelling);
    end(call);
}

}  // namespace models
