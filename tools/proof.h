// Proving a lab: every statement of its claim must hold with every seed, every control must break
// those that it names with every seed, and what a control claims must hold under it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/comparison.h"
#include "reports/drawn.h"
#include "reports/expression.h"
#include "reports/metrics/metrics.h"
#include "tools/command.h"
#include "tools/lab_file.h"
#include "tools/lab_prose.h"

namespace tools {

// A lab in which nothing is wrong, ready to be played.
struct Proof {
    // One way to play it: a variant, under a control (by its index) or under none.
    struct Case {
        std::optional<std::size_t> control;
        std::string variant;
        models::Scenario scenario;
    };
    // What is to be asked of the runs, or of the scenario.
    enum class Kind { figures, check, promql, command, refused };
    struct Statement {
        std::string name;
        Kind kind = Kind::figures;
        std::string text;
        std::string because;
        bool is_premise = false;
        std::optional<reports::Expression> expression = {};  // of figures
        double at_s = 0;                                     // of promql
        // What was found without a run: under no control, then under each.
        std::vector<reports::Answer> found = {};
        // Of a command: what it is given under no control, then under each.
        std::optional<LabCommand> command = {};
        std::optional<reports::Expression> times = {};  // in how many lines
        std::vector<models::ScenarioSource> sources = {};
    };
    std::string file;
    Lab lab;
    std::vector<Case> cases;  // under no control (unless it is refused), then under each
    std::vector<Statement> statements;
    std::vector<std::vector<Statement>> control_claims;  // by control
    Prose about;
    std::vector<Prose> control_abouts;  // by control
    reports::Vocabulary words;          // what statements may name
};

// None, with all that is wrong with it, before anything is played.
std::optional<Proof> prepare(LabFile& file, std::string& problems);

// What is kept of a run.
struct Kept {
    reports::Summary summary;
    reports::Metrics metrics;  // of labs that speak PromQL
    // When a page is wanted: for its table, and, of the first seed, what it draws over time.
    reports::Sample sample;
    std::optional<reports::Drawn> drawn;
};

// What a statement came to with one seed.
struct Asked {
    reports::Answer answer = reports::Answer::undefined;
    std::optional<reports::Expression::Sides> sides = {};  // of a comparison of figures
};
using BySeed = std::vector<Asked>;

bool all_are(const BySeed& asked, reports::Answer answer);

struct StatementResult {
    BySeed plain;
    std::vector<BySeed> under;  // by control
    bool held() const { return all_are(plain, reports::Answer::holds); }
    bool is_broken_by(std::size_t control) const {
        return all_are(under[control], reports::Answer::fails);
    }
};

// What came of a lab.
struct Result {
    std::vector<StatementResult> statements;                   // as those of the proof
    std::vector<std::vector<StatementResult>> control_claims;  // under: of its own control alone
    std::string about;                                         // with what was measured
    std::vector<std::string> control_abouts;                   // by control
    std::vector<std::string> why;                              // all that is not as it must be
    std::vector<Kept> runs = {};                               // of each case, with each seed
    bool proven() const { return why.empty(); }
    bool held() const;
};

// All that it plays: each case, with each seed. They last as long as the proof.
std::vector<Run> runs_of(const Proof& proof);
// Of one of those, by its index; with what its page shows, where there is to be one.
Kept kept_of(const Proof& proof, std::size_t run, const sim::Recording& recording, bool with_page);
// What its statements came to, with all that it played.
Result judged(const Proof& proof, std::vector<Kept> runs);

// Statements that no control is said to break, without the premises.
std::vector<std::string> unbroken(const Proof& proof);

// The names of the statements that a control breaks, and of the controls that break a statement.
std::vector<std::string> broken_by(const Proof& proof, const Result& result, std::size_t control);
std::vector<std::string> breakers_of(const Proof& proof, const Result& result,
                                     std::size_t statement);

// The summary of a variant that was played with the lab's seed of that index; null where it was
// not played.
const reports::Summary* summary_of(const Proof& proof, const std::vector<Kept>& runs,
                                   std::optional<std::size_t> control, const std::string& variant,
                                   std::size_t seed);

}  // namespace tools
