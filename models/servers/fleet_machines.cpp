// The units of a fleet and the machines they stand on.
#include <fmt/format.h>

#include <cmath>

#include "models/servers/fleet.h"
#include "models/servers/server_instance.h"
#include "sim/sleep.h"

namespace models {

PodRequest Fleet::pod_request(const Size& size) const {
    PodRequest request;
    request.cpu = static_cast<Milli>(std::llround(static_cast<double>(size.cpu) * requested_));
    request.memory.count = static_cast<std::uint64_t>(
        std::llround(static_cast<double>(size.memory.count) * memory_requested_));
    request.memory_limit = size.memory;
    request.is_guaranteed = is_guaranteed_;
    request.priority = priority_;
    request.kind = kind_;
    request.placement = placement_;
    request.zone_skew = zone_skew_;
    return request;
}

void Fleet::use_machine(Member& member) {
    if (const auto zone = member.binding.zone())
        member.server->stand_on(*zone, member.binding.place());
    member.binding.share_cores(member.server->cpu());
}

// Those of the beginning take their places; who finds none has to wait for one like anybody else.
void Fleet::settle() {
    if (cluster_ == nullptr) return;
    const std::size_t count = units_.size();
    for (std::size_t index = 0; index < count; ++index) {
        Member& member = *units_[index];
        if (member.state != State::serving) continue;
        member.binding = cluster_->try_bind(pod_request(member.size), *member.pod);
        if (member.binding) {
            use_machine(member);
            member.binding.pulled(fmt::format("{}:{}", context_.name, rollouts_.image()));
            continue;
        }
        set_ready(member, false);
        set_down(member, true);
        cores_.add(context_.now(), -member.size.cpu);
        member.has_cores = false;
        member.state = State::ordered;
        member.ordered = member.started = context_.now();
        member.life.run(come(member));
    }
}

void Fleet::machine_down(Member& member) {
    member.machine_is_down = true;
    dropped_ += member.server->visits();
    member.server->take_down();
}

void Fleet::machine_up(Member& member) {
    member.machine_is_down = false;
    member.server->bring_up();
    if (member.state == State::serving && !lifecycle_.readiness_probe) set_ready(member, true);
}

// At the beginning: as many as machines, as though it had always been so.
void Fleet::man_machines() {
    const auto machines = static_cast<Replicas>(cluster_->watch_machines(*this));
    for (Replicas count = wanted_; count < machines; ++count) set_ready(have(), true);
    const auto surplus = static_cast<std::size_t>(std::max(0, wanted_ - machines));
    for (Member* member : first_to_go(surplus)) retire(*member);
    set_wanted(machines);
    most_ = fewest_ = wanted_;
}

void Fleet::machines_changed(std::size_t count) {
    scale_to({static_cast<Replicas>(count), fmt::format("{} machines", count), {}});
}

void Fleet::machine_gone(Member& member) {
    if (member.state == State::leaving || member.state == State::gone) return;
    set_wanted(wanted_ - 1);
    retire(member);
}

double Fleet::MemberPod::memory_in_use() const {
    return member->server->is_up() ? member->server->memory().working_set() : 0;
}

// Nobody hears of it any more.
void Fleet::give_up(Member& member) {
    member.life.dismiss();
    member.probes.dismiss();
    set_cold(member, false);
    set_ready(member, false);
    set_down(member, true);
    stop_billing(member);
    member.state = State::gone;
    vacant_.push_back(&member);
}

// What it had is gone already.
void Fleet::lose(Member& member) {
    const bool had_begun = member.state == State::serving || member.state == State::starting;
    const bool was_leaving = member.state == State::leaving;
    give_up(member);
    if (was_leaving) return;
    context_.world.recorder.incident(context_.name, "lost",
                                     fmt::format("unit {}{}", member.id, had_begun ? "" : ", new"));
    Member& other = order();
    other.life.run(come(other));
}

bool Fleet::budget_allows(const Member& member) const {
    if (member.state == State::leaving) return false;
    return !member.is_ready || !min_available_ || ready_.value() - 1 >= *min_available_;
}

// By kubelet: without a grace period.
void Fleet::evict_at_once(Member& member, const std::string& why) {
    const bool was_leaving = member.state == State::leaving;
    dropped_ += member.server->visits();
    give_up(member);
    context_.world.recorder.incident(context_.name, "evicted",
                                     fmt::format("unit {}: {}", member.id, why));
    if (was_leaving) return;
    Member& other = order();
    other.life.run(come(other));
}

// As the budget allows.
bool Fleet::evict(Member& member) {
    if (member.state == State::leaving) return true;
    if (!budget_allows(member)) return false;
    context_.world.recorder.incident(context_.name, "evicted", fmt::format("unit {}", member.id));
    substitute(member);
    return true;
}

// It is deleted, and whoever wants so many has another made.
void Fleet::replace(Member& member, const std::string& why) {
    if (member.state == State::leaving) return;
    context_.world.recorder.incident(context_.name, "evicted",
                                     fmt::format("unit {}: {}", member.id, why));
    substitute(member);
}

void Fleet::substitute(Member& member) {
    retire(member);
    Member& other = order();
    other.life.run(come(other));
}

sim::Task<void> Fleet::erase(Deletion deletion) {
    co_await sim::sleep_until(context_.scheduler(), sim::Time(deletion.at));
    if (deletion.all) {
        scale_to({0, "deleted", {}});
        co_return;
    }
    std::vector<Member*> all;
    for (const auto& unit : units_) {
        if (unit->state != State::gone && unit->state != State::leaving) all.push_back(unit.get());
    }
    if (all.size() > deletion.instances) all.resize(deletion.instances);
    context_.world.recorder.incident(context_.name, "deleted",
                                     fmt::format("{} instances", all.size()));
    for (Member* member : all) substitute(*member);
}

}  // namespace models
