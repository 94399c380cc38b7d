// Who calls whom, of parts of which only their dependencies are known: entries, publishers and
// consumers, and no circles.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tools/import/system.h"

namespace tools::imports {

struct Wiring {
    std::vector<std::string> entries;  // parts that clients call
    bool entries_are_said = false;     // else a guess: nobody else calls them
    std::set<std::string> publishers;  // services of a broker that requests come to
    std::set<std::string> consumers;   // services of a broker that no request comes to
    std::set<std::string> unreached;   // other services that no request comes to
};

// Uses of what is no part that plays, and those that close a circle, go to what is left out.
Wiring wire(System& system);

bool is_broker(Trade trade);

}  // namespace tools::imports
