// What differs between two finished runs, from what they wrote down: the scenario as it was
// resolved, the figures with what can be claimed of them, and the expectations that turned.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/spec/differences.h"
#include "models/spec/json.h"
#include "reports/paired.h"

namespace tools {

// A run that was read.
struct FinishedRun {
    std::string folder;
    models::spec::Json json;   // run.json
    std::string replications;  // the text of replications.csv; empty without
};

// How a difference is told from chance.
enum class Basis { none, paired, welch };

struct FigureChange {
    std::string path;  // in run.json: "latency_ms.p99"
    double before = 0;
    double after = 0;
    std::optional<reports::Estimate> difference = {};  // where intervals allow one
};

// Of what only one of them has, the other is empty.
struct Change {
    std::string what;
    std::string before;
    std::string after;
};

struct RunDifference {
    std::vector<models::spec::Difference> scenario;
    std::vector<Change> identity;       // seed, replications, fingerprints, version
    std::vector<Change> expectations;   // "held 6.97 ms" and "crossed 8.6 ms"
    std::vector<FigureChange> figures;  // in the order of run.json
    std::vector<Change> others;         // parts that only one of them has, texts
    Basis basis = Basis::none;
    std::string why_no_interval;

    bool is_empty() const {
        return scenario.empty() && identity.empty() && expectations.empty() && figures.empty() &&
               others.empty();
    }
};

RunDifference difference_of(const FinishedRun& before, const FinishedRun& after);

// A figure with its unit, which its path tells: "35.7 ms".
std::string figure_text(const std::string& path, double value);

std::string difference_text(const RunDifference& difference, bool everything, bool colour);
std::string difference_json(const RunDifference& difference, const FinishedRun& before,
                            const FinishedRun& after);

}  // namespace tools
