#include "models/blocks/calls.h"

#include <algorithm>

#include "models/blocks/ask.h"
#include "models/context.h"

namespace models {

namespace {

// visit(block, place of its state), from where a call waits out to its lowest frame; nothing moves.
template <class Visit>
void for_each_around(Call& call, std::uint32_t top, std::uint32_t frame, Visit visit) {
    for (Block* block = call.at; block != nullptr;) {
        top -= block->state_bytes();
        visit(*block, top);
        block = block->outer();
        if (block != &Return::block()) continue;
        const Frame& at = call.state_at<Frame>(frame);
        top = frame;
        frame = at.below;
        block = at.caller;
    }
}

}  // namespace

Go Return::answered(Call& call) {
    Block* const caller = call.frame().caller;
    if (caller == nullptr) {
        static_cast<Calls&>(sim::Records::of(call)).ended(call);
        return {};
    }
    call.pop_frame();
    return {caller, Way::answered};
}

Calls::Calls(World& world) : Records(sizeof(Call)), world_(world), scheduler_(world.scheduler) {
    scheduler_.serve(*this);
}

Calls::~Calls() {
    for_each([this](std::uint32_t index) { (*this)[index].~Call(); });
}

// --- records ---

void Calls::make(std::byte* room, std::uint32_t index, std::size_t bytes) {
    const std::size_t more = bytes - sizeof(Call);
    new (room) Call(index, Call::kLeastRoom + static_cast<std::uint32_t>(more));
}

void Call::grow(std::uint32_t needed) {
    static_cast<Calls&>(sim::Records::of(*this)).note_growth(*this, needed);
    std::uint32_t larger = kMovesAlways ? needed : 2 * capacity_;
    while (larger < needed) larger *= 2;
    auto* const stack = static_cast<std::byte*>(sim::FramePool::take(larger));
    std::memcpy(stack, stack_, top_);
    if (stack_ != inline_) shrink();
    stack_ = stack;
    capacity_ = larger;
}

// When it is no exception, records have room for it from then on.
void Calls::note_growth(const Call& call, std::uint32_t needed) {
    constexpr std::uint64_t kFew = 256;
    constexpr std::uint64_t kException = 8;  // one in so many
    constexpr std::uint32_t kMost = 1024;
    const auto usual = static_cast<std::uint32_t>(record_bytes() - sizeof(Call));
    if (Call::kMovesAlways || call.room_ < Call::kLeastRoom + usual) return;
    deepest_ = std::min(std::max(deepest_, needed), kMost);
    if (++grown_ < kFew || grown_ * kException < begun_) return;
    grown_ = begun_ = 0;
    const std::uint32_t more = deepest_ - Call::kLeastRoom;
    if (more > usual) resize(sizeof(Call) + (more + 15) / 16 * 16);
}

// --- coming and going ---

Call& Calls::begin(const Request& request) {
    Call& call = (*this)[take()];
    ++begun_;
    call.request = request;
    call.push_frame(nullptr);
    return call;
}

Call& Calls::fork(Call& parent, const Request& request, std::uint32_t number) {
    Call& child = begin(request);
    child.number_ = number;
    child.parent_ = parent.index;
    child.sibling_ = std::exchange(parent.first_child_, child.index);
    return child;
}

void Calls::ended(Call& call) {
    if (Asking* const asker = call.asker_) {
        const Response response = call.response;
        retire(call);
        asker->answered(response);
        return;
    }
    if (call.parent_ != Call::kNone) {
        Call& parent = (*this)[call.parent_];
        *link_to(call) = call.sibling_;
        call.parent_ = Call::kNone;
        parent.at->joined(parent, call);
    }
    retire(call);
}

// As it was made, but for its alarm.
void Calls::retire(Call& call) {
    assert(call.first_child_ == Call::kNone && call.parent_ == Call::kNone);
    scheduler_.cancel(call);
    call.at = nullptr;
    call.response = {};
    call.asker_ = nullptr;
    call.deadline_ = sim::kForever;
    call.top_ = call.frame_ = call.bottom_ = call.limit_ = 0;
    if (call.stack_ != call.inline_) [[unlikely]]
        call.shrink();
    give_back(call.index);
}

// Where its parent's list names it.
std::uint32_t* Calls::link_to(Call& call) {
    std::uint32_t* link = &(*this)[call.parent_].first_child_;
    while (*link != call.index) link = &(*this)[*link].sibling_;
    return link;
}

void Calls::woken(sim::Record& record) {
    Call& call = static_cast<Call&>(record);
    run(call, call.at->woken(call));
}

// --- limits ---

void Calls::limit(Call& call, Block& block, Limit& limit, sim::Time due, bool cancels) {
    limit = {&block, due, call.deadline_, call.limit_, cancels};
    call.limit_ = static_cast<std::uint32_t>(reinterpret_cast<std::byte*>(&limit) - call.stack_);
    call.deadline_ = std::min(due, call.deadline_);
    arm(call);
}

void Calls::lift(Call& call, const Limit& limit) {
    call.limit_ = limit.outer;
    call.deadline_ = limit.outer > call.bottom_ ? limit.outer_due : sim::kForever;
    arm(call);
}

// There is an alarm at its deadline or before. One that is set already serves, whatever it was made
// for: it looks at the deadline when it rings, so most limits cost no event.
void Calls::arm(Call& call) {
    if (call.rings_at_ <= call.deadline_) [[likely]]
        return;
    call.rings_at_ = call.deadline_;
    scheduler_.ring_at(call.deadline_, call);
}

// Gives up at the innermost limit that is due.
void Calls::rung(sim::Record& record) {
    Call& call = static_cast<Call&>(record);
    call.rings_at_ = sim::kForever;
    if (scheduler_.now() < call.deadline_) return arm(call);
    for (std::uint32_t place = call.limit_; place > call.bottom_;) {
        const Limit& limit = *reinterpret_cast<const Limit*>(call.stack_ + place);
        if (limit.due <= scheduler_.now()) {
            scheduler_.count_event();
            return give_up(call, place);
        }
        place = limit.outer;
    }
    settle_limits(call);
}

// The deadline is that of its own limits: those around them may have been cut off.
void Calls::settle_limits(Call& call) {
    if (call.limit_ <= call.bottom_) call.limit_ = 0;
    call.deadline_ = sim::kForever;
    for (std::uint32_t place = call.limit_; place > call.bottom_;) {
        const Limit& limit = *reinterpret_cast<const Limit*>(call.stack_ + place);
        call.deadline_ = std::min(call.deadline_, limit.due);
        place = limit.outer;
    }
    arm(call);
}

// The block that set the limit is woken, with its state on top.
void Calls::give_up(Call& call, std::uint32_t place) {
    const Limit limit = *reinterpret_cast<const Limit*>(call.stack_ + place);
    constexpr std::uint32_t kHeader = Call::room<Limit>() - sizeof(Limit);  // of a state
    const std::uint32_t state = place - kHeader;
    Call& caller = detach(call, state, limit.cancels);
    unwind(caller, limit.block, state, limit.cancels);
    run(caller, limit.block->woken(caller));
}

// --- giving up ---

void Calls::leave_children(Call& parent, bool cancels) {
    while (parent.first_child_ != Call::kNone) leave((*this)[parent.first_child_], cancels);
}

// Its lowest frame is its caller's own.
void Calls::leave(Call& call, bool cancels) {
    Call& caller = detach(call, 0, cancels);
    if (caller.parent_ != Call::kNone) {
        *link_to(caller) = caller.sibling_;
        caller.parent_ = Call::kNone;
    }
    unwind(caller, nullptr, 0, cancels);
    retire(caller);
}

// The frame in which that state is lets go of those above it, which go on without it.
Call& Calls::detach(Call& call, std::uint32_t state, bool cancels) {
    std::uint32_t above = 0;
    for (std::uint32_t frame = call.frame_; !cancels && frame > state;) {
        above = frame;
        frame = call.state_at<Frame>(frame).below;
    }
    return above == 0 ? call : cut(call, above);
}

// Takes what is below that frame to another record.
Call& Calls::cut(Call& call, std::uint32_t frame) {
    Call& caller = (*this)[take()];
    caller.copy_stack(call, call.top_);
    caller.request = call.request;
    caller.bottom_ = call.bottom_;
    Block* block = call.at;
    for (std::uint32_t place = call.top_; place > frame;) {
        block->restore(caller);
        caller.drop(block->state_bytes());
        block = block->outer();
        if (block != &Return::block()) continue;
        place = caller.frame_;
        block = caller.frame().caller;
        caller.pop_frame();
    }
    caller.at = block;
    call.state_at<Frame>(frame).caller = nullptr;
    call.bottom_ = frame;
    caller.limit_ = call.limit_;
    while (caller.limit_ > frame) {
        caller.limit_ = reinterpret_cast<const Limit*>(call.stack_ + caller.limit_)->outer;
    }
    settle_limits(caller);
    if ((caller.asker_ = std::exchange(call.asker_, nullptr)) != nullptr) {
        caller.asker_->moved(caller);
    }
    if (call.parent_ != Call::kNone) {
        *link_to(call) = caller.index;
        caller.sibling_ = call.sibling_;
        caller.number_ = call.number_;
        caller.parent_ = std::exchange(call.parent_, Call::kNone);
    }
    settle_limits(call);
    return caller;
}

// Every block lets go, from where the call waits out to `end`, whose state is at that place.
void Calls::unwind(Call& call, const Block* end, std::uint32_t state, bool cancels) {
    scheduler_.cancel(call);
    const bool before = std::exchange(world_.cancelling, cancels);
    while (call.at != end || call.top_ - end->state_bytes() != state) {
        call.at->abandoned(call);
        Block* next = call.at->outer();
        if (next == &Return::block()) {
            next = call.frame().caller;
            call.pop_frame();
        }
        call.at = next;
        if (next == nullptr) break;
    }
    world_.cancelling = before;
}

// Outermost first: what is inside it ends with it.
void Calls::end_all_in(const void* instance, const Response& response) {
    for_each([&](std::uint32_t index) {
        // What was cut off has kept the record, and may be in there, too.
        while (end_in(instance, (*this)[index], response)) {
        }
    });
}

bool Calls::end_in(const void* instance, Call& call, const Response& response) {
    if (call.at == nullptr) return false;
    Block* found = nullptr;
    std::uint32_t state = 0;
    for_each_around(call, call.top_, call.frame_, [&](Block& block, std::uint32_t place) {
        if (block.dies_with(call, place) != instance) return;
        found = &block;
        state = place;
    });
    if (found == nullptr) return false;
    Call& caller = detach(call, state, false);
    unwind(caller, found, state, false);
    found->abandoned(caller);
    caller.response = response;
    run(caller, {found->outer(), Way::answered});
    return true;
}

const void* Calls::instance_of_caller(Call& call) const {
    std::uint32_t top = call.frame_;
    for (Block* block = call.frame().caller; block != &Return::block(); block = block->outer()) {
        top -= block->state_bytes();
        if (const void* const instance = block->dies_with(call, top)) return instance;
    }
    return nullptr;
}

void Calls::dismiss() {
    for_each([this](std::uint32_t index) {
        Call& call = (*this)[index];
        if (call.at == nullptr) return;
        if (call.parent_ != Call::kNone) {
            *link_to(call) = call.sibling_;
            call.parent_ = Call::kNone;
        }
        unwind(call, nullptr, 0, false);
        retire(call);
    });
}

void Asking::leave() {
    call_->asker_ = nullptr;
    if (world_.cancelling) world_.calls.leave(*call_, true);
}

}  // namespace models
