// What differs between two finished runs: the scenario, the figures with what can be claimed of
// them, and the expectations that turned.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/statistics/paired.h"
#include "reports/words/changes.h"

namespace reports {

// How a difference is told from chance.
enum class Basis { none, paired, welch };

struct FigureChange {
    std::string path;  // in run.json: "latency_ms.p99"
    double before = 0;
    double after = 0;
    std::optional<Estimate> difference = {};  // where intervals allow one
};

struct RunDifference {
    std::vector<Change> scenario;       // by the path of a parameter
    std::vector<Change> identity;       // seed, replications, fingerprints, version
    std::vector<Change> expectations;   // "held" and "CROSSED"
    std::vector<FigureChange> figures;  // in the order of run.json
    std::vector<Change> others;         // parts that only one of them has, texts
    Basis basis = Basis::none;
    std::string why_no_interval;

    bool is_empty() const {
        return scenario.empty() && identity.empty() && expectations.empty() && figures.empty() &&
               others.empty();
    }
};

}  // namespace reports
