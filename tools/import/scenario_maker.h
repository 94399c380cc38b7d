// A scenario of what is known of a system. What could not be known has a placeholder with which it
// plays, and a comment that begins with GAP and says what would measure it.
#pragma once

#include <cstddef>
#include <string>

#include "tools/import/system.h"

namespace tools::imports {

struct MadeScenario {
    std::string text;  // JSON with comments
    std::size_t nodes = 0;
    std::size_t gaps = 0;
};

// `schema` is what "$schema" says; empty: it is left out. What cannot be said in a scenario is
// added to what the system leaves out.
MadeScenario make_scenario(System& system, const std::string& name, const std::string& schema);

}  // namespace tools::imports
