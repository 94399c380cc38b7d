#include "models/cdn/cdn_program.h"

#include "models/blocks/ask.h"
#include "models/cdn/cdn.h"
#include "models/data/judging.h"
#include "models/spans.h"

namespace models {

CdnProgram::CdnProgram(Cdn& cdn, CdnLocation& location)
    : cdn_(cdn),
      location_(location),
      visit_(cdn.context()),
      judging_(cdn, location),
      turn_(cdn, location),
      serving_(*this),
      fetching_(cdn, location),
      passing_(cdn, location) {
    Block* next = &judging_;
    if (Injection* const injection = location.injection()) {
        injected_.emplace(cdn.context().scheduler(), *injection).link(visit_.inside(), next);
        next = &*injected_;
    }
    if (location.place() != kNowhere) {
        door_.emplace(cdn.context(), location.place(), nullptr);
        door_->link(&Return::block(), visit_.enter().to);
        visit_.link(next, &*door_, door_->state_bytes());
    } else {
        visit_.link(next);
    }
    judging_.link(visit_.inside(), &turn_);
    turn_.link(&judging_, &serving_);
    serving_.link(&judging_, nullptr);
    fetching_.link(&judging_, nullptr);
    passing_.link(&judging_, nullptr);
}

// --- around all of it ---

Go CdnProgram::Judging::enter(Call& call) {
    const Request& request = call.request;
    served_by(cdn_.context(), request, {location_.index()});
    if (!location_.is_up()) return answer(call, {Outcome::failed, cause::refused});
    Ledger* const ledger = cdn_.known_versions();
    const std::uint64_t due = ledger == nullptr ? 0 : version_due(*ledger, request, request.key);
    begin(call, cdn_.context().now(), due, false);
    return on();
}

Go CdnProgram::Judging::answered(Call& call) {
    const State my = mine(call);
    end(call);
    CdnMeasures& all = cdn_.measures();
    Ledger* const ledger = cdn_.known_versions();
    if (ledger != nullptr && judge(*ledger, call.request, call.response, my.due)) {
        all.stale_responses.add();
    }
    if (!call.ok() || call.request.is_write) return back();
    all.bytes_out.add(call.response.bytes);
    location_.counts().bytes_out += call.response.bytes;
    (my.has_missed ? all.miss_latency : all.hit_latency).add(cdn_.context().now() - my.began);
    return back();
}

const void* CdnProgram::Judging::dies_with(Call&, std::uint32_t) const {
    return &location_;
}

// --- a core ---

CdnProgram::Turn::Turn(Cdn& cdn, CdnLocation& location)
    : CoreTime(cdn.context()), cdn_(cdn), location_(location) {}

Go CdnProgram::Turn::enter(Call& call) {
    sim::Duration time = cdn_.spec().request_time;
    const auto& urls = cdn_.rule_of(call.request).signed_urls;
    if (urls) time += urls->check_time;
    return work(call, location_.cpu(), time);
}

// --- what is there, and what is not ---

Go CdnProgram::Serving::enter(Call& call) {
    Cdn& cdn = program_.cdn_;
    CdnLocation& location = program_.location_;
    const Request& request = call.request;
    if (cdn.is_purge(request)) {
        cdn.purge(request);
        return answer(call, {});
    }
    if (cdn.is_forbidden(request)) {
        cdn.measures().forbidden.add();
        return answer(call, {Outcome::rejected, cause::unauthorized});
    }
    if (request.is_write) return {&program_.passing_, Way::enter};
    const CdnBehaviorSpec& rule = cdn.rule_of(request);
    const sim::Time now = cdn.context().now();
    const auto found = location.find(cdn.name_of(request), rule);
    const bool is_fresh = found && now < found->fresh_until;
    if (!found || (!is_fresh && now >= found->fresh_until + rule.stale_while_revalidate)) {
        cdn.missed(location);
        Judging::note_miss(call);
        return {&program_.fetching_, Way::enter};
    }
    cdn.hit(location);
    if (!is_fresh) {
        cdn.measures().served_while_revalidating.add();
        cdn.revalidate(location, request);
    }
    return answer(call, Cdn::response_of(*found));
}

Reply CdnProgram::Fetching::story(Call& call) {
    return cdn_.fetch(location_, call.request);
}

Reply CdnProgram::Passing::story(Call& call) {
    return cdn_.pass(location_, call.request);
}

// --- the purge API ---

CdnApi::CdnApi(Cdn& cdn) : visit_(cdn.context()), purging_(cdn) {
    const PlaceId place = cdn.control().place();
    if (place != kNowhere) {
        door_.emplace(cdn.context(), place, nullptr);
        door_->link(&Return::block(), visit_.enter().to);
        visit_.link(&purging_, &*door_, door_->state_bytes());
    } else {
        visit_.link(&purging_);
    }
    purging_.link(visit_.inside(), nullptr);
}

Go CdnApi::Purging::enter(Call& call) {
    cdn_.purge(call.request);
    return answer(call, {});
}

// --- to the origin ---

OriginWay::OriginWay(Cdn& cdn, Service& edge, PlaceId origin)
    : world_(cdn.context().world), sizing_(cdn, edge, origin != kNowhere) {
    if (origin != kNowhere) {
        wire_.emplace(cdn.context(), origin, &cdn.context().meter);
        wire_->link(&Return::block(), &sizing_);
    }
    sizing_.link(wire_ ? static_cast<Block*>(&*wire_) : &Return::block(), nullptr);
}

Go OriginWay::enter(Call&) {
    return {wire_ ? static_cast<Block*>(&*wire_) : &sizing_, Way::enter};
}

Reply OriginWay::call(Request request) {
    co_return co_await ask(world_, *this, request);
}

Go OriginWay::Sizing::enter(Call& call) {
    Request& request = call.request;
    begin(call, request.place, request.endpoint, cdn_.size_of(request));
    request.endpoint = cdn_.endpoint_at_origin(request);
    if (is_there_) request.place = kNowhere;
    call.push_frame(this);
    return edge_.enter(call);
}

Go OriginWay::Sizing::answered(Call& call) {
    if (call.ok() && !call.request.is_write) {
        call.response.bytes = std::max(call.response.bytes, mine(call).bytes);
    }
    abandoned(call);
    return back();
}

void OriginWay::Sizing::abandoned(Call& call) {
    restore(call);
    end(call);
}

void OriginWay::Sizing::restore(Call& call) {
    call.request.place = mine(call).place;
    call.request.endpoint = mine(call).endpoint;
}

}  // namespace models
