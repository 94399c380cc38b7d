// Failures and changes that were under way, from what the run noted.
#pragma once

#include <string>
#include <vector>

#include "sim/recording.h"

namespace reports {

struct Event {
    double from_s = 0;
    double to_s = 0;
    std::string node;  // without the number of an instance; of links, how the scenario names them
    std::string what;  // "slow", "rollout"
    std::string detail;
    bool is_failure = false;  // else a change that somebody ordered
    bool is_over = false;
    bool is_on_links = false;
};

std::vector<Event> events_of(const sim::Recording& recording);

}  // namespace reports
