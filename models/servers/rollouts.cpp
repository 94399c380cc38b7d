#include "models/servers/rollouts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/sleep.h"

namespace models {

namespace {

// A Deployment's controller looks whenever a pod changes; it looks ten times a second here.
constexpr sim::Duration kLook = std::chrono::milliseconds(100);

// Of the requests to all instances of a version.
struct Experience {
    double ended = 0;
    double failed = 0;
    sim::Histogram latencies;

    double fault_rate() const { return ended > 0 ? failed / ended : 0; }
};

}  // namespace

Rollouts::Rollouts(Deployment& deployment, const Context& context,
                   const std::vector<Rollout>& rollouts)
    : deployment_(deployment), context_(context), rollouts_(rollouts) {}

void Rollouts::start() {
    for (const Rollout& rollout : rollouts_) tasks_.run(roll_out(rollout));
}

void Rollouts::report(sim::NodeRecord& record) const {
    const auto time = [](const std::optional<sim::Duration>& each) {
        return each ? sim::seconds(*each) : std::nan("");
    };
    record.measures.push_back({"rollback_time", "s", time(rollback_time_)});
    record.measures.push_back({"rollout_time", "s", time(rollout_time_)});
}

void Rollouts::incident(const std::string& what, const std::string& detail) const {
    context_.world.recorder.incident(context_.name, what, detail);
}

// Those of the newest version, or of all before; those that are no use come first.
std::vector<FleetMember*> Rollouts::there(bool of_newest) const {
    std::vector<FleetMember*> all;
    for (FleetMember* const each : deployment_.members()) {
        if (each->stays() && (each->version == number_) == of_newest) all.push_back(each);
    }
    std::ranges::stable_sort(all, {}, &FleetMember::is_ready);
    return all;
}

// Whether the new version fails more than the old one, or is slower, by more than may be.
bool Rollouts::is_worse(const Rollout& rollout) const {
    Experience before;
    Experience now;
    for (const FleetMember* const each : deployment_.members()) {
        Experience& all = each->version == number_ ? now : before;
        all.ended += static_cast<double>(each->server->ended());
        all.failed += static_cast<double>(each->server->failed());
        all.latencies.merge(each->server->latencies());
    }
    if (now.ended < rollout.analysis_requests) return false;
    const bool fails = rollout.rollback_above &&
                       now.fault_rate() > before.fault_rate() + rollout.rollback_above->value;
    if (fails || !rollout.rollback_slower || before.latencies.empty()) return fails;
    return sim::seconds(now.latencies.percentile(95)) >
           *rollout.rollback_slower * sim::seconds(before.latencies.percentile(95));
}

Rollouts::Release Rollouts::release_as(const Rollout& rollout) const {
    Release release{{rollout.faults.value, rollout.slower}, images_ + 1, deployment_.size()};
    if (rollout.cores) release.size.cpu = Milli{1000} * *rollout.cores;
    if (rollout.memory) release.size.memory = *rollout.memory;
    return release;
}

void Rollouts::begin(const Release& release) {
    ++number_;
    version_ = release.version;
    image_ = release.image;
    images_ = std::max(images_, release.image);
    deployment_.resize_new_units(release.size);
}

// What was there before, as one more release.
void Rollouts::release_before(Change& change, const std::string& why) {
    change.is_rolled_back = true;
    rollback_time_ = context_.now() - sim::Time(change.rollout.at);
    incident("rollback", fmt::format("of version {}{}{}", number_, why.empty() ? "" : ": ", why));
    begin(change.before);
}

sim::Task<void> Rollouts::roll_out(Rollout rollout) {
    co_await sim::sleep_until(context_.scheduler(), sim::Time(rollout.at));
    Change& change = changes_.emplace_back(Change{rollout, {version_, image_, deployment_.size()}});
    incident("rollout", fmt::format("version {}", number_ + 1));
    if (rollout.strategy == RolloutStrategy::blue_green) {
        co_await change_colours(change);
    } else {
        co_await roll_step_by_step(change);
    }
    if (!change.is_taken_over) finish(change);
}

void Rollouts::finish(Change& change) {
    change.is_done = true;
    rollout_time_ = context_.now() - sim::Time(change.rollout.at);
    incident("rolled out", fmt::format("version {}", number_));
}

// As kubectl rollout undo: the last one, under way or done.
void Rollouts::roll_back(const std::string& why) {
    if (changes_.empty() || changes_.back().is_rolled_back) {
        incident("nothing to roll back", why);
        return;
    }
    Change& change = changes_.back();
    change.is_taken_over = true;
    if (change.rollout.strategy == RolloutStrategy::blue_green && !change.is_done) {
        switch_back(change, why);
        finish(change);
    } else {
        release_before(change, why);
        tasks_.run(go_back(change));
    }
}

// Step by step, as it came; where both colours were there, only one is by now.
sim::Task<void> Rollouts::go_back(Change& change) {
    Rollout back = change.rollout;
    if (back.strategy == RolloutStrategy::blue_green) {
        back.strategy = RolloutStrategy::rolling_update;
    }
    while (!roll_on(back)) co_await sim::sleep(context_.scheduler(), kLook);
    finish(change);
}

// Who compares versions takes a step, waits, and looks at both.
sim::Task<void> Rollouts::roll_step_by_step(Change& change) {
    Rollout rollout = change.rollout;
    begin(release_as(rollout));
    for (;;) {
        const bool looks = rollout.rollback_above || rollout.rollback_slower;
        const bool is_done = roll_on(rollout);
        if (is_done && !looks) break;
        co_await sim::sleep(context_.scheduler(), looks ? rollout.analysis_interval : kLook);
        if (change.is_taken_over) break;
        if (is_worse(rollout)) {
            release_before(change, "");
            rollout.rollback_above.reset();
            rollout.rollback_slower.reset();
        } else if (is_done) {
            break;
        }
    }
}

// What can be done now; true when nothing is left to do.
bool Rollouts::roll_on(const Rollout& rollout) {
    std::vector<FleetMember*> old = there(false);
    std::vector<FleetMember*> young = there(true);
    const auto is_leaving = [](const FleetMember* each) {
        return each->state == FleetMember::State::leaving;
    };
    const Replicas wanted = deployment_.replicas();
    const auto count_available = [this](const std::vector<FleetMember*>& all) {
        return static_cast<Replicas>(std::ranges::count_if(
            all, [&](const FleetMember* each) { return deployment_.is_available(*each); }));
    };
    const bool recreate = rollout.strategy == RolloutStrategy::recreate;
    if (recreate) {
        for (FleetMember* member : old) deployment_.retire(*member);
        if (!old.empty() || std::ranges::any_of(deployment_.members(), is_leaving)) return false;
    }
    const auto surge = recreate ? 0 : static_cast<Replicas>(rollout.max_surge);
    auto of_new = static_cast<Replicas>(young.size());
    const auto of_old = static_cast<Replicas>(old.size());
    const Replicas of_new_available = count_available(young);
    for (; of_new < wanted && of_old + of_new < wanted + surge; ++of_new) {
        deployment_.add(false);
    }
    Replicas available = of_new_available + count_available(old);
    const Replicas least = wanted - static_cast<Replicas>(rollout.max_unavailable);
    for (FleetMember* member : old) {
        if (recreate) break;
        const bool counts = deployment_.is_available(*member);
        if (counts && available - 1 < least) break;
        available -= counts;
        deployment_.retire(*member);
    }
    return old.empty() && of_new_available >= wanted;
}

// Out of the balancers' sight, whatever its probe says; or back.
void Rollouts::hold(FleetMember& member, bool held) {
    const bool ready = member.would_be_ready;
    const sim::Time since = member.ready_since;
    member.is_held = held;
    deployment_.set_ready(member, ready && !held);
    member.would_be_ready = ready;
    member.ready_since = since;
}

// Looks at both versions while the old one is kept; false as soon as the new one is worse.
sim::Task<bool> Rollouts::stays_good(const Change& change) {
    const sim::Time end = context_.now() + change.rollout.keep_old;
    while (context_.now() < end && !change.is_taken_over) {
        const sim::Duration left = end - context_.now();
        co_await sim::sleep(context_.scheduler(), std::min(left, change.rollout.analysis_interval));
        if (!change.is_taken_over && is_worse(change.rollout)) co_return false;
    }
    co_return true;
}

sim::Task<void> Rollouts::change_colours(Change& change) {
    begin(release_as(change.rollout));
    for (Replicas count = 0; count < deployment_.replicas(); ++count) {
        deployment_.add(true);
    }
    const auto ready = [this] {
        return std::ranges::count_if(
            there(true), [&](const FleetMember* each) { return deployment_.is_available(*each); });
    };
    while (ready() < deployment_.replicas()) {
        co_await sim::sleep(context_.scheduler(), kLook);
        if (change.is_taken_over) co_return;
    }
    for (FleetMember* member : there(true)) hold(*member, false);
    for (FleetMember* member : there(false)) hold(*member, true);
    incident("switched", fmt::format("to version {}", number_));
    const bool stays = co_await stays_good(change);
    if (change.is_taken_over) co_return;
    if (!stays) {
        switch_back(change, "");
    } else {
        for (FleetMember* member : there(false)) deployment_.retire(*member);
    }
}

// The old colour gets the requests again, and the new one goes.
void Rollouts::switch_back(Change& change, const std::string& why) {
    const std::vector<FleetMember*> useless = there(true);
    for (FleetMember* member : there(false)) hold(*member, false);
    for (FleetMember* member : useless) hold(*member, true);
    release_before(change, why);
    for (FleetMember* member : useless) deployment_.retire(*member);
}

}  // namespace models
