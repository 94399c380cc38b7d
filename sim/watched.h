// What is observed of a run beside its nodes: by whom, and what came of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/figure.h"
#include "sim/histogram.h"
#include "sim/time.h"

namespace sim {

// A number that only this kind of node, or of observer, has.
struct Measure {
    std::string name;  // snake_case, as in run.json
    std::string unit;  // "", "s", "bytes", "1" for a share
    double value = 0;
    const Figure* figure = nullptr;       // what is declared of it
    std::shared_ptr<Histogram> spread{};  // of a distribution: all values; else none
};

// From when a condition holds until it does not any more.
struct ConditionSpan {
    std::string labels;  // of what it holds: {node="web"}
    Time began{};
    std::optional<Time> acted_on;  // none: it was over before it had held for long enough
    std::optional<Time> over;      // none: not before the end of the run
};

// One thing that is watched, by a name of its own.
struct Watched {
    std::string of;  // what sort of thing: "objectives"
    std::string name;
    std::vector<Measure> measures{};
    std::vector<std::pair<std::string, std::string>> notes{};  // what more is said of it, by name
    std::vector<ConditionSpan> spans{};  // of a condition, in the order in which they began
};

// What people were told about a group of conditions.
struct Message {
    Time at{};
    std::string to;
    std::string about;  // the labels that the conditions have alike
    std::uint32_t holding = 0;
    std::uint32_t over = 0;
};

}  // namespace sim
