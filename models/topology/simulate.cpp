#include "models/topology/simulate.h"

#include "models/alerts/watch.h"
#include "models/histories/judge_histories.h"
#include "models/topology/system.h"

namespace models {

namespace {

// Plays up to `until` in pieces, so that an onlooker can be told and an end asked for. Pieces are
// short in events, not in time. False when the run must end here.
bool play(System& system, sim::Time until, sim::Time end, Onlooker* onlooker, Room room) {
    constexpr int kPiece = 1 << 16;
    sim::Scheduler& scheduler = system.scheduler();
    for (;;) {
        for (int step = 0; step < kPiece; ++step) {
            if (scheduler.step(until)) continue;
            scheduler.run_until(until);
            return true;
        }
        if (onlooker != nullptr) {
            onlooker->at(scheduler.now(), end, scheduler.events());
            onlooker->look(system.recorder());
            if (onlooker->stop()) return false;
        }
        if (system.in_flight() > room.requests_in_flight) return false;
    }
}

// Those that struck before the game day was called off, until then at most.
std::vector<OutageTime> outages_of(const Scenario& scenario, const System& system) {
    std::vector<OutageTime> outages;
    const sim::Time end = system.called_off().value_or(sim::kForever);
    for (const FailureChoice& choice : scenario.failures) {
        const Outage& outage = Failures::outage_of(choice);
        if (outage.is_random() || outage.is_on_condition() || sim::Time(outage.at) >= end) continue;
        outages.push_back(
            {sim::Time(outage.at), std::min(end, sim::Time(outage.at + *outage.lasts))});
    }
    const std::vector<OutageTime>& at_random = system.random_outages();
    outages.insert(outages.end(), at_random.begin(), at_random.end());
    return outages;
}

}  // namespace

sim::Recording simulate(const Scenario& scenario, sim::Seed seed, Onlooker* onlooker, Room room) {
    System system(scenario, seed);
    system.calls().give_room(room.stack);
    const sim::Time measured_from(scenario.run.warm_up);
    const sim::Time end = measured_from + scenario.run.measure;
    bool whole = play(system, measured_from, end, onlooker, room);
    system.begin_measuring();
    whole = whole && play(system, end, end, onlooker, room);
    sim::Recording recording = system.finish();
    recording.out_of_room = !whole && !(onlooker != nullptr && onlooker->stop());
    const std::vector<OutageTime> outages = outages_of(scenario, system);
    watch_over(scenario.objectives, scenario.alerts, outages, recording);
    if (scenario.game_day) {
        judge(*scenario.game_day, scenario.objectives, scenario.alerts, outages, recording);
    }
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
    watch_over(calm.objectives, calm.alerts, {}, recording);
    if (calm.game_day) judge(*calm.game_day, calm.objectives, calm.alerts, {}, recording);
    judge_histories(system.histories(), calm.run.history, recording);
    return recording;
}

}  // namespace models
