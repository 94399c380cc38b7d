// When something was wrong, of one client's requests: more than 1 % of them failed, nobody was
// answered at all, or they took several times as long as in the calm. A window is cut where a
// failure ends: what goes on after that is another story.
#pragma once

#include <vector>

#include "reports/diagnosis/events.h"
#include "reports/diagnosis/graph.h"

namespace reports {

struct Window {
    Stretch when;
    double harmed = 0;     // requests that failed, or ended in slow slices
    bool is_tail = false;  // a failure ended where it begins, and it went on
};

std::vector<Window> windows_of(const sim::Recording& recording, const sim::NodeRecord& client,
                               const std::vector<Event>& events, Stretch measured);

}  // namespace reports
