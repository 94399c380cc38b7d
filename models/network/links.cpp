#include "models/network/links.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

#include "models/prices/usages.h"
#include "sim/observer.h"
#include "sim/recorder.h"

namespace models {

namespace {

// The first of these that says it.
template <class T>
T first_of(const std::vector<const LinkSpec*>& specs, std::optional<T> LinkSpec::*member) {
    for (const LinkSpec* each : specs) {
        if (each != nullptr && each->*member) return *(each->*member);
    }
    return {};
}

}  // namespace

Links::Links(const NetworkSpec& spec, const sim::Scheduler& scheduler, sim::Seed seed)
    : spec_(spec),
      scheduler_(scheduler),
      seed_(seed),
      places_(spec.build_places()),
      users_(spec.users.size()),
      zone_count_(places_.zones().size()),
      across_(zone_count_ * zone_count_) {
    standings_.resize(places_.size());
    for (std::uint32_t zone = 0; zone < places_.zones().size(); ++zone) {
        at(places_.zones()[zone]).zone = zone;
    }
    hosts_.resize(places_.zones().size());
    for (const PlaceId each : places_.zones()) address(each);
}

// A subnet of /16 for each zone, whose first four addresses nobody has
// (docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html); what is beyond its 65,532 begins
// again. Of a zone itself, the last of it.
void Links::address(PlaceId place) {
    constexpr std::uint32_t kPrivate = 10U << 24U;
    constexpr std::uint32_t kOfUsers = 203U << 24U | 113U << 8U;
    constexpr std::uint32_t kReserved = 4;
    constexpr std::uint32_t kHosts = 0xffff - kReserved;
    Standing& one = at(place);
    const bool is_zone = places_.level(place) == PlaceLevel::zone;
    const std::uint32_t number = is_zone ? 0 : hosts_[one.zone]++ % kHosts;
    if (one.zone < users_) {
        one.address = kOfUsers | ((one.zone * 64 + number) & 0xffU);
    } else {
        const std::uint32_t host = is_zone ? 0xffff : kReserved + number;
        one.address = kPrivate | (one.zone - static_cast<std::uint32_t>(users_)) << 16U | host;
    }
    const std::string_view name = places_.name(place);
    const std::uint16_t* const port = spec_.ports.find(name.substr(0, name.find('[')));
    one.port = port != nullptr ? *port : NetworkSpec::kUsualPort;
}

PlaceId Links::add_machine(PlaceId zone, std::string name) {
    const PlaceId place = places_.add_machine(zone, std::move(name));
    standings_.push_back({at(zone).zone, nullptr, nullptr, 0, 0, 0, 0});
    address(place);
    for (std::size_t slot = 0; slot < rules_.size(); ++slot) {
        if (rules_[slot].is_in_force) note(slot, place);
    }
    return place;
}

std::uint16_t Links::number_of(PlaceId place) const {
    const std::size_t index = standings_[static_cast<std::size_t>(place)].zone;
    return static_cast<std::uint16_t>(index < users_ ? zones() + index : index - users_);
}

PlaceId Links::numbered(std::size_t number) const {
    return number < zones() ? zone(number) : places_.zones()[number - zones()];
}

bool Links::is_across_zones(PlaceId from, PlaceId to) const {
    const PlaceId start = places_.zone_of(from);
    const PlaceId end = places_.zone_of(to);
    return start != end && places_.level(start) == PlaceLevel::zone &&
           places_.level(end) == PlaceLevel::zone;
}

const Links::Stand& Links::stand_of(std::string_view node) const {
    static const Stand nowhere;
    const auto found = stands_.find(node);
    return found == stands_.end() ? nowhere : found->second;
}

PlaceId Links::place_of(const std::string& node, std::size_t instance) {
    const std::vector<PlaceId>& zones = stand_of(node).zones;
    if (zones.empty()) return kNowhere;
    const PlaceId place = zones[instance % zones.size()];
    if (places_.level(place) == PlaceLevel::machine) return place;  // others stand there, too
    const std::string name = instance_name(node, instance);
    const std::optional<PlaceId> known = places_.find(name);
    return known ? *known : add_machine(place, name);
}

// --- which link ---

Link& Links::find_or_make(PlaceId from, PlaceId to) {
    Standing& start = at(from);
    const std::uint32_t zone = at(to).zone;
    Link*& link = start.zone != zone ? across_[start.zone * zone_count_ + zone]
                  : from == to       ? start.to_itself
                                     : start.to_its_zone;
    if (link == nullptr) link = &make(from, to);
    return *link;
}

Link& Links::make(PlaceId from, PlaceId to) {
    const PlaceId zone = places_.zone_of(from);
    if (zone != places_.zone_of(to)) return make_between_zones(zone, places_.zone_of(to));
    const bool is_machine = places_.level(from) == PlaceLevel::machine;
    const std::string& name = places_.name(from);
    if (is_machine && from == to) {
        return add({LinkClass::same_machine}, "within " + name, {&spec_.same_machine});
    }
    const LinkSpec* const own = spec_.pair(places_.name(zone), places_.name(zone));
    Link& link = places_.level(zone) == PlaceLevel::users
                     ? add({LinkClass::to_users}, "within " + name, {own, &spec_.to_users})
                     : add({LinkClass::same_zone},
                           is_machine ? name + " to " + places_.name(zone) : "within " + name,
                           {own, &spec_.same_zone});
    if (!is_machine) at(from).to_itself = at(from).to_its_zone = &link;
    return link;
}

Link& Links::make_between_zones(PlaceId from, PlaceId to) {
    const auto pair = [&](PlaceId start, PlaceId end) {
        return spec_.pair(places_.name(start), places_.name(end));
    };
    const PlaceId from_region = places_.region_of(from);
    const PlaceId to_region = places_.region_of(to);
    const LinkSpec* const of_regions = pair(from_region, to_region);
    const std::vector<const LinkSpec*> own = {pair(from, to), pair(from, to_region),
                                              pair(from_region, to)};
    const std::string name = places_.name(from) + " to " + places_.name(to);
    const auto paid = [&](LinkClass of, std::string_view usage, PlaceId region) {
        return Between{of, usage, places_.name(region)};
    };
    if (places_.level(to) == PlaceLevel::users) {
        const bool is_out = places_.level(from) != PlaceLevel::users;
        return add(paid(LinkClass::to_users, is_out ? "out_bytes" : "", from_region), name,
                   {own[0], own[1], own[2], &spec_.to_users});
    }
    if (places_.level(from) == PlaceLevel::users) {
        return add(paid(LinkClass::to_users, "in_bytes", to_region), name,
                   {own[0], own[1], own[2], &spec_.to_users});
    }
    if (from_region == to_region) {
        return add(paid(LinkClass::across_zones, kZoneBytes.item, from_region), name,
                   {own[0], of_regions, &spec_.across_zones});
    }
    const Between regions = paid(LinkClass::across_regions, "region_bytes", from_region);
    if (std::ranges::any_of(own, [](const LinkSpec* each) { return each != nullptr; })) {
        return add(regions, name, {own[0], own[1], own[2], of_regions, &spec_.across_regions});
    }
    Link*& shared = across_regions_[{from_region, to_region}];
    if (shared == nullptr) {
        shared = &add(regions, places_.name(from_region) + " to " + places_.name(to_region),
                      {of_regions, &spec_.across_regions});
    }
    return *shared;
}

Link& Links::add(const Between& ends, const std::string& name,
                 const std::vector<const LinkSpec*>& specs) {
    Link::Plan plan;
    plan.name = name;
    plan.of = ends.of;
    plan.usage = ends.usage;
    plan.region = ends.region;
    plan.latency = first_of(specs, &LinkSpec::latency).build();
    plan.bits_per_second = first_of(specs, &LinkSpec::bandwidth).bits_per_second;
    if (plan.bits_per_second > 0) {
        for (const LinkSpec* each : specs) {
            if (each == nullptr || !each->queue) continue;
            plan.queue = each->queue->count;
            break;
        }
    }
    plan.loss = first_of(specs, &LinkSpec::loss).value;
    plan.stream = sim::stream_key(seed_, name, "network");
    Link& link = links_.emplace_back(plan);
    link.begin_measuring(measured_from_);
    return link;
}

// Its standard deviation is the root of the sum of both ways' variances.
Retransmission Links::retransmission(PlaceId from, PlaceId to) {
    const Link& there = between(from, to);
    const Link& back = between(to, from);
    const double deviation = std::sqrt(there.latency_variance() + back.latency_variance());
    return Retransmission::of_data(sim::from_seconds(there.mean_latency() + back.mean_latency()),
                                   sim::from_seconds(deviation));
}

void Links::begin_measuring() {
    measured_from_ = scheduler_.now();
    for (Link& link : links_) link.begin_measuring(measured_from_);
}

// --- what is wrong with them ---

Passage Links::carry_under(Link& link, std::uint64_t rules, const Message& message) {
    const LinkEffect effect = effect_of(rules, message);
    if (flow_recorder_ != nullptr) log_flow(message, !effect.denies);
    return link.pass_under(scheduler_.now(), message.bytes, message.key, effect);
}

// A rule about everything that does nothing: so what is not logged pays nothing for it.
void Links::log_flows(sim::Recorder& recorder) {
    flow_recorder_ = &recorder;
    strike({});
}

// All that goes between two machines is taken for one connection, whose port at the caller is one
// of Linux' (net.ipv4.ip_local_port_range).
void Links::log_flow(const Message& message, bool accepted) {
    if (scheduler_.now() < flow_recorder_->measured_from()) return;
    constexpr std::uint64_t kFirst = 32768;
    constexpr std::uint64_t kLast = 60999;
    const PlaceId caller = message.is_answer ? message.to : message.from;
    const PlaceId callee = message.is_answer ? message.from : message.to;
    const std::uint64_t pair =
        sim::request_key(static_cast<std::uint64_t>(caller), static_cast<std::uint64_t>(callee));
    const auto own = static_cast<std::uint16_t>(kFirst + pair % (kLast - kFirst + 1));
    sim::Observer& observer = *flow_recorder_->observer();
    sim::Flow flow;
    flow.from = {observer.name(places_.name(message.from)), address_of(message.from),
                 message.is_answer ? port_of(callee) : own};
    flow.to = {observer.name(places_.name(message.to)), address_of(message.to),
               message.is_answer ? own : port_of(callee)};
    flow.is_answer = message.is_answer;
    flow.accepted = accepted;
    flow.packets = 1;
    flow.bytes = message.bytes;
    observer.flow(flow);
}

FaultId Links::strike(const LinkFault& fault) {
    const auto free = std::ranges::find(rules_, false, &Rule::is_in_force);
    const auto slot = static_cast<std::size_t>(free - rules_.begin());
    if (free == rules_.end()) rules_.emplace_back();
    Rule& rule = rules_[slot];
    rule = {fault.effect, true, fault.from.empty(), fault.to.empty(), {}, {}};
    const auto mark = [&](const std::vector<PlaceId>& places, std::vector<bool>& marks) {
        marks.resize(places_.size());
        for (const PlaceId each : places) marks[static_cast<std::size_t>(each)] = true;
    };
    mark(fault.from, rule.from);
    mark(fault.to, rule.to);
    for (std::uint32_t place = 0; place < places_.size(); ++place) note(slot, PlaceId{place});
    return FaultId{static_cast<std::uint32_t>(slot)};
}

// The bit that several rules share is right for none: effect_of looks at the rules themselves, so
// one that nobody needs any more only costs time, and goes with the last of them.
void Links::heal(FaultId id) {
    const auto slot = static_cast<std::size_t>(id);
    assert(slot < rules_.size() && rules_[slot].is_in_force);
    rules_[slot] = {};
    if (slot >= kShared) {
        const auto others = rules_.begin() + kShared;
        if (std::any_of(others, rules_.end(), [](const Rule& each) { return each.is_in_force; })) {
            return;
        }
    }
    const std::uint64_t bit = std::uint64_t{1} << std::min(slot, kShared);
    for (Standing& each : standings_) {
        each.rules_out &= ~bit;
        each.rules_in &= ~bit;
    }
}

bool Links::is_among(const std::vector<bool>& some, PlaceId place) const {
    const auto has = [&](PlaceId each) {
        const auto index = static_cast<std::size_t>(each);
        return index < some.size() && some[index];
    };
    return has(place) || has(places_.zone_of(place)) || has(places_.region_of(place));
}

bool Links::is_from(const Rule& rule, PlaceId place) const {
    return rule.is_from_others ? rule.is_to_others || !is_among(rule.to, place)
                               : is_among(rule.from, place);
}

bool Links::is_to(const Rule& rule, PlaceId place) const {
    return rule.is_to_others ? rule.is_from_others || !is_among(rule.from, place)
                             : is_among(rule.to, place);
}

void Links::note(std::size_t slot, PlaceId place) {
    const std::uint64_t bit = std::uint64_t{1} << std::min(slot, kShared);
    if (is_from(rules_[slot], place)) at(place).rules_out |= bit;
    if (is_to(rules_[slot], place)) at(place).rules_in |= bit;
}

LinkEffect Links::effect_of(std::uint64_t rules, const Message& message) const {
    LinkEffect effect;
    const auto add = [&](const LinkEffect& other) {
        const bool is_denial = other.denies && other.denied_port != 0;
        const bool is_other = message.is_answer || port_of(message.to) != other.denied_port;
        if (!is_denial || !is_other) effect.add(other);
    };
    for (; rules != 0; rules &= rules - 1) {
        const auto slot = static_cast<std::size_t>(std::countr_zero(rules));
        if (slot < kShared) {
            add(rules_[slot].effect);
            continue;
        }
        for (std::size_t each = kShared; each < rules_.size(); ++each) {
            const Rule& rule = rules_[each];
            if (rule.is_in_force && is_from(rule, message.from) && is_to(rule, message.to)) {
                add(rule.effect);
            }
        }
    }
    return effect;
}

}  // namespace models
