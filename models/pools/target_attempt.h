// One try to have a request answered by a target, and the next ones after it.
//
//     NextUpstream      around all tries of a request, each of which ends with its answer
//         InLine        where requests wait at the pool
//         TargetAttempt       a target is chosen, and has the request from now on
//         InLine        where they wait for that target
//         Sending       the request as the target sees it
//         Timeout       the pool waits for an answer no longer than this
//         NearTarget, or FarTarget (reach.h)
#pragma once

#include "models/blocks/calls.h"
#include "models/pools/next_upstream.h"
#include "models/pools/pool_instance.h"

namespace models {

// nginx's proxy_next_upstream.
class NextUpstream final : public Keeps<NextUpstream> {
public:
    struct State {
        Tries* tries;  // its own
    };

    NextUpstream(const Context& context, const NextUpstreamSpec& spec)
        : scheduler_(context.scheduler()), spec_(spec) {}

    // Where each try begins. All is linked.
    void repeat_from(Block* first);

    Go enter(Call& call) override {
        begin(call, new Tries{{}, scheduler_.now()});
        return on();
    }
    Go answered(Call& call) override;
    void abandoned(Call& call) override { leave(call); }

    Tries& tries(Call& call) const { return *call.in_frame<State>(place_).tries; }
    // A target has answered.
    void judge(Call& call, BackendId id) const;

private:
    void leave(Call& call) {
        delete mine(call).tries;
        end(call);
    }

    sim::Scheduler& scheduler_;
    const NextUpstreamSpec& spec_;
    Go again_;
    std::uint32_t place_ = 0;  // of its state in the frame
};

class TargetAttempt final : public Keeps<TargetAttempt> {
public:
    struct State {
        Backends::Taken taken;
        bool was_answered;
    };

    // `next`: null when there is one try only.
    TargetAttempt(PoolInstance& at, const NextUpstream* next) : at_(at), next_(next) {}

    // All is linked.
    void find_place();

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    void abandoned(Call& call) override { leave(call, nullptr); }

    BackendId target(Call& call) const { return call.in_frame<State>(place_).taken.id; }
    // The same for whoever is first in the next frame.
    BackendId target_below(Call& call) const {
        const std::uint32_t below = call.frame().below + Call::room<Frame>();
        return call.state_at<State>(below + place_).taken.id;
    }
    // What its target says.
    void was_answered(Call& call) const;
    const Tries& tries(Call& call) const { return next_ ? next_->tries(call) : only_; }

private:
    void leave(Call& call, const Response* response);

    PoolInstance& at_;
    const NextUpstream* next_;
    const Tries only_{};
    std::uint32_t place_ = 0;
};

// As the next hop sees it, with luck of its own in every try.
class Sending final : public Keeps<Sending> {
public:
    struct State {
        sim::Time sent;
        std::uint64_t identity;  // of the request as it came
        std::uint32_t address;
    };

    Sending(PoolInstance& at, const TargetAttempt& attempt) : at_(at), attempt_(attempt) {}

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    void abandoned(Call& call) override { leave(call); }
    void restore(Call& call) override {
        call.request.identity = mine(call).identity;
        call.request.address = mine(call).address;
    }

private:
    void leave(Call& call) {
        restore(call);
        end(call);
    }

    PoolInstance& at_;
    const TargetAttempt& attempt_;
};

}  // namespace models
