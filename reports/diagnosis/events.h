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
    double felt_s = 0;  // of a moment: until when

    // A process is killed, a file is corrupt: it is over at once, and felt for a while.
    bool is_moment() const { return is_over && is_failure && to_s - from_s < 1e-6; }
};

std::vector<Event> events_of(const sim::Recording& recording);

}  // namespace reports
