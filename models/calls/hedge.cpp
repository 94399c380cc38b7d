#include "models/calls/hedge.h"

#include <algorithm>
#include <cassert>
#include <deque>

#include "models/calls/cancelling.h"
#include "sim/timer.h"

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

// A call and its hedges, awaited until one succeeds or all have failed.
class Hedge::Field final : sim::Event {
public:
    Field(Hedge& policy, const Request& request, sim::Duration delay)
        : policy_(policy), request_(request), delay_(delay), timer_(policy.world_.scheduler) {}
    Field(const Field&) = delete;
    Field& operator=(const Field&) = delete;

    bool await_ready() {
        send();
        return is_over_;
    }
    void await_suspend(std::coroutine_handle<> caller) {
        caller_ = caller;
        timer_.start(delay_, static_cast<sim::Event&>(*this));
    }
    Response await_resume() {
        timer_.stop();
        return result_;
    }

    bool was_won_by_hedge() const { return result_.ok() && winner_ > 0; }

    // Lets go of those that still run.
    void dismiss(sim::Crew* heirs) {
        for (Attempt& each : attempts_) {
            if (each.receiver.done()) continue;
            if (heirs != nullptr) {
                heirs->adopt(each.receiver);
            } else {
                each.receiver.drop();
            }
        }
    }

private:
    struct Attempt final : sim::Event {
        Attempt(Field& owner, std::size_t index) : field(owner), number(index) {}
        void fire() override { field.ended(*this); }

        Field& field;
        std::size_t number;
        sim::Receiver<Response> receiver;
    };

    void send() {
        const auto number = static_cast<std::uint32_t>(attempts_.size());
        Attempt& attempt = attempts_.emplace_back(*this, number);
        ++running_;
        const Request request = number == 0 ? request_ : request_.again(number);
        if (attempt.receiver.start(policy_.inner_.call(request))) {
            ended(attempt);
        } else {
            attempt.receiver.wake_at_end(static_cast<sim::Event&>(attempt));
        }
    }

    void fire() override {
        timer_.fired();
        policy_.hedges_.add();
        const bool may_send_more = attempts_.size() < policy_.spec_.max_hedges;
        if (may_send_more) timer_.start(delay_, static_cast<sim::Event&>(*this));
        send();
    }

    void ended(Attempt& attempt) {
        --running_;
        result_ = attempt.receiver.value();
        winner_ = attempt.number;
        if (!result_.ok() && running_ > 0) return;
        is_over_ = true;
        if (caller_) sim::Wake{caller_}();
    }

    Hedge& policy_;
    Request request_;
    sim::Duration delay_;
    sim::Timer timer_;
    std::deque<Attempt> attempts_;
    std::size_t running_ = 0;
    Response result_;
    std::size_t winner_ = 0;
    bool is_over_ = false;
    std::coroutine_handle<> caller_;
};

Hedge::Hedge(const Spec& spec, const Context& context, Service& inner)
    : spec_(spec),
      world_(context.world),
      inner_(inner),
      recent_(spec.percentile / 100),
      hedges_(context, "hedges"),
      won_(context, "hedges_won") {}

// The latency with hedges tells as well as that without how many answers are later than the delay.
Reply Hedge::call(Request request) {
    const sim::Time began = world_.scheduler.now();
    const bool adapts = spec_.percentile > 0;
    Field field(*this, request, adapts && recent_.is_known() ? recent_.value() : spec_.delay);
    const Response response = co_await field;
    if (field.was_won_by_hedge()) won_.add();
    if (adapts && response.ok()) recent_.record(world_.scheduler.now() - began);
    if (spec_.cancels_losers) {
        const Cancelling cancelling(world_);
        field.dismiss(nullptr);
    } else {
        field.dismiss(&world_.abandoned);
    }
    co_return response;
}

}  // namespace models
