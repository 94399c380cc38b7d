// Figures of what was looked at closely: "traces.kept", "logs.lines". They are counted in the files
// as others would read them, not in what those were made of: what is wrong with a file shows here.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reports/figures.h"
#include "reports/traces/trace.h"
#include "sim/recording.h"
#include "sim/span.h"

namespace reports {

class ObservedFigures {
public:
    explicit ObservedFigures(const sim::Recording& recording);

    // The words "traces" and "logs", and what can be asked of them.
    static std::vector<NodeWords> words();

    // What was kept of how many, as kept_sentence says it.
    std::string kept() const { return kept_sentence(trace_counts(*recording_.observed)); }

    // NaN when there is nothing to say. Files are made when they are asked for.
    double value(const Asked& asked) const;

private:
    struct Collected;

    const TraceSet& set() const;
    double of_traces(const Asked& asked) const;
    double of_logs(const Asked& asked) const;

    const Collected& collected() const;
    const std::string& access() const;

    sim::Recording recording_;  // only what files are made of
    // Made when they are first asked for; nobody else asks at the same time.
    mutable std::shared_ptr<const TraceSet> set_;
    mutable std::shared_ptr<const Collected> collected_;
    mutable std::shared_ptr<const std::string> access_;
};

}  // namespace reports
