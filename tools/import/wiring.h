// Who calls whom, of parts of which only their dependencies are known: entries, publishers and
// consumers, and no circles.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tools/import/system.h"

namespace tools::imports {

struct Wiring {
    std::vector<std::string> entries;  // parts that clients call
    bool entries_are_said = false;     // else a guess: nobody else calls them
    // A service that no request comes to, and a broker of its own to which others publish.
    std::set<std::pair<std::string, std::string>> consumers;
    std::set<std::string> unreached;  // other services that no request comes to

    bool consumes(const std::string& part) const;
};

// Uses of what is no part that plays, and those that close a circle, go to what is left out.
Wiring wire(System& system);

// Whether there is a part that clients can call.
bool has_callable(const System& system);

// All that a part uses, however it is known.
std::vector<Use> uses_of(const Part& part);

bool is_broker(Trade trade);

}  // namespace tools::imports
