#include "models/topology/random_failing.h"

#include <fmt/core.h>

#include <algorithm>

#include "sim/sleep.h"

namespace models {

RandomFailing::RandomFailing(Failing& failing, Failing::Plan& plan)
    : failing_(failing),
      plan_(plan),
      outage_(Failures::outage_of(plan.choice)),
      time_to_fail_(outage_.time_to_fail->build()),
      time_to_repair_(outage_.time_to_repair->build()) {
    if (outage_.crew > 0) crew_.emplace(failing.world_.scheduler, outage_.crew);
}

void RandomFailing::start() {
    if (outage_.at > sim::Duration::zero()) {
        tasks_.run(wait_for_begin());
    } else {
        begin();
    }
}

sim::Task<void> RandomFailing::wait_for_begin() {
    co_await sim::sleep(failing_.world_.scheduler, outage_.at);
    begin();
}

// A zone goes dark as a whole; else everybody has a clock, and so has whoever comes later.
void RandomFailing::begin() {
    if (outage_.target.node.node.empty()) {
        tasks_.run(black_out(sim::request_key(plan_.stream, 0)));
        return;
    }
    add_newcomers();
    const bool takes_newcomers = outage_.instances == 0 && !outage_.share;
    if (!takes_newcomers) return;
    failing_.world_.directory.node(outage_.target.node.node).watch(*this);
}

void RandomFailing::add(const Aim::Victim& victim) {
    // Streams of instances are even, of groups odd.
    Member& member = members_.emplace_back(
        Member{victim, sim::request_key(plan_.stream, std::uint64_t{2} * victim.number)});
    tasks_.run(live(member));
    if (outage_.common_cause.value == 0) return;
    const Group group = group_of(member);
    const std::uint64_t number = std::uint64_t{2} * group.second + 1;
    const auto [place, is_new] = groups_.emplace(group, sim::request_key(plan_.stream, number));
    if (is_new) tasks_.run(share_causes(group, place->second));
}

// Those that are known already keep the clock they have. Roles are looked at when a failure comes.
void RandomFailing::add_newcomers() {
    Aim aim = plan_.aim;
    aim.role.clear();
    for (const Aim::Victim& each : aim.victims(failing_.world_.directory)) {
        if (known_.insert(each.number).second) add(each);
    }
}

RandomFailing::Group RandomFailing::group_of(const Member& member) const {
    const std::uint16_t zone = plan_.aim.has_zones ? member.who.zone : std::uint16_t{0};
    return {member.who.node, zone};
}

// Failures that it shares with others come from elsewhere.
sim::Task<void> RandomFailing::live(Member& member) {
    sim::Draws draws(member.stream);
    for (;;) {
        co_await sim::sleep(failing_.world_.scheduler, time_to_fail_.sample_duration(draws));
        const bool is_shared = draws.chance(outage_.common_cause.value);
        if (is_shared || member.failed || !plan_.aim.has_role(*member.who.instance)) continue;
        co_await fail(member, time_to_repair_.sample_duration(draws), "at random");
    }
}

sim::Task<void> RandomFailing::share_causes(Group group, std::uint64_t stream) {
    sim::Draws draws(stream);
    for (;;) {
        co_await sim::sleep(failing_.world_.scheduler, time_to_fail_.sample_duration(draws));
        if (!draws.chance(outage_.common_cause.value)) continue;
        for (Member& each : members_) {
            if (each.failed || group_of(each) != group) continue;
            if (!plan_.aim.has_role(*each.who.instance)) continue;
            tasks_.run(fail(each, time_to_repair_.sample_duration(draws), "common cause"));
        }
    }
}

sim::Task<void> RandomFailing::fail(Member& member, sim::Duration repair, std::string why) {
    member.failed = true;
    const auto struck = failing_.strike({&plan_,
                                         {member.who.instance},
                                         fmt::format("{}[{}]", member.who.node, member.who.number),
                                         std::move(why)});
    sim::Permit place;
    if (crew_) place = co_await crew_->take();
    co_await sim::sleep(failing_.world_.scheduler, repair);
    failing_.heal(struck);
    member.failed = false;
}

sim::Task<void> RandomFailing::black_out(std::uint64_t stream) {
    sim::Draws draws(stream);
    for (;;) {
        co_await sim::sleep(failing_.world_.scheduler, time_to_fail_.sample_duration(draws));
        Failing::Strike strike{&plan_, {}, plan_.name, "at random"};
        for (const Aim::Victim& each : plan_.aim.victims(failing_.world_.directory)) {
            strike.victims.push_back(each.instance);
        }
        const auto struck = failing_.strike(std::move(strike));
        co_await sim::sleep(failing_.world_.scheduler, time_to_repair_.sample_duration(draws));
        failing_.heal(struck);
    }
}

}  // namespace models
