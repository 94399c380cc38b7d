// A new version takes the place of the old one.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/servers/fleet.h"
#include "models/servers/server_instance.h"
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

// Those of the newest version, or of all before; those that are no use come first.
std::vector<Fleet::Member*> Fleet::there(bool of_this_version) const {
    std::vector<Member*> all;
    for (const auto& unit : units_) {
        const bool is_there = unit->state != State::gone && unit->state != State::leaving;
        if (is_there && (unit->version == version_) == of_this_version) all.push_back(unit.get());
    }
    std::ranges::stable_sort(all, {}, &Member::is_ready);
    return all;
}

// Whether the new version fails more than the old one, or is slower, by more than may be.
bool Fleet::is_worse(const Rollout& rollout) const {
    Experience before;
    Experience now;
    for (const auto& unit : units_) {
        if (unit->state == State::gone) continue;
        Experience& all = unit->version == version_ ? now : before;
        all.ended += static_cast<double>(unit->server->ended());
        all.failed += static_cast<double>(unit->server->failed());
        all.latencies.merge(unit->server->latencies());
    }
    if (now.ended < rollout.analysis_requests) return false;
    const bool fails = rollout.rollback_above &&
                       now.fault_rate() > before.fault_rate() + rollout.rollback_above->value;
    if (fails || !rollout.rollback_slower || before.latencies.empty()) return fails;
    return sim::seconds(now.latencies.percentile(95)) >
           *rollout.rollback_slower * sim::seconds(before.latencies.percentile(95));
}

Fleet::Release Fleet::release_as(const Rollout& rollout) const {
    Release release{{rollout.faults.value, rollout.slower}, images_ + 1, size_};
    if (rollout.cores) release.size.cpu = Milli{1000} * *rollout.cores;
    if (rollout.memory) release.size.memory = *rollout.memory;
    return release;
}

void Fleet::begin_release(const Release& release) {
    ++version_;
    of_version_ = release.version;
    image_ = release.image;
    images_ = std::max(images_, release.image);
    size_ = release.size;
}

// What was there before, as one more release.
void Fleet::release_before(Change& change, const std::string& why) {
    change.is_rolled_back = true;
    rollback_time_ = context_.now() - sim::Time(change.rollout.at);
    context_.world.recorder.incident(
        context_.name, "rollback",
        fmt::format("of version {}{}{}", version_, why.empty() ? "" : ": ", why));
    begin_release(change.before);
}

sim::Task<void> Fleet::roll_out(Rollout rollout) {
    co_await sim::sleep_until(context_.scheduler(), sim::Time(rollout.at));
    Change& change = changes_.emplace_back(Change{rollout, {of_version_, image_, size_}});
    context_.world.recorder.incident(context_.name, "rollout",
                                     fmt::format("version {}", version_ + 1));
    if (rollout.strategy == RolloutStrategy::blue_green) {
        co_await change_colours(change);
    } else {
        co_await roll_step_by_step(change);
    }
    if (!change.is_taken_over) finish(change);
}

void Fleet::finish(Change& change) {
    change.is_done = true;
    rollout_time_ = context_.now() - sim::Time(change.rollout.at);
    context_.world.recorder.incident(context_.name, "rolled out",
                                     fmt::format("version {}", version_));
}

// As kubectl rollout undo: the last one, under way or done.
void Fleet::roll_back(const std::string& why) {
    if (changes_.empty() || changes_.back().is_rolled_back) {
        context_.world.recorder.incident(context_.name, "nothing to roll back", why);
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
sim::Task<void> Fleet::go_back(Change& change) {
    Rollout back = change.rollout;
    if (back.strategy == RolloutStrategy::blue_green) {
        back.strategy = RolloutStrategy::rolling_update;
    }
    while (!roll_on(back)) co_await sim::sleep(context_.scheduler(), kLook);
    finish(change);
}

// Who compares versions takes a step, waits, and looks at both.
sim::Task<void> Fleet::roll_step_by_step(Change& change) {
    Rollout rollout = change.rollout;
    begin_release(release_as(rollout));
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
bool Fleet::roll_on(const Rollout& rollout) {
    std::vector<Member*> old = there(false);
    std::vector<Member*> young = there(true);
    const auto is_leaving = [](const auto& unit) { return unit->state == State::leaving; };
    const auto count_available = [this](const std::vector<Member*>& all) {
        return static_cast<Replicas>(
            std::ranges::count_if(all, [&](const Member* each) { return is_available(*each); }));
    };
    const bool recreate = rollout.strategy == RolloutStrategy::recreate;
    if (recreate) {
        for (Member* member : old) retire(*member);
        if (!old.empty() || std::ranges::any_of(units_, is_leaving)) return false;
    }
    const auto surge = recreate ? 0 : static_cast<Replicas>(rollout.max_surge);
    auto of_new = static_cast<Replicas>(young.size());
    const auto of_old = static_cast<Replicas>(old.size());
    const Replicas of_new_available = count_available(young);
    for (; of_new < wanted_ && of_old + of_new < wanted_ + surge; ++of_new) {
        Member& member = order();
        member.life.run(come(member));
    }
    Replicas available = of_new_available + count_available(old);
    const Replicas least = wanted_ - static_cast<Replicas>(rollout.max_unavailable);
    for (Member* member : old) {
        if (recreate) break;
        const bool counts = is_available(*member);
        if (counts && available - 1 < least) break;
        available -= counts;
        retire(*member);
    }
    return old.empty() && of_new_available >= wanted_;
}

// Out of the balancers' sight, whatever its probe says; or back.
void Fleet::hold(Member& member, bool held) {
    const bool ready = member.would_be_ready;
    const sim::Time since = member.ready_since;
    member.is_held = held;
    set_ready(member, ready && !held);
    member.would_be_ready = ready;
    member.ready_since = since;
}

// Looks at both versions while the old one is kept; false as soon as the new one is worse.
sim::Task<bool> Fleet::stays_good(const Change& change) {
    const sim::Time end = context_.now() + change.rollout.keep_old;
    while (context_.now() < end && !change.is_taken_over) {
        const sim::Duration left = end - context_.now();
        co_await sim::sleep(context_.scheduler(), std::min(left, change.rollout.analysis_interval));
        if (!change.is_taken_over && is_worse(change.rollout)) co_return false;
    }
    co_return true;
}

sim::Task<void> Fleet::change_colours(Change& change) {
    begin_release(release_as(change.rollout));
    for (Replicas count = 0; count < wanted_; ++count) {
        Member& member = order();
        member.is_held = true;
        member.life.run(come(member));
    }
    const auto ready = [this] {
        return std::ranges::count_if(there(true),
                                     [&](const Member* each) { return is_available(*each); });
    };
    while (ready() < wanted_) {
        co_await sim::sleep(context_.scheduler(), kLook);
        if (change.is_taken_over) co_return;
    }
    for (Member* member : there(true)) hold(*member, false);
    for (Member* member : there(false)) hold(*member, true);
    context_.world.recorder.incident(context_.name, "switched",
                                     fmt::format("to version {}", version_));
    const bool stays = co_await stays_good(change);
    if (change.is_taken_over) co_return;
    if (!stays) {
        switch_back(change, "");
    } else {
        for (Member* member : there(false)) retire(*member);
    }
}

// The old colour gets the requests again, and the new one goes.
void Fleet::switch_back(Change& change, const std::string& why) {
    const std::vector<Member*> useless = there(true);
    for (Member* member : there(false)) hold(*member, false);
    for (Member* member : useless) hold(*member, true);
    release_before(change, why);
    for (Member* member : useless) retire(*member);
}

}  // namespace models
