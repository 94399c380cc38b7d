#include "models/network/hop.h"

#include "models/spans.h"

namespace models {

namespace {

// An answer's draws are not those of its request, though both may take one link.
constexpr std::uint64_t kAnswer = 0x616e73776572;

}  // namespace

Go Hop::enter(Call& call) {
    const std::optional<Ends> ends = ends_of(call);
    State& my = begin(call, world_.scheduler.now(), sim::Duration::zero(), ends.value_or(Ends{}),
                      std::uint16_t{0}, false, false, !ends);
    return ends ? send(call, my) : on();
}

Go Hop::answered(Call& call) {
    State& my = mine(call);
    if (my.is_nowhere) {
        end(call);
        return back();
    }
    my.left = world_.scheduler.now();
    my.ends = {my.ends.to, my.ends.from};
    my.sent = 0;
    my.is_back = true;
    return send(call, my);
}

Go Hop::woken(Call& call) {
    State& my = mine(call);
    return my.is_under_way ? arrive(call, my) : send_again(call);
}

Go Hop::send(Call& call, State& my) {
    const std::uint32_t bytes = my.is_back ? call.response.bytes : call.request.bytes;
    std::uint64_t key = call.request.identity;
    if (my.is_back) key ^= kAnswer;
    if (my.sent > 0) [[unlikely]]
        key = Request::again_identity(key, my.sent);
    ++my.sent;
    const Passage passage = links_.carry({my.ends.from, my.ends.to, bytes, key, my.is_back});
    if (!passage.arrives()) [[unlikely]]
        return wait_for_timer(call);
    my.is_under_way = true;
    if (passage.at <= world_.scheduler.now()) return arrive(call, my);
    world_.scheduler.at(passage.at, call);
    return stay(call);
}

Go Hop::wait_for_timer(Call& call) {
    State& my = mine(call);
    my.is_under_way = false;
    const Retransmission timer = links_.retransmission(my.ends.from, my.ends.to);
    world_.scheduler.after(timer.wait_after(my.sent), call);
    return stay(call);
}

Go Hop::send_again(Call& call) {
    const State my = mine(call);
    if (!links_.retransmission(my.ends.from, my.ends.to).gives_up_after(my.sent)) {
        links_.between(my.ends.from, my.ends.to).sent_again();
        return send(call, mine(call));
    }
    leave(call);
    return answer(call, {Outcome::timed_out, cause::timeout});
}

Go Hop::arrive(Call& call, State& my) {
    if (my.is_back) {
        leave(call);
        return back();
    }
    const sim::Time now = world_.scheduler.now();
    spent_in(world_, call.request, Spent::network, my.left, now);
    my.there = now - my.left;
    return on();
}

void Hop::leave(Call& call) {
    const State& my = mine(call);
    const sim::Time now = world_.scheduler.now();
    spent_in(world_, call.request, Spent::network, my.left, now);
    if (spent_ != nullptr) spent_->spent(Spent::network, my.there + (now - my.left));
    end(call);
}

}  // namespace models
