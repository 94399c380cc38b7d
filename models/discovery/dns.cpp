#include "models/discovery/dns.h"

#include <fmt/core.h>

#include <algorithm>

#include "sim/sleep.h"

namespace models {

namespace {

bool is_whole_seconds(sim::Duration time) {
    return time > sim::Duration::zero() && time % std::chrono::seconds(1) == sim::Duration::zero();
}

bool are_in_order(const std::vector<DnsChangeSpec>& changes) {
    return std::ranges::is_sorted(changes, {}, &DnsChangeSpec::at);
}

}  // namespace

Abilities DnsSpec::suffers() const {
    return abilities_of<NameServer>();
}

void DnsSpec::check(spec::Check& check) const {
    const auto has_weight = [](const DnsRecordSpec& each) { return each.weight > 0; };
    check.that(records.empty() || std::ranges::any_of(records, has_weight), "records",
               "no record has a weight, so the name stands for nobody",
               "give one a \"weight\" above 0; \"changes\" can withdraw it later");
    for (const auto& [time, name] :
         {std::pair{ttl, "ttl"}, std::pair{negative_ttl, "negative_ttl"}}) {
        check.that(is_whole_seconds(time), name, "a time to live is a number of whole seconds",
                   "write \"1s\", the least, or more");
    }
    for (const DnsChangeSpec& each : changes) {
        check.that(each.weights.size() == records.size(), "changes",
                   fmt::format("{} weights for {} records", each.weights.size(), records.size()),
                   "give each record a weight, in the order of \"records\"; 0 withdraws one");
    }
    const bool names_regions = std::ranges::any_of(
        records, [](const DnsRecordSpec& each) { return !each.regions.empty(); });
    check.that(policy == DnsPolicy::geo || !names_regions, "records",
               "\"regions\" of a record are for the policy \"geo\" only",
               "write \"policy\": \"geo\", or leave the regions out");
    check.that(!secondaries || servers > 1, "secondaries", "there is one name server",
               "write \"servers\": 2, or more");
    check.that(are_in_order(changes), "changes", "they are not in the order of their times");
}

// --- its servers ---

Go NameServer::enter(Call& call) {
    return dns_.service()->enter(call);
}

Reply NameServer::call(Request request) {
    return dns_.service()->call(request);
}

// --- the node ---

Dns::Dns(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      zone_(spec, context),
      tallies_(context),
      latency_(spec.latency.build()),
      refreshes_(context.stream("zone refreshes")),
      choices_(context.stream("choices of servers")) {
    if (spec_.health_check) health_check_.emplace(spec_, context, zone_);
    for (std::uint32_t each = 0; each < spec_.servers; ++each) {
        instances_.push_back(&servers_.emplace_back(*this));
    }
    for (const DnsRecordSpec& each : spec_.records) context.meter.calls(each.to.node);
}

void Dns::start() {
    if (spec_.secondaries) {
        zone_.when_changed([this] { notify_secondaries(); });
        for (std::uint32_t each = 1; each < spec_.servers; ++each) works_.run(keep_up(each));
    }
    if (health_check_) health_check_->start();
    if (!spec_.changes.empty()) works_.run(change_records());
}

void Dns::dismiss() {
    if (health_check_) health_check_->dismiss();
    works_.dismiss();
}

sim::Task<void> Dns::change_records() {
    for (const DnsChangeSpec& each : spec_.changes) {
        co_await sim::sleep_until(context_.scheduler(), sim::Time(each.at));
        zone_.change(each.weights);
    }
}

void Dns::notify_secondaries() {
    if (!spec_.secondaries || !spec_.secondaries->notify || !servers_.front().is_up()) return;
    for (std::uint32_t each = 1; each < spec_.servers; ++each) {
        if (servers_[each].is_up()) zone_.transfer(each);
    }
}

// At the start each has the zone, and is somewhere in its interval.
sim::Task<void> Dns::keep_up(std::uint32_t secondary) {
    const DnsSecondariesSpec& zone = *spec_.secondaries;
    sim::Duration wait = sim::from_seconds(refreshes_.uniform() * sim::seconds(zone.refresh));
    for (;;) {
        co_await sim::sleep(context_.scheduler(), wait);
        const bool is_reached = servers_.front().is_up();
        if (is_reached && servers_[secondary].is_up()) zone_.transfer(secondary);
        wait = is_reached ? zone.refresh : zone.retry;
    }
}

Service* Dns::service_for(const Context& caller) {
    return &client_of(caller.name, caller.meter.record().is_client);
}

NameClient& Dns::client_of(const std::string& caller, bool is_of_users) {
    (void)endpoint("");
    auto& client = clients_[caller];
    if (client == nullptr) client = std::make_unique<NameClient>(*this, is_of_users);
    return *client;
}

std::optional<EndpointId> Dns::endpoint(std::string_view name) const {
    if (endpoints_.empty()) endpoints_.push_back(find_endpoint(""));
    const auto known = std::ranges::find(endpoints_, name, &Endpoint::name);
    const auto number = static_cast<EndpointId>(known - endpoints_.begin());
    if (known == endpoints_.end()) endpoints_.push_back(find_endpoint(name));
    return number;
}

// A record that names one has that.
Dns::Endpoint Dns::find_endpoint(std::string_view name) const {
    Endpoint found{std::string(name), {}};
    for (const DnsRecordSpec& each : spec_.records) {
        const std::string_view there = each.to.endpoint.empty() ? name : each.to.endpoint;
        const Node& node = context_.world.directory.node(each.to.node);
        found.of_records.push_back(there.empty() ? 0 : node.endpoint(there).value_or(0));
    }
    return found;
}

// A secondary whose copy has expired answers with an error.
bool Dns::answers(std::uint32_t server) const {
    if (!servers_[server].is_up()) return false;
    if (!spec_.secondaries || server == 0) return true;
    return context_.now() - zone_.transferred(server) < spec_.secondaries->expire;
}

// Any that answers, as a resolver asks the next when one does not.
std::optional<std::uint32_t> Dns::server_for(std::uint64_t lookup) const {
    const std::uint64_t first =
        spec_.secondaries ? sim::request_key(choices_, lookup) % spec_.servers : 0;
    for (std::uint32_t each = 0; each < spec_.servers; ++each) {
        const auto server = static_cast<std::uint32_t>((first + each) % spec_.servers);
        if (answers(server)) return server;
    }
    return std::nullopt;
}

}  // namespace models
