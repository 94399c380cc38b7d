// A call: one pooled record that moves through the blocks of all nodes on its way (block.h).
//
// It carries the request as it is where the call stands, the response on the way back, and a stack:
// a Frame for each node it is at, and on it what the blocks of that node remember of the call. Only
// the last block waits, for an event, in a line or for calls it has forked; all below it is plain
// data that nobody points at, so the stack can move when it grows, and be cut in two when a caller
// stops waiting (calls.h).
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#include "models/request.h"
#include "sim/frame_pool.h"
#include "sim/record.h"
#include "sim/time.h"

namespace models {

class Asking;
class Block;
class Calls;

// Where a call has come in at a node, or into the network between two.
struct Frame {
    Block* caller;        // whom to answer; null: nobody here waits for it
    std::uint32_t below;  // where the caller's frame begins
};

// A time after which the caller waits no longer. Part of the state of a block that sets one.
struct Limit {
    Block* block;  // is woken when it is due
    sim::Time due;
    sim::Time outer_due;  // the earliest of the limits around it
    std::uint32_t outer;  // where the next one around it is
    bool cancels;         // what is still under way then ends, instead of going on unheard
};

class Call final : public sim::Record {
public:
    // With room for a stack of that many bytes, behind it.
    Call(std::uint32_t number, std::uint32_t room) : Record(number), room_(room), capacity_(room) {}
    ~Call() {
        if (stack_ != inline_) shrink();
    }

    Request request;
    Response response;
    Block* at = nullptr;  // the block it is in, while it waits; null when the record is not in use

    bool ok() const { return response.ok(); }

    // Of a call that was forked: which of its siblings it is.
    std::uint32_t number() const { return number_; }

    // Memory of blocks. What lies below the top is moved and dropped without a word.
    template <class State, class... Arguments>
    State& push(Arguments&&... arguments) {
        static_assert(alignof(State) <= 8);
        if (kMovesAlways || top_ + room<State>() > capacity_) [[unlikely]]
            grow(top_ + room<State>());
        auto* const slot = new (stack_ + top_) Slot<State>{
#ifndef NDEBUG
            &kName<State>,
#endif
            State{std::forward<Arguments>(arguments)...}};
        top_ += room<State>();
        return slot->state;
    }
    template <class State>
    State& top() {
        return state_at<State>(top_ - room<State>());
    }
    template <class State>
    void pop() {
        top<State>().~State();
        top_ -= room<State>();
    }
    // Bytes that a state takes.
    template <class State>
    static constexpr std::uint32_t room() {
        return (sizeof(Slot<State>) + 7) / 8 * 8;
    }

    // The state that lies next to the frame, or so many bytes above it.
    template <class State>
    State& in_frame(std::uint32_t above = 0) {
        return state_at<State>(frame_ + room<Frame>() + above);
    }
    template <class State>
    State& state_at(std::uint32_t place) {
        auto* const slot = std::launder(reinterpret_cast<Slot<State>*>(stack_ + place));
#ifndef NDEBUG
        assert(slot->name == &kName<State>);
#endif
        return slot->state;
    }

    Frame& frame() {
        return state_at<Frame>(frame_);
    }
    bool has_caller() {
        return frame().caller != nullptr;
    }
    void push_frame(Block* caller) {
        const std::uint32_t place = top_;
        push<Frame>(caller, frame_);
        frame_ = place;
    }
    void pop_frame() {
        const std::uint32_t below = frame().below;
        pop<Frame>();
        frame_ = below;
    }

private:
    friend Asking;
    friend Calls;

    static constexpr std::uint32_t kNone = ~std::uint32_t{0};
    static constexpr std::uint32_t kLeastRoom = 216;  // client, pool and server, at work
    // Under AddressSanitizer, so that a reference kept across a push is found out.
    static constexpr bool kMovesAlways = !sim::kPoolFrames;

#ifndef NDEBUG
    template <class State>
    static inline const char kName = 0;
#endif

    template <class State>
    struct Slot {
#ifndef NDEBUG
        const char* name;  // whose state it is: a block that looks at another's is found out
#endif
        State state;
    };

    void drop(std::uint32_t bytes) {
        top_ -= bytes;
    }

    // (calls.cpp)
    [[gnu::noinline]] void grow(std::uint32_t needed);
    [[gnu::noinline]] void shrink() {
        sim::FramePool::give_back(stack_, capacity_);
        stack_ = inline_;
        capacity_ = room_;
    }

    // All of another's stack, up to `end`.
    void copy_stack(const Call& other, std::uint32_t end) {
        if (end > capacity_) grow(end);
        std::memcpy(stack_, other.stack_, end);
        top_ = end;
        frame_ = other.frame_;
    }

    sim::Time deadline_ = sim::kForever;  // none of its limits is due before this
    sim::Time rings_at_ = sim::kForever;  // its alarm; outlives the call
    std::byte* stack_ = inline_;
    Asking* asker_ = nullptr;       // the coroutine that waits for it
    std::uint32_t parent_ = kNone;  // the call that has forked it, and the others that it has
    std::uint32_t first_child_ = kNone;
    std::uint32_t sibling_ = kNone;
    std::uint32_t number_ = 0;
    const std::uint32_t room_;  // of inline_
    std::uint32_t capacity_;
    std::uint32_t top_ = 0;
    std::uint32_t frame_ = 0;
    std::uint32_t bottom_ = 0;  // below it is what was cut off
    std::uint32_t limit_ = 0;   // where its innermost limit is; 0, where a frame is: none
    alignas(8) std::byte inline_[kLeastRoom];  // and what more there is of its record
};

}  // namespace models
