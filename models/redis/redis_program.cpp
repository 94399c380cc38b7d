#include "models/redis/redis_program.h"

#include "models/data/judging.h"
#include "models/redis/redis.h"
#include "models/spans.h"

namespace models {

namespace {

constexpr Response kNobodyHome{Outcome::failed, cause::reset};

// To the command's span.
void says_who(const Redis& redis, const RedisMember& member, const Call& call) {
    served_by(redis.context(), call.request, {member.number(), member.role()});
}

}  // namespace

RedisProgram::RedisProgram(Redis& redis)
    : redis_(redis), visit_(redis.context(), false), directing_(*this) {
    visit_.link(&directing_);
    directing_.link(visit_.inside(), nullptr);
}

void RedisProgram::add(RedisMember& member) {
    machines_.emplace_back(*this, member);
}

// What is not configured is not there: links, failures of single calls.
RedisProgram::Machine::Machine(RedisProgram& program, RedisMember& member)
    : turn(program.redis_, member), answering(program, member), first(&turn) {
    Block* around = &program.directing_;
    if (program.redis_.context().world.network != nullptr) {
        around = &wire.emplace(program.redis_, member);
    }
    turn.link(around, &answering);
    answering.link(around, nullptr);
    if (Injection* const injection = member.injection()) {
        injected.emplace(program.redis_.context().scheduler(), *injection).link(around, &turn);
        knocking.emplace(program.redis_, member).link(around, &*injected);
        first = &*knocking;
    }
    if (!wire) return;
    wire->link(&program.directing_, first);
    first = &*wire;
}

// --- the caller ---

Go RedisProgram::Directing::enter(Call& call) {
    const Request& request = call.request;
    const Redis::KeyLocation place = redis_.place_of(request.key);
    begin(call, version_due(redis_.ledger_, request, request.key), kNobody,
          static_cast<std::uint16_t>(place.slot), std::uint8_t{0});
    return send_to(redis_.member_for(place.believed, request));
}

Go RedisProgram::Directing::send_to(RedisMember& member) const {
    ++member.requests;
    return {program_.machines_[member.number()].first, Way::enter};
}

Go RedisProgram::Directing::answered(Call& call) {
    constexpr std::uint8_t kMostRedirects = 5;
    State& my = mine(call);
    const std::uint32_t moved = std::exchange(my.moved, kNobody);
    if (!call.ok()) {
        redis_.clients_.ask(call.request);
        call.response = redis_.refuse(my.slot, call.response);
    } else if (moved != kNobody) {
        redis_.redirects_.add();
        if (my.redirects++ < kMostRedirects) return send_to(redis_.member(moved));
        call.response = redis_.refuse(my.slot, {Outcome::failed, cause::unavailable});
    }
    const std::uint64_t due = my.due;
    end(call);
    if (judge(redis_.ledger_, call.request, call.response, due)) redis_.stale_reads_.add();
    return back();
}

// Who gave up waiting asks who the masters are (as on a connection's timeout).
void RedisProgram::Directing::abandoned(Call& call) {
    redis_.clients_.ask(call.request);
    end(call);
}

// --- at a machine ---

RedisProgram::Wire::Wire(Redis& redis, RedisMember& member)
    : Hop(redis.context(), &redis.context().meter), member_(member) {}

std::optional<Hop::Ends> RedisProgram::Wire::ends_of(Call& call) const {
    return between(call.request.place, member_.place());
}

Go RedisProgram::Knocking::enter(Call& call) {
    says_who(redis_, member_, call);
    return member_.is_up() ? on() : answer(call, kNobodyHome);
}

RedisProgram::Turn::Turn(Redis& redis, RedisMember& member)
    : CoreTime(redis.context()), redis_(redis), member_(member) {}

Go RedisProgram::Turn::enter(Call& call) {
    says_who(redis_, member_, call);
    if (!member_.is_up()) return answer(call, kNobodyHome);
    member_.data().written.prefetch(call.request.key);
    return work(call, member_.cpu(), redis_.spec().command_time);
}

Go RedisProgram::Turn::woken(Call& call) {
    redis_.had_to_wait(worked(call));
    return on();
}

Go RedisProgram::Answering::enter(Call& call) {
    if (!member_.is_up()) return answer(call, kNobodyHome);
    Directing::State& directing = program_.directing_.of(call);
    const Redis::Said said = program_.redis_.answer(member_, call.request, directing.slot);
    if (!member_.is_up()) return answer(call, kNobodyHome);  // what it took was too much
    if (said.moved != nullptr) directing.moved = said.moved->number();
    return answer(call, said.response);
}

}  // namespace models
