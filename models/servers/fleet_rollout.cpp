// A new version takes the place of the old one.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/servers/fleet.h"
#include "models/servers/server_instance.h"
#include "sim/sleep.h"

namespace models {

std::vector<Fleet::Member*> Fleet::of_older_versions() const {
    std::vector<Member*> old;
    for (const auto& unit : units_) {
        const bool is_there = unit->state != State::gone && unit->state != State::leaving;
        if (is_there && unit->version < version_) old.push_back(unit.get());
    }
    std::ranges::stable_sort(old, {}, &Member::is_ready);  // those that are no use go first
    return old;
}

// Whether the new version fails more than the old one by more than may be.
bool Fleet::is_worse(const Rollout& rollout) const {
    if (!rollout.rollback_above) return false;
    double ended[2] = {0, 0};
    double failed[2] = {0, 0};
    for (const auto& unit : units_) {
        if (unit->state == State::gone) continue;
        const bool is_new = unit->version == version_;
        ended[is_new] += static_cast<double>(unit->server->ended());
        failed[is_new] += static_cast<double>(unit->server->failed());
    }
    if (ended[1] < rollout.analysis_requests) return false;
    const double before = ended[0] > 0 ? failed[0] / ended[0] : 0;
    return failed[1] / ended[1] > before + rollout.rollback_above->value;
}

// A Deployment's controller looks whenever a pod changes; it looks ten times a second here. One
// that compares versions takes a step, waits, and looks at both. Back is one more rollout, of the
// code that was there before.
sim::Task<void> Fleet::roll_out(Rollout rollout) {
    sim::Scheduler& scheduler = context_.scheduler();
    sim::Recorder& recorder = context_.world.recorder;
    co_await sim::sleep_until(scheduler, sim::Time(rollout.at));
    const double faults_before = std::exchange(faults_, rollout.faults.value);
    ++version_;
    recorder.incident(context_.name, "rollout", fmt::format("version {}", version_));
    for (;;) {
        const bool is_done = roll_on(rollout);
        if (is_done && !rollout.rollback_above) break;
        const sim::Duration step = std::chrono::milliseconds(100);
        co_await sim::sleep(scheduler, rollout.rollback_above ? rollout.analysis_interval : step);
        if (is_worse(rollout)) {
            rolled_back_ = scheduler.now();
            faults_ = faults_before;
            recorder.incident(context_.name, "rollback", fmt::format("of version {}", version_));
            ++version_;
            rollout.rollback_above.reset();
        } else if (is_done) {
            break;
        }
    }
    rolled_out_ = scheduler.now();
    recorder.incident(context_.name, "rolled out", fmt::format("version {}", version_));
}

// What can be done now; true when nothing is left to do.
bool Fleet::roll_on(const Rollout& rollout) {
    std::vector<Member*> old = of_older_versions();
    Replicas there = static_cast<Replicas>(old.size());
    Replicas ready = 0;
    Replicas leaving = 0;
    Replicas of_new = 0;
    Replicas of_new_ready = 0;
    for (const auto& unit : units_) {
        if (unit->state == State::leaving) ++leaving;
        if (unit->state == State::gone || unit->state == State::leaving) continue;
        ready += unit->is_ready;
        if (unit->version < version_) continue;
        ++there;
        ++of_new;
        of_new_ready += unit->is_ready;
    }
    const bool recreate = rollout.strategy == RolloutStrategy::recreate;
    if (recreate) {
        for (Member* member : old) retire(*member);
        if (!old.empty() || leaving > 0) return false;
    }
    const auto surge = recreate ? 0 : static_cast<Replicas>(rollout.max_surge);
    for (; of_new < wanted_ && there < wanted_ + surge; ++of_new, ++there) {
        Member& member = order();
        member.life.run(come(member));
    }
    const Replicas least = wanted_ - static_cast<Replicas>(rollout.max_unavailable);
    for (Member* member : old) {
        if (recreate) break;
        if (member->is_ready && ready - 1 < least) break;
        ready -= member->is_ready;
        retire(*member);
    }
    return old.empty() && of_new_ready >= wanted_;
}

}  // namespace models
