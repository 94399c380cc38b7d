// When something was wrong, of one client's requests: more than 1 % of them failed, nobody was
// answered at all, or they took several times as long as in the calm. A window is cut where what
// began it ends, a failure or a surge of requests: what goes on after that is another story.
#pragma once

#include <vector>

#include "reports/diagnosis/events.h"
#include "reports/diagnosis/graph.h"

namespace reports {

struct Window {
    Stretch when;
    double harmed = 0;              // requests that failed, or ended in slow slices
    bool is_tail = false;           // what began it ended where it begins, and it went on
    const Event* healed = nullptr;  // of a tail: the failure that ended; none: it was a surge
    double surge = 0;               // of a tail after a surge: times the requests of the calm
};

// `cuts_surges`: a window ends with a surge, too. Only where somebody retries: users who wait for
// answers send less while they get none, and nothing is over by that.
std::vector<Window> windows_of(const sim::Recording& recording, const sim::NodeRecord& client,
                               const std::vector<Event>& events, Stretch measured,
                               bool cuts_surges);

// What of the measured time is in no window.
std::vector<Stretch> calm_of(const std::vector<Window>& windows, Stretch measured);

}  // namespace reports
