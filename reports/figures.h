// The figures of a run that people can ask for by name, and their values in a summary.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/summary.h"
#include "reports/value.h"

namespace reports {

struct Figure {
    std::string name;
    Dimension dimension = Dimension::plain;
    bool is_distribution = false;  // "lock_wait" is its mean; lock_wait.p(99), lock_wait.max
    bool has_latency = false;      // "succeeded" is a count; succeeded.p(99), .mean, .max are times
};

// What is known of a part of the run: nothing, how many requests there were, or how long they took
// as well.
enum class OfWindows { none, counts, all };

struct NodeWords {
    std::string node;
    std::vector<Figure> figures;
    OfWindows of_windows = OfWindows::none;
};

// A part of a node's requests is asked for like a node: "clients.segment.premium".
std::string name_of(const std::string& node, const sim::Split& split);

// What is watched, too: "alerts.HighErrorRate".
std::string name_of(const sim::Watched& watched);

// Of a run, in seconds since it began.
struct RunTime {
    double measured_from_s = 0;
    double end_s = 0;
    double slice_s = 0;
};

// What an expression may name. It is known before a run: what a node measures depends on its kind
// and spec, not on what happens to it.
struct Vocabulary {
    std::vector<Figure> run;
    std::vector<NodeWords> nodes;
    std::vector<std::string> variants;  // empty outside of comparisons
    std::optional<RunTime> time;        // where windows may lie; none: anywhere

    const NodeWords* node(std::string_view name) const;
};

// The words of a recording, of however short a run.
Vocabulary vocabulary_of(const sim::Recording& recording);

// Adds the nodes and figures that only the other has. A window must lie within both runs.
void merge(Vocabulary& into, const Vocabulary& other);

// Which figure: of a node, or of what users saw when `node` is empty.
struct Asked {
    std::string node;
    std::string figure;
    double percent = 0;                     // of "p", and of "lock_wait.p"
    std::optional<TimeWindow> window = {};  // none: all of the measured time
};

// Whether it is known of a part of the run: counts, rates and shares of requests are, and of users
// percentiles. (Others are one number a run.)
bool is_known_of_windows(std::string_view figure);
bool is_latency(std::string_view figure);

// NaN when there is nothing to say: no such figure in this run, or of requests of which none ended.
// Infinite is a percentile that falls among requests that failed.
double value_of(const Asked& asked, const Summary& summary);

// How long the request waited that such a percentile falls on; NaN of anything else.
double waited_of(const Asked& asked, const Summary& summary);

}  // namespace reports
