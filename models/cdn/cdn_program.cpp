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
    answer_condition(call);
    CdnMeasures& all = cdn_.measures();
    Ledger* const ledger = cdn_.known_versions();
    if (ledger != nullptr && judge(*ledger, call.request, call.response, my.due)) {
        all.stale_responses.add();
    }
    if (!call.ok()) call.response.by_proxy = true;
    if (!call.ok() || call.request.is_write) return back();
    all.bytes_out.add(call.response.bytes);
    location_.counts().bytes_out += call.response.bytes;
    (my.has_missed ? all.miss_latency : all.hit_latency).add(cdn_.context().now() - my.began);
    return back();
}

// Of the cache in front of this: it needs no body of what it has (304).
void CdnProgram::Judging::answer_condition(Call& call) {
    const bool asks = call.request.is_conditional && call.ok() && !call.response.missing;
    if (!asks || call.response.version != call.request.version) return;
    call.response.unchanged = true;
    call.response.bytes = 0;
}

const void* CdnProgram::Judging::dies_with(Call&, std::uint32_t) const {
    return &location_;
}

// --- a core ---

CdnProgram::Turn::Turn(Cdn& cdn, CdnLocation& location)
    : CoreTime(cdn.context()), cdn_(cdn), location_(location) {}

Go CdnProgram::Turn::enter(Call& call) {
    sim::Duration time = cdn_.spec().request_time;
    const auto& urls = cdn_.objects().rule_of(call.request).signed_urls;
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
    if (cdn.objects().is_forbidden(request)) {
        cdn.measures().forbidden.add();
        return answer(call, {Outcome::rejected, cause::forbidden});
    }
    if (request.is_write) return {&program_.passing_, Way::enter};
    Response response;
    if (!find(request, response)) {
        cdn.missed(location);
        Judging::note_miss(call);
        return {&program_.fetching_, Way::enter};
    }
    cdn.hit(location);
    return answer(call, response);
}

// All that is asked for is there, and fresh enough to be served.
bool CdnProgram::Serving::find(const Request& request, Response& response) {
    Cdn& cdn = program_.cdn_;
    CdnLocation& location = program_.location_;
    const CdnBehaviorSpec& rule = cdn.objects().rule_of(request);
    const sim::Time now = cdn.context().now();
    const CdnObjects::Wanted wanted = cdn.objects().wanted(request);
    bool is_fresh = true;
    for (std::uint32_t each = wanted.first; each <= wanted.last; ++each) {
        const auto found = location.find(cdn.objects().part(request, wanted, each).name, rule);
        if (!found || now >= found->fresh_until + rule.stale_while_revalidate) return false;
        is_fresh = is_fresh && now < found->fresh_until;
        const bool is_first = each == wanted.first;
        response.version = is_first ? found->version : std::min(response.version, found->version);
        response.bytes += found->bytes;
    }
    if (wanted.bytes > 0) response.bytes = std::min(response.bytes, wanted.bytes);
    if (!is_fresh) revalidate(request, wanted);
    return true;
}

void CdnProgram::Serving::revalidate(const Request& request, const CdnObjects::Wanted& wanted) {
    Cdn& cdn = program_.cdn_;
    CdnLocation& location = program_.location_;
    cdn.measures().served_while_revalidating.add();
    for (std::uint32_t each = wanted.first; each <= wanted.last; ++each) {
        const CdnObjects::Part part = cdn.objects().part(request, wanted, each);
        const auto found = location.find(part.name, cdn.objects().rule_of(request));
        if (found && cdn.context().now() < found->fresh_until) continue;
        cdn.revalidate(location, request, part);
    }
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

OriginWay::OriginWay(Cdn& cdn, Service& edge, PlaceId origin, bool is_shield)
    : world_(cdn.context().world), sizing_(cdn, edge, origin != kNowhere, is_shield) {
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

// An origin that is no cache knows nothing of slices and conditions: what it answers with is cut
// and compared where it stands.
Go OriginWay::Sizing::enter(Call& call) {
    Request& request = call.request;
    const bool is_slice = request.is_for_part;
    const auto slice = static_cast<std::uint32_t>(request.operation);
    begin(call, State{request.version, request.operation, request.place, request.endpoint,
                      is_slice ? slice : cdn_.objects().size_of(request),
                      static_cast<bool>(request.is_conditional), is_slice});
    request.endpoint = cdn_.endpoint_at_origin(request);
    if (is_there_) request.place = kNowhere;
    if (!is_shield_) {
        if (is_slice) request.operation = 0;
        if (request.is_conditional) request.version = 0;
        request.is_for_part = request.is_conditional = false;
    }
    call.push_frame(this);
    return edge_.enter(call);
}

Go OriginWay::Sizing::answered(Call& call) {
    const State my = mine(call);
    Response& response = call.response;
    if (call.ok() && !call.request.is_write && !response.unchanged) {
        const bool is_same = my.is_conditional && response.version == my.version;
        response.unchanged = is_same && !response.missing;
        response.bytes = response.unchanged ? 0 : size_of(response, my);
    }
    abandoned(call);
    return back();
}

// What it has cut, what it says itself, or what is usual.
std::uint32_t OriginWay::Sizing::size_of(const Response& response, const State& my) const {
    if (my.is_for_part && my.bytes > 0) return my.bytes;
    const std::uint32_t bytes = std::max(response.bytes, my.bytes);
    return bytes > 0 ? bytes : static_cast<std::uint32_t>(cdn_.spec().object_size.count);
}

void OriginWay::Sizing::abandoned(Call& call) {
    restore(call);
    end(call);
}

void OriginWay::Sizing::restore(Call& call) {
    const State& my = mine(call);
    call.request.place = my.place;
    call.request.endpoint = my.endpoint;
    call.request.operation = my.operation;
    call.request.version = my.version;
    call.request.is_conditional = my.is_conditional;
    call.request.is_for_part = my.is_for_part;
}

}  // namespace models
