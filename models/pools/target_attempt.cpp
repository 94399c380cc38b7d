#include "models/pools/target_attempt.h"

#include <utility>

namespace models {

namespace {

// Bytes that the states around a block take in its frame.
std::uint32_t room_around(const Block& block) {
    std::uint32_t room = 0;
    for (Block* each = block.outer(); each != &Return::block(); each = each->outer()) {
        room += each->state_bytes();
    }
    return room;
}

}  // namespace

// --- all tries ---

void NextUpstream::repeat_from(Block* first) {
    again_ = {first, Way::enter};
    place_ = room_around(*this);
}

Go NextUpstream::answered(Call& call) {
    if (std::exchange(mine(call).tries->goes_on, false)) return again_;
    leave(call);
    return back();
}

void NextUpstream::judge(Call& call, BackendId id) const {
    if (call.ok()) return;
    Tries& all = tries(call);
    all.tried.push_back(id);
    all.goes_on = goes_on(spec_, call.request, call.response, all, scheduler_.now());
}

// --- one of them ---

void TargetAttempt::find_place() {
    place_ = room_around(*this);
}

// With nobody left to ask, the last answer is the answer.
Go TargetAttempt::enter(Call& call) {
    const Tries& before = tries(call);
    const std::optional<BackendId> id = at_.choose(call.request, before);
    if (!id) {
        if (before.tried.empty()) call.response = {Outcome::failed, at_.without_target()};
        return back();
    }
    begin(call, at_.take(*id), false);
    return on();
}

Go TargetAttempt::answered(Call& call) {
    leave(call, mine(call).was_answered ? &call.response : nullptr);
    return back();
}

void TargetAttempt::leave(Call& call, const Response* response) {
    at_.give_back(mine(call).taken, response);
    end(call);
}

void TargetAttempt::was_answered(Call& call) const {
    State& my = call.in_frame<State>(place_);
    my.was_answered = true;
    at_.answered(my.taken.id, call);
    if (next_ != nullptr) next_->judge(call, my.taken.id);
}

// --- on the way ---

Go Sending::enter(Call& call) {
    Request& request = call.request;
    begin(call, at_.context().now(), request.identity, request.address);
    at_.sent_to(attempt_.target(call), call);
    const std::size_t tried = attempt_.tries(call).tried.size();
    for (std::uint32_t attempt = 1; attempt <= tried; ++attempt) {
        request.identity = Request::again_identity(request.identity, attempt);
    }
    request.address = at_.seen_address().value_or(request.address);
    call.response = {};
    return on();
}

Go Sending::answered(Call& call) {
    at_.context().meter.spent(Spent::calling, at_.context().now() - mine(call).sent);
    leave(call);
    attempt_.was_answered(call);
    return back();
}

}  // namespace models
