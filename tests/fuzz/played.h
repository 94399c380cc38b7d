// A scenario that loads is played for a while: whatever it says, it neither crashes nor breaks an
// invariant, and does the same again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "models/topology/load.h"
#include "models/topology/simulate.h"
#include "tests/fuzz/claim.h"

namespace fuzz {

// Enough for each mechanism to begin, little enough for some ten inputs a second.
inline models::RunLimits short_run() {
    models::RunLimits limits;
    limits.requests_in_flight = 1U << 12U;
    limits.events = 5000;
    limits.events_at_once = 2000;
    return limits;
}

// A large system is built as well as a small one, but it takes its time.
inline bool is_small(const models::Scenario& scenario) {
    constexpr std::uint64_t kMost = 500;
    std::uint64_t instances = 0;
    for (const auto& [name, choice] : scenario.nodes) {
        instances += models::Nodes::facts_of(choice).instances;
    }
    return instances <= kMost;
}

inline std::string play_once(const models::Scenario& scenario, std::string_view shown) {
    class Ended final : public models::Onlooker {
    public:
        void at(sim::Time, sim::Time, std::uint64_t) override {}
        void ended(const models::RunEnd& end) override { broken = end.broken; }
        std::vector<std::string> broken;
    };
    Ended ended;
    const sim::Recording run = models::simulate(scenario, {7, 0}, &ended, short_run());
    if (!ended.broken.empty()) claim(false, ended.broken.front().c_str(), shown);
    return run.fingerprint.hex();
}

inline void play(const models::Scenario& scenario, std::string_view shown) {
    if (!is_small(scenario)) return;
    const std::string once = play_once(scenario, shown);
    claim(once == play_once(scenario, shown), "a run does the same again", shown);
}

// Whichever it is, a scenario or problems, can be shown; what is a scenario is played.
inline void load_and_play(const models::ScenarioSource& source) {
    const models::Loaded loaded = models::load(source);
    const std::string shown = loaded.problems.render();
    claim(loaded.scenario.has_value() == loaded.problems.empty(),
          "there is a scenario exactly when there are no problems", shown);
    claim(shown.empty() == loaded.problems.empty(), "every problem is shown", shown);
    claim(is_safe_to_show(shown), "a problem is safe to show", shown);
    if (loaded.scenario) play(*loaded.scenario, models::resolved_json(*loaded.scenario));
}

}  // namespace fuzz
