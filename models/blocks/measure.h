// A call's stay at a node, measured: the scopes around all else that a node does.
//
//     MeasuredVisit visit(context);        // Looking, if anybody looks, around Measure
//     visit.link(&first);                  // around the node's own blocks
//     ... return visit.enter();            // in Service::enter
#pragma once

#include <optional>

#include "models/blocks/block.h"
#include "models/context.h"
#include "models/observed_request.h"

namespace models {

// Counted when it comes, and when it leaves with an outcome. When its caller cancels it, it leaves
// as cancelled.
class Measure final : public Keeps<Measure> {
public:
    struct State {
        sim::Time arrived;
    };

    // `counts_writes`: whether what is a write counts as one here.
    explicit Measure(const Context& context, bool counts_writes = true)
        : world_(context.world), meter_(context.meter), counts_writes_(counts_writes) {}

    Go enter(Call& call) override {
        const sim::Time now = world_.scheduler.now();
        begin(call, now);
        meter_.arrived(now, counts_writes_ && call.request.is_write);
        const std::uint32_t part = meter_.part_of(call.request.endpoint);
        if (part != sim::Meter::kNoPart) meter_.arrived_in(part, now);
        return on();
    }
    Go answered(Call& call) override {
        leave(call, call.response);
        return back();
    }
    void abandoned(Call& call) override {
        if (!world_.cancelling) return end(call);
        leave(call, {Outcome::timed_out, cause::cancelled});
    }

private:
    void leave(Call& call, const Response& response) {
        meter_.left(mine(call).arrived, response.outcome, response.cause,
                    meter_.part_of(call.request.endpoint));
        end(call);
    }

    World& world_;
    sim::Meter& meter_;
    bool counts_writes_;
};

// A closer look at those that are traced or logged. It is in a program only when somebody looks.
class Looking final : public Keeps<Looking> {
public:
    struct State {
        ObservedRequest* observed;
    };

    // At a node of instances, `Request::caller` says at which of them a call stands.
    explicit Looking(const Context& context, bool is_at_instances = false)
        : world_(context.world), meter_(context.meter), is_at_instances_(is_at_instances) {}

    Go enter(Call& call) override {
        begin(call, nullptr);
        if (ObservedRequest::wants(meter_, call.request)) [[unlikely]]
            open(call);
        return on();
    }
    Go answered(Call& call) override {
        if (mine(call).observed != nullptr) [[unlikely]]
            close(call, call.response);
        end(call);
        return back();
    }
    void abandoned(Call& call) override;
    void restore(Call& call) override;

    // That of the frame in which the call is, so many bytes above it; null when nobody looks at it.
    static ObservedRequest* of(Call& call, std::uint32_t above) {
        return call.in_frame<State>(above).observed;
    }

private:
    void open(Call& call);
    void close(Call& call, const Response& response);

    World& world_;
    sim::Meter& meter_;
    bool is_at_instances_;
};

class MeasuredVisit {
public:
    explicit MeasuredVisit(const Context& context, bool counts_writes = true,
                           bool is_at_instances = false)
        : measure_(context, counts_writes) {
        if (context.world.recorder.observer() != nullptr) {
            looking_.emplace(context, is_at_instances);
        }
    }

    // Around a program that begins there. What is around it, if anything is in the same frame, has
    // so many bytes of state.
    void link(Block* first, Block* around = &Return::block(), std::uint32_t above = 0) {
        above_ = above;
        if (looking_) looking_->link(around, &measure_);
        measure_.link(looking_ ? static_cast<Block*>(&*looking_) : around, first);
    }
    // Bytes of state up to and with it.
    std::uint32_t end() const {
        return above_ + (looking_ ? looking_->state_bytes() : 0) + measure_.state_bytes();
    }
    // What the program's blocks go back to.
    Block* inside() { return &measure_; }

    Go enter() { return {looking_ ? static_cast<Block*>(&*looking_) : &measure_, Way::enter}; }
    Looking* looking() { return looking_ ? &*looking_ : nullptr; }
    Measure& measure() { return measure_; }
    // Null when nobody looks at this call.
    ObservedRequest* observed(Call& call) const {
        return looking_ ? Looking::of(call, above_) : nullptr;
    }

private:
    std::uint32_t above_ = 0;
    std::optional<Looking> looking_;
    Measure measure_;
};

}  // namespace models
