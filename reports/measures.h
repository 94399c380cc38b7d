// The measures of a node in several replications become one, each by the rule that is declared of
// it (sim/figure.h): counts add up, peaks are the highest, means are means of those that have a
// value.
#pragma once

#include <span>
#include <vector>

#include "sim/recording.h"

namespace reports {

class MergedMeasures {
public:
    void add(std::span<const sim::Measure> measures);
    // In the order in which they were first met.
    std::vector<sim::Measure> finish();

private:
    struct Merged {
        sim::Measure measure;
        double count = 0;  // of replications that have a value
    };
    std::vector<Merged> all_;
};

}  // namespace reports
