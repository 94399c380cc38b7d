// What can be said of a trace as a tree: what its time went into, and whether it is one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/traces/trace.h"

namespace reports {

// The spans that each one is the parent of, in the order in which they began.
std::vector<std::vector<std::size_t>> children_of(const Trace& trace);

// A stretch of time that the whole request waited for, and on which span.
struct CriticalStretch {
    std::size_t span;
    std::int64_t begin_ns;
    std::int64_t end_ns;
};

// Backwards from the end of the root: at each moment the child that ended last is what was waited
// for, and in it likewise; where there is none, the span itself (Uber's CRISP, 2022). Its stretches
// follow each other without gap from the root's begin to its end. Work that nobody waited for is
// never on it.
std::vector<CriticalStretch> critical_path(const Trace& trace);

// By span: how much of the critical path is its own.
std::vector<std::int64_t> critical_ns(const Trace& trace);

// What is wrong with a trace as a tree; empty when nothing is. Children lie within their parents,
// but for those that nobody waited for, which begin within them.
std::string trouble_with(const Trace& trace);

}  // namespace reports
