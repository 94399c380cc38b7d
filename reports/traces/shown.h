// The traces of a run that its page draws: the slowest, a typical and a failed one, and of each the
// spans that there is room for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "reports/traces/trace.h"

namespace reports {

struct ShownSpan {
    TraceSpan span;
    std::size_t depth = 0;  // of the root 0
    // What the whole request waited for here, in nanoseconds since the trace began.
    struct Stretch {
        std::int64_t begin_ns;
        std::int64_t end_ns;
    };
    std::vector<Stretch> critical;
};

struct ShownTrace {
    std::string which;  // "slowest", "typical" or "failed"
    std::string id;
    std::size_t number = 0;        // as `spate trace --id` counts
    std::vector<ShownSpan> spans;  // the root first, each before those within it
    std::uint64_t left_out = 0;    // spans that are not drawn
};

struct ShownTraces {
    std::string kept;  // what was kept of how many, as kept_sentence says it
    std::vector<ShownTrace> traces;
};

// The one that its user waited for longest; the median of those that succeeded, and of those that
// failed: of what was drawn by chance, not of what is there for being slow. None of a sort that
// there is not, and none twice. Of large ones, the spans that took longest.
ShownTraces shown_traces(const TraceSet& set);

}  // namespace reports
