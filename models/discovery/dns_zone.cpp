#include "models/discovery/dns_zone.h"

#include <algorithm>
#include <utility>

#include "models/network/links.h"

namespace models {

namespace {

std::vector<double> weights_of(const std::vector<DnsRecordSpec>& records) {
    std::vector<double> weights;
    for (const DnsRecordSpec& each : records) weights.push_back(each.weight);
    return weights;
}

}  // namespace

DnsZone::DnsZone(const DnsSpec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      stream_(context.stream("answers")),
      at_start_{weights_of(spec.records), std::vector<bool>(spec.records.size(), true)},
      now_(at_start_) {
    if (spec.secondaries) copies_.assign(spec.servers - 1, at_start_);
}

DnsZone::Answer DnsZone::answer(const Asker& asker, std::uint32_t server) {
    State& state = server == 0 || copies_.empty() ? now_ : copies_[server - 1];
    const Answers& answers = answers_to(state, asker.place);
    if (answers.records.empty()) return {std::nullopt, state.version};
    if (spec_.policy == DnsPolicy::round_robin) {
        return {answers.records[turn_++ % answers.records.size()], state.version};
    }
    return {drawn(answers, asker.key), state.version};
}

void DnsZone::transfer(std::uint32_t server) {
    State& copy = copies_[server - 1];
    if (copy.version != now_.version) copy = now_;
    copy.at = context_.now();
}

std::optional<DnsZone::Record> DnsZone::answer_at_start(const Asker& asker) {
    const Answers& answers = answers_to(at_start_, asker.place);
    if (answers.records.empty()) return std::nullopt;
    if (spec_.policy == DnsPolicy::round_robin) {
        return answers.records[asker.key % answers.records.size()];
    }
    return drawn(answers, asker.key);
}

DnsZone::Record DnsZone::drawn(const Answers& answers, std::uint64_t key) const {
    const double share = sim::Draws(sim::request_key(stream_, key)).uniform();
    const auto above = std::ranges::upper_bound(answers.ends, share * answers.ends.back());
    const auto place = static_cast<std::size_t>(above - answers.ends.begin());
    return answers.records[std::min(place, answers.records.size() - 1)];
}

// --- which records ---

bool DnsZone::depends_on_place() const {
    return spec_.policy == DnsPolicy::latency || spec_.policy == DnsPolicy::geo;
}

const DnsZone::Answers& DnsZone::answers_to(State& state, PlaceId place) const {
    const PlaceId who = depends_on_place() ? place : kNowhere;
    const auto known = state.by_place.find(who);
    if (known != state.by_place.end()) return known->second;
    return state.by_place.emplace(who, find_answers(state, who)).first->second;
}

DnsZone::Answers DnsZone::find_answers(const State& state, PlaceId place) const {
    std::vector<Record> records = servable(state);
    if (spec_.policy == DnsPolicy::geo) records = named_for(records, place);
    if (!records.empty() && spec_.policy == DnsPolicy::failover) records = {records.front()};
    if (!records.empty() && spec_.policy == DnsPolicy::latency) {
        records = {nearest_to(records, place)};
    }
    Answers answers{std::move(records), {}};
    double end = 0;
    for (const Record each : answers.records) answers.ends.push_back(end += state.weights[each]);
    return answers;
}

// Healthy ones; while there is none, all (Route 53 fails open).
std::vector<DnsZone::Record> DnsZone::servable(const State& state) const {
    std::vector<Record> records;
    std::vector<Record> healthy;
    for (std::size_t each = 0; each < state.weights.size(); ++each) {
        if (state.weights[each] <= 0) continue;
        records.push_back(static_cast<Record>(each));
        if (state.is_healthy[each]) healthy.push_back(static_cast<Record>(each));
    }
    return healthy.empty() ? records : healthy;
}

// Those that name where it is asked from, or else those that name no place.
std::vector<DnsZone::Record> DnsZone::named_for(const std::vector<Record>& records,
                                                PlaceId place) const {
    const Places& places = context_.world.network->places();
    std::vector<Record> named;
    std::vector<Record> others;
    for (const Record each : records) {
        const std::vector<std::string>& regions = spec_.records[each].regions;
        if (regions.empty()) others.push_back(each);
        const bool is_named = std::ranges::any_of(regions, [&](const std::string& region) {
            return place != kNowhere && places.is_in(place, *places.find(region));
        });
        if (is_named) named.push_back(each);
    }
    return named.empty() ? others : named;
}

// By the mean latency of the links there and back, when nothing is wrong with them.
DnsZone::Record DnsZone::nearest_to(const std::vector<Record>& records, PlaceId place) const {
    Links& links = *context_.world.network;
    const auto round_trip = [&](Record record) {
        const PlaceId there = links.place_of(spec_.records[record].to.node);
        if (place == kNowhere || there == kNowhere) return 0.0;
        return links.between(place, there).mean_latency() +
               links.between(there, place).mean_latency();
    };
    Record best = records.front();
    double least = round_trip(best);
    for (const Record each : records) {
        const double its = round_trip(each);
        if (its >= least) continue;
        best = each;
        least = its;
    }
    return best;
}

// --- changes ---

void DnsZone::change(std::vector<double> weights) {
    now_.weights = std::move(weights);
    changed();
}

void DnsZone::set_healthy(Record record, bool healthy) {
    now_.is_healthy[record] = healthy;
    changed();
}

void DnsZone::changed() {
    now_.by_place.clear();
    ++now_.version;
    if (told_) told_();
}

}  // namespace models
