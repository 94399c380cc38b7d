#include "models/topology/simulate.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/histories/judge_histories.h"
#include "models/topology/audit.h"
#include "models/topology/pricing.h"
#include "models/topology/system.h"

namespace models {

namespace {

// Plays in pieces, so that an onlooker can be told and an end asked for. Pieces are short in
// events, not in time.
class Player {
public:
    Player(System& system, sim::Time end, Onlooker* onlooker, RunLimits room)
        : system_(system), end_(end), onlooker_(onlooker), room_(room) {}

    // With what watches over the system: it looks between events. False when the run must end here.
    bool play(sim::Time until) {
        for (;;) {
            const sim::Time stop = std::min(until, system_.next_look());
            if (!play_to(stop)) return false;
            if (system_.next_look() > stop) return true;
            system_.look();
        }
    }

    // Why it ended early; empty: nobody asked for that.
    const std::string& stopped() const { return stopped_; }
    bool is_out_of_room() const { return is_out_of_room_; }

private:
    bool play_to(sim::Time until) {
        sim::Scheduler& scheduler = system_.scheduler();
        for (;;) {
            for (; step_ < piece_; ++step_) {
                if (scheduler.step(until)) continue;
                scheduler.run_until(until);
                return true;
            }
            step_ = 0;
            if (onlooker_ != nullptr) {
                onlooker_->at(scheduler.now(), end_, scheduler.events());
                onlooker_->look(system_.recorder());
            }
            if (must_end()) return false;
            next_piece();
        }
    }

    // Whatever ends a run is looked for between pieces, so that events pay nothing for it.
    bool must_end() {
        if (onlooker_ != nullptr && onlooker_->stop()) stopped_ = onlooker_->reason();
        if (system_.scheduler().events() >= room_.events) {
            stopped_ = fmt::format("{} events were played, which is the limit",
                                   system_.scheduler().events());
        }
        if (is_stuck()) stopped_ = why_stuck();
        is_out_of_room_ = system_.in_flight() > room_.requests_in_flight;
        return is_out_of_room_ || !stopped_.empty();
    }

    void next_piece() {
        const std::uint64_t left = room_.events - system_.scheduler().events();
        piece_ = static_cast<int>(std::min<std::uint64_t>(left, usual_piece_));
    }

    // More events than there may be since the clock last moved.
    bool is_stuck() {
        const sim::Scheduler& scheduler = system_.scheduler();
        if (scheduler.now() != stands_at_) {
            stands_at_ = scheduler.now();
            since_ = scheduler.events();
            sent_ = {};
            return false;
        }
        if (sent_.empty()) sent_ = sent();
        return scheduler.events() - since_ > room_.events_at_once;
    }

    // Requests that each node has been sent.
    std::map<std::string, std::uint64_t> sent() const {
        std::map<std::string, std::uint64_t> sent;
        for (const sim::Meter& each : std::as_const(system_).recorder().meters()) {
            for (const sim::CallRecord& call : each.record().calls) sent[call.to] += call.requests;
        }
        return sent;
    }

    // With the nodes to which most requests went while time stood still.
    std::string why_stuck() const {
        std::vector<std::pair<std::uint64_t, std::string>> busy;
        for (const auto& [name, requests] : sent()) {
            const auto before = sent_.find(name);
            const std::uint64_t more = requests - (before == sent_.end() ? 0 : before->second);
            if (more > 0) busy.emplace_back(more, name);
        }
        std::ranges::sort(busy, std::greater<>());
        std::string names;
        for (std::size_t i = 0; i < std::min<std::size_t>(busy.size(), 3); ++i) {
            if (busy[i].first < busy.front().first / 100) break;
            names += (i == 0 ? "" : ", ") + busy[i].second;
        }
        return fmt::format(
            "time stands still: more than {} events at {:.9g} s; requests turn in circles at {}",
            room_.events_at_once, sim::seconds(stands_at_.time_since_epoch()),
            names.empty() ? "one node" : names);
    }

    System& system_;
    sim::Time end_;
    Onlooker* onlooker_;
    RunLimits room_;
    std::uint64_t usual_piece_ = onlooker_ == nullptr
                                     ? std::uint64_t{1} << 16
                                     : static_cast<std::uint64_t>(onlooker_->events_between());
    int piece_ = static_cast<int>(std::min(usual_piece_, room_.events));
    int step_ = 0;
    sim::Time stands_at_ = sim::kForever;
    std::uint64_t since_ = 0;
    std::map<std::string, std::uint64_t> sent_;  // when it began to stand
    std::string stopped_;
    bool is_out_of_room_ = false;
};

}  // namespace

sim::Recording simulate(const Scenario& scenario, sim::Seed seed, Onlooker* onlooker,
                        RunLimits room) {
    System system(scenario, seed);
    system.calls().give_room(room.stack);
    const sim::Time measured_from(scenario.run.warm_up);
    const sim::Time end = measured_from + scenario.run.measure;
    Player player(system, end, onlooker, room);
    const bool whole = player.play(measured_from);
    system.begin_measuring();
    if (whole) player.play(end);
    sim::Recording recording = system.finish();
    add_prices(scenario, system.interrupted(), recording);
    recording.out_of_room = player.is_out_of_room();
    judge_histories(system.histories(), scenario.run.history, recording);
    if (onlooker != nullptr) onlooker->ended({player.stopped(), broken_invariants(recording)});
    return recording;
}

sim::Recording outline(const Scenario& scenario) {
    Scenario calm = scenario;
    calm.failures.clear();
    if (calm.game_day) calm.game_day->abort.reset();
    System system(calm, {0, 0});
    system.begin_measuring();
    sim::Recording recording = system.finish();
    add_prices(calm, {}, recording);
    judge_histories(system.histories(), calm.run.history, recording);
    return recording;
}

}  // namespace models
