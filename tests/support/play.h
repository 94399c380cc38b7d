// Playing a scenario given as text, in a test.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "models/topology/load.h"
#include "models/topology/simulate.h"

namespace support {

inline models::Scenario scenario_from(const std::string& text,
                                      const std::vector<std::string>& sets = {}) {
    models::Loaded loaded = models::load({"test.json", {}, sets, text});
    const std::string problems = loaded.problems.render();
    REQUIRE_MESSAGE(loaded.scenario.has_value(), problems);
    return *loaded.scenario;
}

inline sim::Recording play(const std::string& text, std::uint64_t seed = 1,
                           const std::vector<std::string>& sets = {}) {
    return models::simulate(scenario_from(text, sets), {seed, 0});
}

inline const sim::NodeRecord& node(const sim::Recording& recording, const std::string& name) {
    for (const sim::NodeRecord& each : recording.nodes) {
        if (each.name == name) return each;
    }
    FAIL("no node ", name);
    return recording.nodes.front();
}

inline double measure(const sim::NodeRecord& record, const std::string& name) {
    for (const sim::Measure& each : record.measures) {
        if (each.name == name) return each.value;
    }
    FAIL(record.name, " has no measure ", name);
    return 0;
}

inline double measure(const sim::Recording& recording, const std::string& of,
                      const std::string& name) {
    return measure(node(recording, of), name);
}

}  // namespace support
