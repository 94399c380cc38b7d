// A call: one pooled record that moves through the blocks of all nodes on its way (block.h).
//
// It carries the request as it is where the call stands, the response on the way back, and a stack:
// a Frame for each node it is at, and on it what the blocks of that node remember of the call. Only
// the last block waits, for an event, in a line or for calls it has forked; all below it is plain
// data that nobody points at, so the stack can move when it grows, and be cut in two when a caller
// stops waiting (calls.h).
#pragma once

#include <algorithm>
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
    Block* caller;             // whom to answer; null: nobody here waits for it
    std::uint32_t below;       // where the caller's frame begins; of the lowest: its serial number
    std::uint32_t number = 0;  // of the lowest: by which those who began the call know it
};

// Who waits for the answer of a call's lowest frame: nobody, a coroutine, or the call that has
// forked it. In one word, as it is part of each record.
class CallWaiter {
public:
    CallWaiter() = default;
    explicit CallWaiter(Asking* asker) : bits_(reinterpret_cast<std::uintptr_t>(asker)) {}
    // Records have indices of 31 bits; the next of its siblings may be none.
    CallWaiter(std::uint32_t parent, std::uint32_t sibling)
        : bits_(std::uint64_t{sibling} << 32 | std::uint64_t{parent} << 1 | 1) {}

    bool by_parent() const { return (bits_ & 1) != 0; }
    Asking* asker() const { return by_parent() ? nullptr : reinterpret_cast<Asking*>(bits_); }
    std::uint32_t parent() const { return static_cast<std::uint32_t>(bits_) >> 1; }
    std::uint32_t sibling() const { return static_cast<std::uint32_t>(bits_ >> 32); }

private:
    std::uint64_t bits_ = 0;
};

// A time after which the caller waits no longer. First in the state of the block that sets one,
// which is woken when it is due.
struct Limit {
    sim::Time due;
    sim::Time outer_due;       // the earliest of the limits around it
    std::uint32_t order;       // of those that are due at the same time, this one's turn
    std::uint32_t outer : 31;  // where the next one around it is
    bool cancels : 1;          // what is still under way then ends, instead of going on unheard
};

static_assert(sizeof(Limit) == 24);

class Call final : public sim::Record {
public:
    // With room for a stack of that many bytes, right behind it.
    Call(std::uint32_t number, std::uint32_t room) : Record(number), capacity_(room) {}
    ~Call() {
        if (has_grown()) shrink();
    }

private:
    static constexpr std::uint32_t kNone = ~std::uint32_t{0};

    // What every move looks at comes first, in one line of the cache.
    std::uint32_t top_ = 0;
    std::uint32_t frame_ = 0;
    std::uint32_t capacity_;
    std::byte* stack_ = behind();
    std::uint32_t limit_ = 0;            // where its innermost limit is; 0, where a frame is: none
    std::uint32_t first_child_ = kNone;  // of those that it has forked
    CallWaiter heard_;
    sim::Time rings_at_ = sim::kForever;  // its alarm; outlives the call

public:
    Block* at = nullptr;  // the block it is in, while it waits; null when the record is not in use
    Request request;
    Response response;

    bool ok() const { return response.ok(); }

    // Of a call that was forked: which of its siblings it is.
    std::uint32_t number() { return state_at<Frame>(0).number; }
    // Of all that are under way, those that began earlier have lower ones: which record a call has
    // depends on how much room records have, and no result may.
    std::uint32_t serial() { return state_at<Frame>(0).below; }

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

    std::byte* behind() {
        return reinterpret_cast<std::byte*>(this + 1);
    }
    bool has_grown() {
        return stack_ != behind();
    }
    // (calls.cpp)
    [[gnu::noinline]] void grow(std::uint32_t needed);
    [[gnu::noinline]] void shrink();

    Limit& limit_at(std::uint32_t place) {
        return *std::launder(reinterpret_cast<Limit*>(stack_ + place));
    }
    // None of its limits is due before this.
    sim::Time deadline() {
        if (limit_ == 0) return sim::kForever;
        const Limit& innermost = limit_at(limit_);
        return std::min(innermost.due, innermost.outer_due);
    }

    // Whether that address is anywhere in its states.
    bool holds(const void* address) const {
        bool found = false;
        for (std::uint32_t place = 0; place < top_; place += sizeof address) {
            found |= std::memcmp(stack_ + place, &address, sizeof address) == 0;
        }
        return found;
    }

    // All of another's stack, up to `end`.
    void copy_stack(const Call& other, std::uint32_t end) {
        if (end > capacity_) grow(end);
        std::memcpy(stack_, other.stack_, end);
        top_ = end;
        frame_ = other.frame_;
    }
};
static_assert(sizeof(Call) == 160);  // and its stack

}  // namespace models
