#include "models/caches/cache_program.h"

#include "models/caches/cache.h"
#include "models/data/ledger.h"

namespace models {

CacheProgram::CacheProgram(Cache& cache, CacheCopy& copy)
    : cache_(cache),
      copy_(copy),
      visit_(cache.context_, false),
      commanded_(cache, copy, &Cache::command),
      judging_(cache),
      choosing_(*this),
      reading_(cache),
      reading_access_(cache, copy, &reading_, &look_up_),
      look_up_(cache, copy),
      loading_(cache, copy),
      shared_load_(cache, copy, &Cache::share_load),
      write_(cache, copy, &Cache::write),
      passing_(cache, copy),
      accessing_(cache, copy, &Return::block(), &Return::block()),
      access_(cache.context_.world, accessing_.first),
      loading_alone_(cache, copy),
      load_(cache.context_.world, &loading_alone_) {
    link();
}

// What is not configured is not there: commands by name, a ledger to judge by.
void CacheProgram::link() {
    const bool judges = cache_.ledger_ != nullptr;
    const bool has_commands = !cache_.spec_.commands.entries.empty();
    Block* const first = judges ? static_cast<Block*>(&judging_) : &choosing_;
    Block* next = has_commands ? static_cast<Block*>(&commanded_) : first;
    if (Injection* const injection = copy_.injection()) {
        injected_.emplace(cache_.context_.scheduler(), *injection).link(visit_.inside(), next);
        next = &*injected_;
    }
    visit_.link(next);
    commanded_.link(visit_.inside(), first);
    judging_.link(visit_.inside(), &choosing_);

    Block* const around = judges ? &judging_ : visit_.inside();
    choosing_.link(around, &reading_);
    write_.link(around, nullptr);
    passing_.link(around, nullptr);

    reading_.link(around, reading_access_.first);
    const bool shares = cache_.spec_.on_miss != OnMiss::load;
    look_up_.link(&reading_, shares ? static_cast<Block*>(&shared_load_) : &loading_);
    shared_load_.link(&reading_, nullptr);
    loading_.link(&reading_, nullptr);
    loading_alone_.link(&Return::block(), nullptr);
}

// --- around all of it ---

Go CacheProgram::Judging::enter(Call& call) {
    const Request& request = call.request;
    begin(call, request.is_relayed ? 0 : cache_.ledger_->acknowledged(cache_.judged_key(request)));
    return on();
}

Go CacheProgram::Judging::answered(Call& call) {
    const Request& request = call.request;
    Response& response = call.response;
    const std::uint64_t expected = mine(call).expected;
    end(call);
    if (request.is_relayed || !response.ok()) return back();
    if (request.is_write) {
        cache_.ledger_->acknowledge(request.key, response.version);
    } else if (response.version < expected) {
        response.stale = true;
        cache_.measures_.stale_reads.add();
    }
    return back();
}

Go CacheProgram::Choosing::enter(Call& call) {
    const Cache& cache = program_.cache_;
    const bool is_up = program_.copy_.is_up();
    if (!is_up && cache.spec_.when_down == WhenDown::fail) {
        return answer(call, {Outcome::failed, Cause::refused});
    }
    if (!is_up || cache.is_bypassed(call.request)) return {&program_.passing_, Way::enter};
    return call.request.is_write ? Go{&program_.write_, Way::enter} : on();
}

// --- an access ---

Go CacheProgram::Reach::enter(Call& call) {
    sim::Draws draws(sim::request_key(cache_.access_draws_, call.request.identity));
    const sim::Duration takes = cache_.access_time_.sample_duration(draws);
    if (takes <= sim::Duration::zero()) return on();
    begin(call, cache_.context_.now());
    cache_.context_.scheduler().after(takes, call);
    return stay(call);
}

Go CacheProgram::Reach::woken(Call& call) {
    const Context& context = cache_.context_;
    const sim::Time began = mine(call).began;
    end(call);
    context.meter.spent(Spent::service, context.now() - began);
    worked_in(context.world, call.request, began, {});
    return on();
}

CacheProgram::Turn::Turn(Cache& cache, CacheCopy& copy)
    : CoreTime(cache.context_), cache_(cache), copy_(copy) {}

Go CacheProgram::Turn::enter(Call& call) {
    return work(call, copy_.cpu(), cache_.spec_.command_time);
}

CacheProgram::Access::Access(Cache& cache, CacheCopy& copy, Block* around, Block* next)
    : first(next) {
    if (cache.spec_.command_time > sim::Duration::zero()) {
        turn.emplace(cache, copy).link(around, first);
        first = &*turn;
    }
    if (cache.access_time_.mean() > 0) {
        reach.emplace(cache).link(around, first);
        first = &*reach;
    }
}

// --- reading ---

Go CacheProgram::Reading::enter(Call& call) {
    begin(call, cache_.context_.now(), false);
    return on();
}

Go CacheProgram::Reading::answered(Call& call) {
    cache_.measures_.answered(mine(call).found, mine(call).began);
    end(call);
    return back();
}

Go CacheProgram::LookUp::enter(Call& call) {
    const Key key = cache_.entry_key(call.request);
    const CacheCopy::Item* const item = copy_.find(key);
    cache_.measures_.looked_up(key, item != nullptr);
    if (item == nullptr) return on();
    Reading::found(call);
    return answer(call, cache_.hit(copy_, *item, call.request));
}

// --- asking the node behind ---

Go CacheProgram::Onward::send(Call& call) {
    Request& request = call.request;
    begin(call, cache_.context_.now(), request.identity, request.key, request.endpoint,
          request.is_relayed);
    cache_.lead_onward(request);
    call.push_frame(this);
    return cache_.edge_->enter(call);
}

void CacheProgram::Onward::restore(Call& call) {
    const State& my = mine(call);
    call.request.identity = my.identity;
    call.request.key = my.key;
    call.request.endpoint = my.endpoint;
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
    cache_.keep(copy_, call.request, call.response, began);
    return back();
}

}  // namespace models
