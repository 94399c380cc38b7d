#include "models/topology/failing.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "models/topology/random_failing.h"
#include "sim/sleep.h"

namespace models {

std::vector<std::string> injected_nodes(const Scenario& scenario) {
    std::set<std::string> names;
    for (const FailureChoice& each : scenario.failures) {
        if (!Failures::needs_of(each).has(Abilities::injection())) continue;
        names.insert(Failures::outage_of(each).target.node.node);
    }
    return {names.begin(), names.end()};
}

namespace {

std::string name_of(const std::vector<PlaceName>& places) {
    if (places.empty()) return "all others";
    std::string names;
    for (const PlaceName& each : places) names += (names.empty() ? "" : ", ") + each.name;
    return names;
}

// Of whom it strikes, in reports.
std::string name_of(const Outage& outage) {
    if (outage.is_on_links()) {
        const std::string_view joined = outage.one_way ? "{} to {}" : "{} and {}";
        return fmt::format(fmt::runtime(joined), name_of(outage.from), name_of(outage.to));
    }
    if (!outage.target.node.node.empty()) return text_of(outage.target);
    return outage.zone ? fmt::format("zone {}", outage.zone->name)
                       : fmt::format("region {}", *outage.region);
}

}  // namespace

Failing::Failing(const Scenario& scenario, World& world) : world_(world) {
    if (scenario.failures.empty()) return;
    const Standings standings(scenario);
    // Another failure moves nobody's chance: only one of the same kind and target is told apart.
    std::map<std::string, std::uint32_t> alike;
    for (const FailureChoice& choice : scenario.failures) {
        const Outage& outage = Failures::outage_of(choice);
        const std::string where =
            (outage.zone ? outage.zone->name : "") + outage.region.value_or("");
        const std::string who = fmt::format("{} {} {}", choice.kind(), name_of(outage), where);
        plans_.push_back(std::make_unique<Plan>(plan_of(choice, standings, alike[who]++)));
    }
}

Failing::~Failing() = default;

Failing::Plan Failing::plan_of(const FailureChoice& choice, const Standings& standings,
                               std::uint32_t ordinal) {
    Plan plan{choice, {}, {}, {}, 0, nullptr, {}};
    const Outage& outage = Failures::outage_of(plan.choice);
    plan.aim = aim_of(outage, standings);
    plan.name = name_of(outage);
    const bool is_node = !outage.target.node.node.empty();
    if (is_node && outage.zone) plan.detail = ", zone " + outage.zone->name;
    if (is_node && outage.region) plan.detail += ", region " + *outage.region;
    if (outage.role) plan.detail += ", " + *outage.role;
    plan.stream = sim::stream_key(world_.seed, "failures",
                                  fmt::format("{} {} {}", choice.kind(), plan.name, ordinal));
    plan.failure = Failures::build(plan.choice, plan.stream);
    return plan;
}

void Failing::start() {
    for (const auto& plan : plans_) {
        if (Failures::outage_of(plan->choice).is_random()) {
            random_.push_back(std::make_unique<RandomFailing>(*this, *plan));
            random_.back()->start();
        } else {
            tasks_.run(play(*plan));
        }
    }
}

sim::Task<void> Failing::play(Plan& plan) {
    const Outage& outage = Failures::outage_of(plan.choice);
    co_await sim::sleep(world_.scheduler, outage.at);
    while (outage.when && !holds(*outage.when)) {
        co_await sim::sleep(world_.scheduler, outage.every);
    }
    // Who is there now. A node that scales may have others, or another list of them, when it heals.
    Strike now{&plan, {}, plan.name, {}};
    for (const Aim::Victim& each : plan.aim.victims(world_.directory)) {
        now.victims.push_back(each.instance);
    }
    if (!outage.is_on_links()) {
        now.detail =
            fmt::format("{} of {} instances{}", now.victims.size(), count(plan.aim), plan.detail);
    }
    const Struck struck = strike(std::move(now));
    co_await sim::sleep(world_.scheduler, *outage.lasts);
    heal(struck);
}

// What nobody has drawn yet is nothing.
bool Failing::holds(const Condition& condition) const {
    return std::ranges::all_of(condition.terms, [&](const Condition::Term& term) {
        if (term.failure) {
            const std::optional<sim::Time>& began = plans_[*term.failure]->began;
            return began && term.holds(sim::seconds(world_.scheduler.now() - *began));
        }
        if (term.figure == Condition::kUp) {
            const auto all = world_.directory.node(term.node).instances();
            const auto up = std::ranges::count_if(all, &Instance::is_up);
            return term.holds(static_cast<double>(up));
        }
        const sim::Meter& meter = world_.recorder.meter(term.node);
        if (term.figure == Condition::kInFlight) {
            return term.holds(static_cast<double>(meter.in_flight()));
        }
        const std::optional<double> last = meter.last_sampled(term.figure);
        return last && term.holds(*last);
    });
}

// All that there are of the nodes it is aimed at.
std::size_t Failing::count(const Aim& aim) const {
    std::size_t sum = 0;
    for (const Aim::At& each : aim.at) sum += world_.directory.node(each.node).instances().size();
    return sum;
}

Failing::Struck Failing::strike(Strike strike) {
    strike.plan->began = world_.scheduler.now();
    world_.recorder.failure(strike.name, std::string(strike.plan->choice.kind()),
                            std::string(Failures::class_of(strike.plan->choice)), strike.detail);
    for (Instance* victim : strike.victims) strike.plan->failure->strike(*victim);
    strike.faults = strike_links(strike);
    strike.outage = outages_.size();
    outages_.push_back({world_.scheduler.now(), sim::kForever});
    const Outage& outage = Failures::outage_of(strike.plan->choice);
    if (outage.is_interruption) {
        interrupted_.emplace_back(strike.outage,
                                  Interrupted{outage.target.node.node,
                                              {world_.scheduler.now(), sim::kForever,
                                               static_cast<double>(strike.victims.size())}});
    }
    return in_force_.insert(in_force_.end(), std::move(strike));
}

void Failing::heal(Struck struck) {
    if (!struck->is_healed) undo(*struck, "");
    in_force_.erase(struck);
}

void Failing::undo(Strike& strike, const std::string& why) {
    for (Instance* victim : strike.victims) strike.plan->failure->heal(*victim);
    for (const Fault& fault : strike.faults) fault.links.heal(fault.id);
    world_.recorder.incident(strike.name, fmt::format("{} healed", strike.plan->choice.kind()),
                             strike.detail + (why.empty() ? "" : ": " + why));
    outages_[strike.outage].until = world_.scheduler.now();
    strike.is_healed = true;
}

bool Failing::heal_early(std::size_t failure, const std::string& why) {
    bool found = false;
    for (Strike& each : in_force_) {
        if (each.plan != plans_[failure].get() || each.is_healed) continue;
        undo(each, why);
        found = true;
    }
    return found;
}

bool Failing::is_struck() const {
    return std::ranges::any_of(in_force_, [](const Strike& each) { return !each.is_healed; });
}

std::vector<Interrupted> Failing::interrupted() const {
    std::vector<Interrupted> all;
    for (const auto& [outage, each] : interrupted_) {
        all.push_back(each);
        all.back().stay.until = outages_[outage].until;
    }
    return all;
}

// Between places, or between each victim and the others of its node.
std::vector<Failing::Fault> Failing::strike_links(const Strike& strike) {
    const Outage& outage = Failures::outage_of(strike.plan->choice);
    const LinkEffect effect = strike.plan->failure->effect();
    if (outage.is_on_links()) {
        return strike_between(*world_.network,
                              {places_of(outage.from), places_of(outage.to), effect},
                              outage.one_way);
    }
    std::vector<Fault> faults;
    if (!Failures::needs_of(strike.plan->choice).has(Abilities::partition())) return faults;
    for (Instance* const victim : strike.victims) {
        const auto [links, from, to] = dynamic_cast<Partitionable&>(*victim).ways_to_others();
        for (const Fault& each : strike_between(links, {{from}, to, effect}, false)) {
            faults.push_back(each);
        }
    }
    return faults;
}

// Within one set of places both ways are one rule.
std::vector<Failing::Fault> Failing::strike_between(Links& links, const LinkFault& there,
                                                    bool one_way) {
    std::vector<Fault> faults = {{links, links.strike(there)}};
    if (!one_way && there.from != there.to) {
        faults.push_back({links, links.strike({there.to, there.from, there.effect})});
    }
    return faults;
}

// Of a node, those where its instances stand now.
std::vector<PlaceId> Failing::places_of(const std::vector<PlaceName>& names) {
    Links& links = *world_.network;
    std::vector<PlaceId> places;
    const auto add = [&](const std::string& node, std::size_t number) {
        const auto instances = world_.directory.node(node).instances();
        PlaceId place = number < instances.size() ? instances[number]->place() : kNowhere;
        if (place == kNowhere) place = links.place_of(node, number);
        if (place != kNowhere) places.push_back(place);
    };
    for (const PlaceName& each : names) {
        const NumberedName named = *numbered_name(each.name);
        if (const auto known = links.places().find(each.name); known && !named.number) {
            places.push_back(*known);
        } else if (named.number) {
            add(named.name, *named.number);
        } else {
            const std::size_t count = world_.directory.node(named.name).instances().size();
            for (std::size_t i = 0; i < std::max<std::size_t>(1, count); ++i) add(named.name, i);
        }
    }
    return places;
}

void Failing::call_off() {
    dismiss();
    while (!in_force_.empty()) heal(in_force_.begin());
}

void Failing::dismiss() {
    tasks_.dismiss();
    for (const auto& each : random_) each->dismiss();
}

}  // namespace models
