// A scenario as the page has it: what is wrong with it, and what a run of it comes to.
#pragma once

#include <cstdint>
#include <string>

#include "models/topology/load.h"
#include "tools/check_findings.h"

namespace playground {

// What was found by reading, and the scenario when nothing is wrong.
struct Checked {
    models::Loaded loaded;
    tools::CheckedFile found;  // each problem and warning, with its place
};
Checked check(const std::string& name, const std::string& text);

// A run in the terms of `spate run --out`: the texts of its run.json and of its drawn.json, which
// the charts are drawn from, and a draft of its post-mortem where there is one.
struct Played {
    std::string problem;  // why there is no run, in a sentence
    std::string run;
    std::string drawn;
    std::string postmortem;
    std::string fingerprint;
};
Played play(const models::Loaded& loaded, const std::string& name, std::uint64_t seed);

}  // namespace playground
