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

Failing::Failing(const Scenario& scenario, World& world) : world_(world) {
    if (scenario.failures.empty()) return;
    const Standings standings(scenario);
    // Another failure moves nobody's chance: only one of the same kind and target is told apart.
    std::map<std::string, std::uint32_t> alike;
    for (const FailureChoice& choice : scenario.failures) {
        const Outage& outage = Failures::outage_of(choice);
        const std::string zone = outage.zone ? outage.zone->name : "";
        const std::string who =
            fmt::format("{} {} {}", choice.kind(), text_of(outage.target), zone);
        plans_.push_back(std::make_unique<Plan>(plan_of(choice, standings, alike[who]++)));
    }
}

Failing::~Failing() = default;

Failing::Plan Failing::plan_of(const FailureChoice& choice, const Standings& standings,
                               std::uint32_t ordinal) {
    Plan plan{choice, {}, {}, {}, 0, nullptr};
    const Outage& outage = Failures::outage_of(plan.choice);
    const std::string zone = outage.zone ? fmt::format("zone {}", outage.zone->name) : "";
    plan.aim = aim_of(outage, standings);
    plan.name = outage.target.node.node.empty() ? zone : text_of(outage.target);
    if (!outage.target.node.node.empty() && outage.zone) plan.detail = ", " + zone;
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
    // Who is there now. A node that scales may have others, or another list of them, when it heals.
    Strike now{&plan, {}, plan.name, {}, std::nullopt};
    for (const Aim::Victim& each : plan.aim.victims(world_.directory)) {
        now.victims.push_back(each.instance);
    }
    now.detail =
        fmt::format("{} of {} instances{}", now.victims.size(), count(plan.aim), plan.detail);
    const Struck struck = strike(std::move(now));
    co_await sim::sleep(world_.scheduler, *outage.lasts);
    heal(struck);
}

// All that there are of the nodes it is aimed at.
std::size_t Failing::count(const Aim& aim) const {
    std::size_t sum = 0;
    for (const Aim::At& each : aim.at) sum += world_.directory.node(each.node).instances().size();
    return sum;
}

Failing::Struck Failing::strike(Strike strike) {
    world_.recorder.incident(strike.name, std::string(strike.plan->choice.kind()), strike.detail);
    for (Instance* victim : strike.victims) strike.plan->failure->strike(*victim);
    if (strike.random) {
        strike.random = at_random_.size();
        at_random_.push_back({world_.scheduler.now(), sim::kForever});
    }
    return in_force_.insert(in_force_.end(), std::move(strike));
}

void Failing::heal(Struck struck) {
    for (Instance* victim : struck->victims) struck->plan->failure->heal(*victim);
    world_.recorder.incident(struck->name, fmt::format("{} healed", struck->plan->choice.kind()),
                             struck->detail);
    if (struck->random) at_random_[*struck->random].until = world_.scheduler.now();
    in_force_.erase(struck);
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
