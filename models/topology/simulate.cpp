#include "models/topology/simulate.h"

#include <algorithm>

#include "models/histories/judge_histories.h"
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
                if (onlooker_->stop()) return false;
            }
            if (system_.in_flight() > room_.requests_in_flight) return false;
        }
    }

    System& system_;
    sim::Time end_;
    Onlooker* onlooker_;
    RunLimits room_;
    int piece_ = onlooker_ == nullptr ? 1 << 16 : onlooker_->events_between();
    int step_ = 0;
};

}  // namespace

sim::Recording simulate(const Scenario& scenario, sim::Seed seed, Onlooker* onlooker,
                        RunLimits room) {
    System system(scenario, seed);
    system.calls().give_room(room.stack);
    const sim::Time measured_from(scenario.run.warm_up);
    const sim::Time end = measured_from + scenario.run.measure;
    Player player(system, end, onlooker, room);
    bool whole = player.play(measured_from);
    system.begin_measuring();
    whole = whole && player.play(end);
    sim::Recording recording = system.finish();
    add_prices(scenario, recording);
    recording.out_of_room = !whole && !(onlooker != nullptr && onlooker->stop());
    judge_histories(system.histories(), scenario.run.history, recording);
    return recording;
}

sim::Recording outline(const Scenario& scenario) {
    Scenario calm = scenario;
    calm.failures.clear();
    if (calm.game_day) calm.game_day->abort.reset();
    System system(calm, {0, 0});
    system.begin_measuring();
    sim::Recording recording = system.finish();
    add_prices(calm, recording);
    judge_histories(system.histories(), calm.run.history, recording);
    return recording;
}

}  // namespace models
