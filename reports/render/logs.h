// Logs as the systems that are modelled would have written them.
#pragma once

#include <string>

#include "sim/recording.h"

namespace reports {

// A line of JSON for each request that was slow: where its time went, in seconds, and how many
// threads of its instance were doing what when it was late. Empty when nobody kept any. Those of
// several replications stand one after another.
std::string slow_jsonl(const sim::Recording& recording);

// As java -Xlog:gc writes it: [12.345s][info][gc] app[0] young GC(17) 512M->200M(800M) 12.345ms.
// Empty without a heap's log.
std::string gc_log(const sim::Recording& recording);

}  // namespace reports
