#include "models/discovery/name_client.h"

#include <algorithm>

#include "models/blocks/ask.h"
#include "models/discovery/dns.h"
#include "models/network/edge_hop.h"
#include "models/network/link.h"
#include "models/network/node_place.h"

namespace models {

namespace {

constexpr std::uint32_t kQuestionBytes = 64;

// Answers a lookup: the version of the response is the record's number, counted from 1, and 0 is
// that there is none; above these 32 bits stands the version of the records.
class Authority final : public Block {
public:
    explicit Authority(Dns& dns) : dns_(dns) {}

    Go enter(Call& call) override {
        const auto server = dns_.server_for(call.request.identity);
        if (!server) return answer(call, {Outcome::failed, cause::refused});
        Response response;
        response.bytes = kQuestionBytes;
        const DnsZone::Answer answers =
            dns_.zone().answer({call.request.identity, call.request.place}, *server);
        response.version = std::uint64_t{answers.version} << 32;
        if (answers.record) response.version += std::uint64_t{*answers.record} + 1;
        return answer(call, response);
    }

private:
    Dns& dns_;
};

}  // namespace

NameClient::NameClient(Dns& dns, bool is_of_users)
    : dns_(dns),
      is_of_users_(is_of_users),
      overrides_(dns.context().stream("ttl override")),
      warmth_(dns.context().stream("warm resolvers")),
      visit_(dns.context()),
      naming_(*this) {
    visit_.link(&naming_);
    naming_.link(visit_.inside(), nullptr);
    const Context& context = dns.context();
    for (const DnsRecordSpec& each : dns.spec().records) {
        edges_.emplace_back(context, Edge::Plan{each.to, {}, {}}, &naming_);
    }
    if (dns.latency().mean() > 0) {
        lookup_.add<Trip>(context, dns.latency(), "network of lookups");
    } else if (const PlaceId place = place_of_node(context); place != kNowhere) {
        lookup_.add<EdgeHop>(context, place, &context.meter);
    }
    lookup_.add<Authority>(dns);
}

Reply NameClient::call(Request request) {
    co_return co_await ask(dns_.context().world, *this, request);
}

// --- its resolvers ---

std::uint32_t NameClient::number_of(const Request& request) const {
    const std::uint32_t number = is_of_users_ ? request.user : request.caller;
    const std::uint32_t shared = dns_.spec().resolvers;
    return shared == 0 || !is_of_users_ ? number : number % shared;
}

Resolvers::Entry& NameClient::entry_of(const Request& request) {
    const std::uint32_t number = number_of(request);
    Resolvers::Entry& entry = resolvers_.of(number);
    if (entry.is_new() && dns_.spec().warm) warm_up({number, request.place}, entry);
    return entry;
}

sim::Duration NameClient::ttl_of(std::uint32_t number, sim::Duration of_record) const {
    const std::optional<TtlOverrideSpec>& own = dns_.spec().ttl_override;
    if (!own) return of_record;
    sim::Draws draws(sim::request_key(overrides_, number));
    return draws.chance(own->share.value) ? own->ttl : of_record;
}

// As if it had been told at some time before the run, any as likely as another.
void NameClient::warm_up(const DnsZone::Asker& asker, Resolvers::Entry& entry) const {
    const auto number = static_cast<std::uint32_t>(asker.key);
    sim::Draws draws(sim::request_key(warmth_, number));
    const double ttl_s = sim::seconds(ttl_of(number, dns_.spec().ttl));
    entry.expires = sim::Time(sim::from_seconds(draws.uniform() * ttl_s));
    entry.record = dns_.zone().answer_at_start(asker).value_or(Resolvers::kNoRecord);
    entry.version = 0;
}

void NameClient::keep(const Request& request, std::uint32_t record, std::uint32_t version) {
    const bool is_none = record == Resolvers::kNoRecord;
    const sim::Duration ttl = is_none ? dns_.spec().negative_ttl : dns_.spec().ttl;
    const std::uint32_t number = number_of(request);
    const sim::Duration kept = is_none ? ttl : ttl_of(number, ttl);
    const sim::Time now = dns_.context().now();
    const sim::Time expires = kept > sim::kForever - now ? sim::kForever : now + kept;
    resolvers_.of(number) = {expires, record, version};
}

// --- a call's way ---

Go NameClient::Naming::enter(Call& call) {
    const sim::Time now = client_.dns_.context().now();
    begin(call, now, call.request.endpoint, call.request.bytes, kLookingUp);
    const Resolvers::Entry& entry = client_.entry_of(call.request);
    if (!entry.is_fresh(now)) return look_up(call);
    if (entry.version != client_.dns_.zone().version()) client_.dns_.tallies().stale_answers.add();
    return go_to(call, entry.record);
}

Go NameClient::Naming::look_up(Call& call) {
    client_.dns_.tallies().lookups.add();
    call.request.bytes = kQuestionBytes;
    call.response = {};
    call.push_frame(this);
    return client_.lookup_.enter();
}

Go NameClient::Naming::looked_up(Call& call) {
    call.request.bytes = mine(call).bytes;
    if (!call.ok()) {
        client_.dns_.tallies().unresolved.add();
        leave(call);
        return answer(call, {Outcome::failed, cause::unresolved});
    }
    const auto told = static_cast<std::uint32_t>(call.response.version);
    const auto version = static_cast<std::uint32_t>(call.response.version >> 32);
    const std::uint32_t record = told == 0 ? Resolvers::kNoRecord : told - 1;
    client_.keep(call.request, record, version);
    mine(call).sent = client_.dns_.context().now();
    return go_to(call, record);
}

Go NameClient::Naming::go_to(Call& call, std::uint32_t record) {
    if (record == Resolvers::kNoRecord) {
        client_.dns_.tallies().unresolved.add();
        leave(call);
        return answer(call, {Outcome::failed, cause::unresolved});
    }
    State& my = mine(call);
    my.record = record;
    call.request.endpoint = client_.dns_.endpoint_of(record, my.endpoint);
    return client_.edges_[record].enter(call);
}

Go NameClient::Naming::answered(Call& call) {
    const State& my = mine(call);
    if (my.record == kLookingUp) return looked_up(call);
    const Context& context = client_.dns_.context();
    context.meter.spent(Spent::calling, context.now() - my.sent);
    leave(call);
    return back();
}

void NameClient::Naming::restore(Call& call) {
    const State& my = mine(call);
    call.request.endpoint = my.endpoint;
    call.request.bytes = my.bytes;
}

void NameClient::Naming::leave(Call& call) {
    restore(call);
    end(call);
}

}  // namespace models
