// Proving a lab: its claim must hold with every seed, and fail with every seed under the control.
#pragma once

#include <string>
#include <vector>

#include "reports/comparison.h"
#include "reports/expression.h"
#include "reports/metrics/metrics.h"
#include "tools/command.h"
#include "tools/lab_file.h"

namespace tools {

// A lab in which nothing is wrong, ready to be played.
struct Proof {
    struct Case {
        bool control = false;
        std::string variant;
        models::Scenario scenario;
    };
    std::string file;
    Lab lab;
    struct Refusals {
        bool held = false;
        bool control_broke = false;
    };
    std::vector<Case> cases;           // without the control, then with it
    std::optional<Refusals> refusals;  // of a lab that nothing is played for
    std::optional<reports::Expression> claim;
    reports::Vocabulary words;        // what a claim may name
    std::vector<std::string> unsaid;  // what a check should have found and did not
    bool control_silences = false;    // with the control a check does not find it any more
};

// None, with all that is wrong with it, before anything is played.
std::optional<Proof> prepare(LabFile& file, std::string& problems);

// What is kept of a run.
struct Kept {
    reports::Summary summary;
    reports::Metrics metrics;  // of labs that speak PromQL
    reports::Sample sample;    // as a comparison wants it, when one is wanted
};

struct Result {
    std::vector<std::string> rows;
    std::string file;
    std::string title;
    bool held = false;
    bool control_broke = false;
    std::string why;  // empty when proven
    PlayEnd end = PlayEnd::whole;
    std::vector<Kept> runs = {};  // of each case, with each seed
    bool proven() const { return held && control_broke; }
};

// With samples of every run where they are to be compared.
Result prove(const Proof& proof, const Play& how, bool with_samples = false);

// The summary of a variant that was played with the lab's seed of that index.
const reports::Summary& summary_of(const Proof& proof, const std::vector<Kept>& runs, bool control,
                                   const std::string& variant, std::size_t seed);

}  // namespace tools
