// A block: one thing that happens to a call at a node. Three ways lead through it, and one wakes
// it.
//
//     enter      the call comes in
//     answered   the answer comes back; it is in call.response
//     abandoned  the caller has gone: let go of what is held
//     woken      what the block waited for has come
//
// A way says where the call goes next: `on()` to the block that follows, `back()` to the block
// around it with an answer, `stay(call)` where it waits. The loop is in Calls::run, so no chain of
// blocks needs stack. A *step* is over when it is left. A *scope* stays around all that follows it
// until the answer comes back through it: a thread held, a limit, a retry.
//
// What a block remembers of a call is its `State`: `begin` makes it, `mine` finds it, `end` drops
// it. A step has one only while it waits, a scope from `enter` until it goes back. The state of a
// scope is plain data. The state of a step is on top of the stack and stays where it is, so that it
// may be an awaiter that stands in a line (sim/semaphore.h, sim/cpu.h). A scope that changes the
// request gives it back as it was in `restore`.
//
//     class Bulkhead final : public Keeps<Bulkhead> {
//     public:
//         struct State { sim::Time began; };
//         Go enter(Call& call) override {
//             if (!places_.try_take()) return refuse(call, cause::bulkhead_full);
//             begin(call, scheduler_.now());
//             return on();
//         }
//         Go answered(Call& call) override {
//             leave(call);
//             return back();
//         }
//         void abandoned(Call& call) override { leave(call); }
//         ...
#pragma once

#include "models/blocks/call.h"

namespace models {

enum class Way : std::uint8_t { enter, answered };

// Where a call goes next; nowhere while it waits, and when it is over.
struct Go {
    Block* to = nullptr;
    Way way = Way::enter;
};

class Block {
public:
    virtual ~Block() = default;

    virtual Go enter(Call& call) = 0;
    virtual Go answered(Call&) { return back(); }
    virtual void abandoned(Call&) {}
    virtual Go woken(Call&) { return on(); }

    // A call that this one has forked, and waits for, has ended; its answer is in `child`.
    virtual void joined(Call& /*parent*/, Call& /*child*/) {}

    // Gives the request back as it was before this block changed it. The block's state is on top.
    virtual void restore(Call&) {}

    // Bytes of its state.
    virtual std::uint32_t state_bytes() const { return 0; }

    // Whether what goes on inside this scope goes on to its end though its caller cancels it.
    virtual bool finishes(Call& /*call*/) const { return false; }

    // The instance whose crash ends what goes on inside this scope; `state` is where its state is.
    virtual const void* dies_with(Call& /*call*/, std::uint32_t /*state*/) const { return nullptr; }

    Block* outer() const { return outer_; }

    // Puts it into a program: around it is `outer`, after it comes `next`; at the end of a list the
    // way is back to what is around it.
    void link(Block* outer, Block* next) {
        outer_ = outer;
        on_ = next != nullptr ? Go{next, Way::enter} : Go{outer, Way::answered};
    }
    void link(Block* outer, Go on) {
        outer_ = outer;
        on_ = on;
    }

protected:
    Block() = default;
    Block(const Block&) = default;
    Block& operator=(const Block&) = default;

    Go on() const { return on_; }
    Go back() const { return {outer_, Way::answered}; }
    Go stay(Call& call) {
        call.at = this;
        return {};
    }
    Go answer(Call& call, const Response& response) const {
        call.response = response;
        return back();
    }

private:
    Go on_;
    Block* outer_ = nullptr;
};

// A block, or another kind of one, with a `Derived::State`.
template <class Derived, class Base = Block>
class Keeps : public Base {
public:
    std::uint32_t state_bytes() const final { return Call::room<typename Derived::State>(); }
    void abandoned(Call& call) override { end(call); }

protected:
    template <class... Arguments>
    static auto& begin(Call& call, Arguments&&... arguments) {
        return call.push<typename Derived::State>(std::forward<Arguments>(arguments)...);
    }
    static auto& mine(Call& call) { return call.top<typename Derived::State>(); }
    static void end(Call& call) { call.pop<typename Derived::State>(); }
};

// The end of a frame: whoever made the call has its answer.
class Return final : public Block {
public:
    Go enter(Call& call) override { return answered(call); }
    Go answered(Call& call) override;

    static Return& block() { return one_; }

    // Back to whoever made the call, without a turn of the loop; or here, when nobody did.
    static Go leave(Call& call) {
        Block* const caller = call.frame().caller;
        if (caller == nullptr) [[unlikely]]
            return {&one_, Way::answered};
        call.pop_frame();
        return {caller, Way::answered};
    }

private:
    static Return one_;
};

inline constinit Return Return::one_;

}  // namespace models
