#include "models/blocks/calls.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "models/blocks/ask.h"
#include "models/context.h"

namespace models {

namespace {

constexpr std::uint32_t kPlaces = ~std::uint32_t{0} >> 1;  // of limits

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

Calls::Calls(World& world)
    : Records(sizeof(Call) + Depths::kFirstRoom), world_(world), scheduler_(world.scheduler) {
    scheduler_.serve(*this);
}

Calls::~Calls() {
    for_each([this](std::uint32_t index) { (*this)[index].~Call(); });
}

// --- records ---

void Calls::make(std::byte* room, std::uint32_t index, std::size_t bytes) {
    new (room) Call(index, static_cast<std::uint32_t>(bytes - sizeof(Call)));
}

// To about what is needed, so that it is known afterwards how deep it was; by half when it is long.
void Call::grow(std::uint32_t needed) {
    constexpr std::uint32_t kStep = Depths::kStep;
    std::uint32_t larger = (needed + kStep - 1) / kStep * kStep;
    if (needed > Depths::kMostRoom) larger += needed / 2;
    if (kMovesAlways) larger = needed;
    auto* const stack = static_cast<std::byte*>(sim::FramePool::take(larger));
    std::memcpy(stack, stack_, top_);
    if (has_grown()) shrink();
    stack_ = stack;
    capacity_ = larger;
}

void Call::shrink() {
    sim::FramePool::give_back(stack_, capacity_);
    stack_ = behind();
    const std::size_t bytes = sim::Records::of(*this).bytes_of(index);
    capacity_ = static_cast<std::uint32_t>(bytes - sizeof(Call));
}

// That of a call that has outgrown its record, and ended.
void Calls::note_depth(std::uint32_t bytes) {
    if (Call::kMovesAlways || sizeof(Call) + bytes <= record_bytes()) return;
    if (!depths_.outgrown(bytes)) return;
    resize(std::max(record_bytes(), sizeof(Call) + depths_.room()));
}

// --- coming and going ---

Call& Calls::begin(const Request& request) {
    Call& call = (*this)[take()];
    depths_.begun();
    call.request = request;
    call.push_frame(nullptr);
    number(call);
    return call;
}

Call& Calls::fork(Call& parent, const Request& request, std::uint32_t number) {
    Call& child = begin(request);
    child.frame().number = number;
    child.heard_ = CallWaiter(parent.index, std::exchange(parent.first_child_, child.index));
    return child;
}

void Calls::ended(Call& call) {
    if (Asking* const asker = call.heard_.asker()) {
        const Response response = call.response;
        retire(call);
        asker->answered(response);
        return;
    }
    if (call.heard_.by_parent()) {
        Call& parent = (*this)[call.heard_.parent()];
        forget_parent(call);
        parent.at->joined(parent, call);
    }
    retire(call);
}

// As it was made, but for its alarm.
void Calls::retire(Call& call) {
    assert(call.first_child_ == Call::kNone && !call.heard_.by_parent());
    scheduler_.cancel(call);
    call.at = nullptr;
    call.response = {};
    call.heard_ = {};
    call.top_ = call.frame_ = call.limit_ = 0;
    if (call.has_grown()) [[unlikely]] {
        note_depth(call.capacity_);
        call.shrink();
    }
    give_back(call.index);
}

// Its parent's list of those it has forked is without it.
void Calls::forget_parent(Call& call) {
    replace(call, call.heard_.sibling());
    call.heard_ = {};
}

// ... or names another in its place.
void Calls::replace(Call& call, std::uint32_t by) {
    Call& parent = (*this)[call.heard_.parent()];
    if (parent.first_child_ == call.index) {
        parent.first_child_ = by;
        return;
    }
    Call* before = &(*this)[parent.first_child_];
    while (before->heard_.sibling() != call.index) before = &(*this)[before->heard_.sibling()];
    before->heard_ = CallWaiter(parent.index, by);
}

void Calls::woken(sim::Record& record) {
    Call& call = static_cast<Call&>(record);
    run(call, call.at->woken(call));
}

// --- limits ---

void Calls::limit(Call& call, Limit& limit, sim::Time due, bool cancels) {
    limit.due = due;
    limit.outer_due = call.deadline();
    limit.order = ++limits_;
    limit.outer = call.limit_ & kPlaces;
    limit.cancels = cancels;
    call.limit_ = static_cast<std::uint32_t>(reinterpret_cast<std::byte*>(&limit) - call.stack_);
    arm(call);
}

void Calls::lift(Call& call, const Limit& limit) {
    call.limit_ = limit.outer;
    arm(call);
}

// There is an alarm at its deadline, in the order of the limit that is due then, or one before.
// That serves, too, whatever it was made for: it looks at the deadline when it rings, so most
// limits cost no event.
void Calls::arm(Call& call) {
    const sim::Time deadline = call.deadline();
    if (call.rings_at_ < deadline) [[likely]]
        return;
    if (deadline == sim::kForever) return;
    const std::uint32_t order = call.limit_at(place_due(call, deadline)).order;
    if (call.rings_at_ == deadline && sim::Scheduler::rings_as(order, call)) return;
    call.rings_at_ = deadline;
    scheduler_.ring_at(deadline, order, call);
}

// The innermost of its limits that is due by then; there is one.
std::uint32_t Calls::place_due(Call& call, sim::Time then) {
    std::uint32_t place = call.limit_;
    while (call.limit_at(place).due > then) place = call.limit_at(place).outer;
    assert(place != 0);
    return place;
}

// Gives up at the innermost limit that is due.
void Calls::rung(sim::Record& record) {
    Call& call = static_cast<Call&>(record);
    call.rings_at_ = sim::kForever;
    if (scheduler_.now() < call.deadline()) return arm(call);
    scheduler_.count_event();
    give_up(call, place_due(call, scheduler_.now()));
}

// What is below `bottom` is another call's now: its limits are no more around that one and those
// around it. The earliest of them.
sim::Time Calls::settle(Call& call, std::uint32_t place, std::uint32_t bottom) {
    if (place <= bottom) return sim::kForever;
    Limit& limit = call.limit_at(place);
    limit.outer_due = settle(call, limit.outer, bottom);
    if (limit.outer <= bottom) limit.outer = 0;
    return std::min(limit.due, limit.outer_due);
}

// The block that set the limit is woken, with its state on top.
void Calls::give_up(Call& call, std::uint32_t place) {
    const bool cancels = call.limit_at(place).cancels;
    constexpr std::uint32_t kHeader = Call::room<Limit>() - sizeof(Limit);  // of a state
    const std::uint32_t state = place - kHeader;
    Block* block = nullptr;  // what is around it, and keeps nothing, is at the same place
    for_each_around(call, call.top_, call.frame_, [&](Block& each, std::uint32_t at) {
        if (at == state && block == nullptr) block = &each;
    });
    Call& caller = detach(call, state, cancels);
    unwind(caller, block, state, cancels);
    run(caller, block->woken(caller));
}

// --- giving up ---

void Calls::leave_children(Call& parent, bool cancels) {
    while (parent.first_child_ != Call::kNone) leave((*this)[parent.first_child_], cancels);
}

// Its lowest frame is its caller's own; or its callee's, when a coroutine has made the call.
void Calls::leave(Call& call, bool cancels) {
    if (cancels && finishing_frame(call, 0) == 0) {
        if (call.heard_.by_parent()) forget_parent(call);
        return;
    }
    Call& caller = detach(call, 0, cancels);
    if (caller.heard_.by_parent()) forget_parent(caller);
    unwind(caller, nullptr, 0, cancels);
    retire(caller);
}

// Of the frames above that state, the lowest that finishes although it is cancelled.
std::optional<std::uint32_t> Calls::finishing_frame(Call& call, std::uint32_t state) {
    std::optional<std::uint32_t> found;
    std::uint32_t frame = call.frame_;
    for_each_around(call, call.top_, call.frame_, [&](Block& block, std::uint32_t place) {
        // (Of a block without a state in the frame below, `place` is where this one begins.)
        while (frame > 0 && frame >= place) frame = call.state_at<Frame>(frame).below;
        if (frame >= state && block.finishes(call)) found = frame;
    });
    return found;
}

// The frame in which that state is lets go of those above it, which go on without it.
Call& Calls::detach(Call& call, std::uint32_t state, bool cancels) {
    std::uint32_t above = 0;
    if (cancels) {
        above = finishing_frame(call, state).value_or(0);
    } else {
        for (std::uint32_t frame = call.frame_; frame > state;) {
            above = frame;
            frame = call.state_at<Frame>(frame).below;
        }
    }
    return above == 0 ? call : cut(call, above);
}

// Takes what is below that frame to another record.
Call& Calls::cut(Call& call, std::uint32_t frame) {
    Call& caller = (*this)[take()];
    caller.copy_stack(call, call.top_);
    number(caller);
    caller.request = call.request;
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
    caller.limit_ = call.limit_;
    while (caller.limit_ > frame) caller.limit_ = call.limit_at(caller.limit_).outer;
    arm(caller);
    settle(call, call.limit_, frame);
    if (call.limit_ <= frame) call.limit_ = 0;
    arm(call);
    if (call.heard_.by_parent()) replace(call, caller.index);
    caller.heard_ = std::exchange(call.heard_, {});
    if (Asking* const asker = caller.heard_.asker()) asker->moved(caller);
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

void Calls::end_all_in(const void* instance, const Response& response, bool cancels) {
    end_all(instance, response, cancels, [](Call&) { return true; });
}

void Calls::end_all_holding(const void* instance, const Response& response) {
    end_all(instance, response, false, [&](Call& call) { return call.holds(instance); });
}

// In the order in which they began.
template <class May>
void Calls::end_all(const void* instance, const Response& response, bool cancels, May may_be_in) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> found;  // serial number, index
    for_each([&](std::uint32_t index) {
        Call& call = (*this)[index];
        std::uint32_t state = 0;
        if (call.at == nullptr || !may_be_in(call)) return;
        if (scope_in(instance, call, state) != nullptr) found.emplace_back(call.serial(), index);
    });
    std::sort(found.begin(), found.end());
    for (const auto& [serial, index] : found) {
        // What was cut off has kept the record, and may be in there, too.
        while (end_in(instance, (*this)[index], response, cancels)) {
        }
    }
}

// The outermost, as what is inside it ends with it; null when it is in none.
Block* Calls::scope_in(const void* instance, Call& call, std::uint32_t& state) {
    Block* found = nullptr;
    for_each_around(call, call.top_, call.frame_, [&](Block& block, std::uint32_t place) {
        if (block.dies_with(call, place) != instance) return;
        found = &block;
        state = place;
    });
    return found;
}

bool Calls::end_in(const void* instance, Call& call, const Response& response, bool cancels) {
    if (call.at == nullptr) return false;
    std::uint32_t state = 0;
    Block* const found = scope_in(instance, call, state);
    if (found == nullptr) return false;
    Call& caller = cancels ? call : detach(call, state, false);
    unwind(caller, found, state, cancels);
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
    expect_all();
    for_each([this](std::uint32_t index) {
        Call& call = (*this)[index];
        if (call.at == nullptr) return;
        if (call.heard_.by_parent()) forget_parent(call);
        unwind(call, nullptr, 0, false);
        retire(call);
    });
}

void Asking::leave() {
    call_->heard_ = {};
    if (world_.cancelling) world_.calls.leave(*call_, true);
}

}  // namespace models
