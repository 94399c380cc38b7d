// Work that piles up where no user waits for it and nothing is full: a relay's backlog. (Consumers
// are a resource of their nodes, and judge.h says of those when they are what is full.)
//
// What is kept over time as a count, of a node that has nothing to run out of, and at the end has
// grown for a long time without a pause, is more than whoever works it off can do. No request is
// late for it, so no window of trouble (windows.h) shows it.
#pragma once

#include <string>
#include <vector>

#include "reports/diagnosis/events.h"
#include "sim/recording.h"

namespace reports {

// A sentence for each, in the scenario's order. From slice `first` to, without, `end`.
std::vector<std::string> backlogs_of(const sim::Recording& recording,
                                     const std::vector<Event>& events, std::size_t first,
                                     std::size_t end);

}  // namespace reports
