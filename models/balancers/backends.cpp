#include "models/balancers/backends.h"

#include <algorithm>
#include <utility>

namespace models {

Backends::Backends(std::unique_ptr<Balancer> balancer, const Context& context)
    : balancer_(std::move(balancer)), scheduler_(context.scheduler()), wants_(balancer_->wants()) {}

BackendId Backends::add(Instance& instance, About about) {
    const auto id = static_cast<BackendId>(members_.size());
    names_.push_back(about.name.empty() ? std::to_string(id) : std::move(about.name));
    Member& member = members_.emplace_back();
    member.candidate.id = id;
    member.candidate.weight = about.weight;
    member.candidate.limit = about.limit;
    member.candidate.zone = about.zone.value_or(instance.zone());
    member.candidate.instance = &instance;
    member.candidate.name = names_.back();
    instances_.push_back(&instance);
    ++servable_;
    stale_ = true;
    return id;
}

void Backends::configure(BackendId id, bool configured) {
    if (members_[id].configured == configured) return;
    if (!configured) disable(id);
    members_[id].configured = configured;
    stale_ = true;
}

void Backends::set_servable(BackendId id, bool servable) {
    Member& member = members_[id];
    if (member.servable == servable || !member.configured) return;
    member.servable = servable;
    if (is_gone(member)) return;
    servable_ += servable ? 1 : -1;
    stale_ = true;
}

void Backends::set_weight(BackendId id, double weight) {
    assert(weight > 0);
    Candidate& candidate = members_[id].candidate;
    if (candidate.weight == weight) return;
    candidate.weight = weight;
    stale_ = true;
}

// Whoever cannot pass over it loses it from its candidates.
void Backends::set_full(BackendId id, bool is_full) {
    Member& member = members_[id];
    if (member.candidate.is_full == is_full) return;
    member.candidate.is_full = is_full;
    if (wants_.when_full == Balancer::WhenFull::gone) {
        if (!member.servable) return;
        servable_ += is_full ? -1 : 1;
        stale_ = true;
    } else if (!stale_ && member.index != kNowhere) {
        candidates_[member.index].is_full = is_full;
    }
}

// Turns and draws go on until there is room; with room nowhere, where the first would have gone.
std::size_t Backends::pick_with_room(std::size_t first, const Request& request) {
    if (wants_.when_full != Balancer::WhenFull::again) return first;
    const auto has_room = [](const Candidate& each) { return !each.is_full; };
    const auto any = std::ranges::find_if(candidates_, has_room);
    if (any == candidates_.end()) return first;
    constexpr std::size_t kTurns = 64;  // for each: weights and chance may leave one out for long
    for (std::size_t tries = 0; tries < kTurns * candidates_.size(); ++tries) {
        const std::size_t index = balancer_->pick(candidates_, request);
        if (!candidates_[index].is_full) return index;
    }
    return static_cast<std::size_t>(any - candidates_.begin());
}

void Backends::joined(Instance& instance) {
    if (const auto id = find(instance)) {
        configure(*id, true);
        enable(*id);
    } else {
        add(instance);
    }
}

void Backends::leaving(Instance& instance) {
    if (const auto id = find(instance)) remove(*id);
}

// Only those who are told of members ask; nobody else keeps a table.
std::optional<BackendId> Backends::find(const Instance& instance) {
    for (; findable_ < instances_.size(); ++findable_) {
        ids_.emplace(instances_[findable_], static_cast<BackendId>(findable_));
    }
    const auto found = ids_.find(&instance);
    return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

void Backends::show_load(BackendId id, std::uint32_t active) {
    Member& member = members_[id];
    member.candidate.active = active;
    if (stale_ || member.index == kNowhere) return;
    candidates_[member.index].active = active;
    if (wants_.loads) balancer_->loaded(candidates_, member.index);
}

void Backends::refresh() {
    candidates_.clear();
    configured_.clear();
    for (Member& member : members_) {
        member.index = kNowhere;
        if (!member.configured) continue;
        if (live_) member.candidate.active = member.active;
        configured_.push_back(member.candidate);
        if (!serves(member)) continue;
        member.index = static_cast<std::uint32_t>(candidates_.size());
        candidates_.push_back(member.candidate);
    }
    stale_ = false;
    balancer_->changed({candidates_, configured_});
    if (wants_.keys) affinity_.changed(candidates_);
}

void Backends::tell_answer(const Taken& taken, const Response* response) {
    const Member& member = members_[taken.id];
    const bool current = !stale_ && member.index != kNowhere;
    balancer_->answered(current ? candidates_[member.index] : member.candidate,
                        {scheduler_.now() - taken.began, taken.found, response == nullptr,
                         response == nullptr ? Outcome::succeeded : response->outcome});
}

void Backends::begin_measuring() {
    for (Member& member : members_) member.requests = 0;
    affinity_.begin_measuring();
}

void Backends::report(sim::NodeRecord& record) const {
    for (const Member& member : members_) {
        record.machines.push_back({std::string(member.candidate.name), member.requests, {}});
    }
    report_keys(record);
}

}  // namespace models
