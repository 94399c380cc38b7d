#include "models/caches/cache_program.h"

#include "models/caches/cache.h"
#include "models/data/judging.h"
#include "models/spans.h"

namespace models {

CacheProgram::CacheProgram(Cache& cache, CacheCopy& copy)
    : cache_(cache),
      copy_(copy),
      visit_(cache.context_, false),
      commanded_(cache, copy, &Cache::named_command),
      judging_(cache),
      choosing_(*this),
      trying_(cache, copy, &Cache::find_dead),
      reading_(cache),
      looking_(cache, copy),
      look_up_(cache, copy),
      loading_(cache, copy, true),
      shared_load_(cache, copy, &Cache::share_load),
      write_(cache, copy, &Cache::write),
      passing_(cache, copy),
      taking_turn_(cache, copy),
      turn_(cache.context_.world, &taking_turn_),
      loading_alone_(cache, copy, false),
      load_(cache.context_.world, &loading_alone_) {
    const bool is_on_the_way = cache.spec_.placement == Placement::proxy;
    if (is_on_the_way && copy.place() != kNowhere) door_.emplace(cache.context_, copy, nullptr);
    link();
}

// What is not configured is not there: commands by name, a ledger to judge by.
void CacheProgram::link() {
    const bool judges = cache_.ledger_ != nullptr;
    const bool has_commands =
        !cache_.spec_.commands.entries.empty() || cache_.spec_.sessions.has_value();
    Block* const first = judges ? static_cast<Block*>(&judging_) : &choosing_;
    Block* next = has_commands ? static_cast<Block*>(&commanded_) : first;
    if (Injection* const injection = copy_.injection()) {
        injected_.emplace(cache_.context_.scheduler(), *injection).link(visit_.inside(), next);
        next = &*injected_;
    }
    if (door_) {
        door_->link(&Return::block(), visit_.enter().to);
        visit_.link(next, &*door_, door_->state_bytes());
    } else {
        visit_.link(next);
    }
    commanded_.link(visit_.inside(), first);
    judging_.link(visit_.inside(), &choosing_);

    Block* const around = judges ? &judging_ : visit_.inside();
    choosing_.link(around, &reading_);
    refusing_.link(around, nullptr);
    write_.link(around, nullptr);
    passing_.link(around, nullptr);
    const bool refuses = cache_.spec_.when_down == WhenDown::fail;
    trying_.link(around, refuses ? static_cast<Block*>(&refusing_) : &passing_);

    looking_.link(&reading_, &look_up_);
    reading_.link(around, looking_.first);
    look_up_.link(looking_.inside(&reading_), nullptr);
    const bool shares = cache_.spec_.on_miss != OnMiss::load;
    reading_.load_by(shares ? static_cast<Block*>(&shared_load_) : &loading_);
    shared_load_.link(&reading_, nullptr);
    loading_.link(&reading_, nullptr);
    loading_alone_.link(&Return::block(), nullptr);
    taking_turn_.link(&Return::block(), &Return::block());
}

// --- around all of it ---

Go CacheProgram::Judging::enter(Call& call) {
    const Request& request = call.request;
    begin(call, version_due(*cache_.ledger_, request, cache_.judged_key(request)));
    return on();
}

Go CacheProgram::Judging::answered(Call& call) {
    const std::uint64_t due = mine(call).due;
    end(call);
    if (judge(*cache_.ledger_, call.request, call.response, due))
        cache_.measures_.stale_reads.add();
    return back();
}

Go CacheProgram::Choosing::enter(Call& call) {
    const Cache& cache = program_.cache_;
    CacheCopy& copy = program_.copy_;
    const std::uint32_t caller = call.request.caller;
    if (cache.copies_.size() > 1) served_by(cache.context_, call.request, {copy.index()});
    const bool is_out = copy.ejections().is_out(caller, cache.context_.now());
    if (!copy.is_up() || is_out) return program_.pass_dead(call);
    copy.ejections().answered(caller);
    if (cache.is_bypassed(call.request)) return {&program_.passing_, Way::enter};
    return call.request.is_write ? Go{&program_.write_, Way::enter} : on();
}

Go CacheProgram::pass_dead(Call& call) {
    const CacheSpec& spec = cache_.spec_;
    const bool is_lookup = !call.request.is_write && !cache_.is_bypassed(call.request);
    if (is_lookup) cache_.measures_.passed_unasked();
    const bool is_out = copy_.ejections().is_out(call.request.caller, cache_.context_.now());
    const bool tries = spec.connect_timeout > sim::Duration::zero() || spec.eject_after > 0 ||
                       cache_.has_way(copy_, call.request);
    if (tries && !is_out) return {&trying_, Way::enter};
    const bool refuses = spec.when_down == WhenDown::fail;
    return {refuses ? static_cast<Block*>(&refusing_) : &passing_, Way::enter};
}

// --- a command ---

std::optional<Hop::Ends> CacheProgram::Wire::ends_of(Call& call) const {
    return between(call.request.place, copy_.place());
}

CacheProgram::Turn::Turn(Cache& cache, CacheCopy& copy)
    : CoreTime(cache.context_), cache_(cache), copy_(copy) {}

Go CacheProgram::Turn::enter(Call& call) {
    copy_.store().prefetch(cache_.entry_key(call.request));
    return work(call, copy_.cpu(), cache_.spec_.command_time);
}

CacheProgram::Command::Command(Cache& cache, CacheCopy& copy) {
    if (copy.is_apart()) wire.emplace(cache.context_, copy, &cache.context_.meter);
    if (cache.spec_.command_time > sim::Duration::zero()) turn.emplace(cache, copy);
}

void CacheProgram::Command::link(Block* around, Block* next) {
    first = next;
    if (turn) {
        turn->link(inside(around), first);
        first = &*turn;
    }
    if (wire) {
        wire->link(around, first);
        first = &*wire;
    }
}

// --- reading ---

Go CacheProgram::Reading::enter(Call& call) {
    begin(call, cache_.context_.now(), false);
    return on();
}

Go CacheProgram::Reading::answered(Call& call) {
    State& my = mine(call);
    if (call.response.absent) {
        call.response.absent = false;
        my.has_missed = true;
        return {load_, Way::enter};
    }
    cache_.measures_.answered(!my.has_missed && call.ok(), my.began);
    end(call);
    return back();
}

Go CacheProgram::LookUp::enter(Call& call) {
    const Key key = cache_.entry_key(call.request);
    const CacheCopy::Item* const item = copy_.find(key);
    cache_.measures_.looked_up(key, item != nullptr);
    if (item != nullptr) return answer(call, cache_.hit(copy_, *item, call.request));
    Response response;
    response.absent = true;
    return answer(call, response);
}

// --- asking the node behind ---

Go CacheProgram::Onward::send(Call& call) {
    Request& request = call.request;
    begin(call, cache_.context_.now(), request.identity, request.key, request.endpoint,
          request.place, static_cast<bool>(request.is_relayed));
    cache_.lead_onward(request, copy_);
    call.push_frame(this);
    return cache_.edge_->enter(call);
}

void CacheProgram::Onward::restore(Call& call) {
    const State& my = mine(call);
    call.request.identity = my.identity;
    call.request.key = my.key;
    call.request.endpoint = my.endpoint;
    call.request.place = my.place;
    call.request.is_relayed = my.is_relayed;
}

Go CacheProgram::Onward::answered(Call& call) {
    abandoned(call);
    return back();
}

void CacheProgram::Onward::abandoned(Call& call) {
    restore(call);
    end(call);
}

Go CacheProgram::Passing::enter(Call& call) {
    cache_.measures_.bypassed.add();
    if (!call.request.is_write) cache_.measures_.loading();
    return send(call);
}

Go CacheProgram::Loading::enter(Call& call) {
    cache_.measures_.loading();
    return send(call);
}

Go CacheProgram::Loading::answered(Call& call) {
    const sim::Time began = mine(call).began;
    abandoned(call);
    cache_.context_.meter.spent(Spent::calling, cache_.context_.now() - began);
    if (keeps_) cache_.keep_alone(copy_, call.request, call.response, began);
    return back();
}

}  // namespace models
