// latency.hlog: an HdrHistogram log (format 1.3, V2 histograms), which HdrHistogram's own tools and
// viewers read.
#pragma once

#include <string>

#include "sim/recording.h"

namespace reports {

// A line for each interval since the warm-up in which a request of a user ended, in nanoseconds;
// added up they are what run.json says of one replication. Where there are several clients, each
// has lines of its own, with its name as the tag.
std::string hlog_text(const sim::Recording& recording, double epoch_s);

}  // namespace reports
