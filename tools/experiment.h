// What compare and sweep have in common: variants, the figures that are wanted of them, what they
// are expected to do, and how all of it is asked for.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reports/render/comparison_text.h"
#include "tools/command_line.h"
#include "tools/replicas.h"
#include "tools/variants.h"

namespace tools {

inline constexpr std::uint32_t kMostReplications = 100'000;

struct ExperimentAsked {
    VariantsAsked variants;
    ReplicasAsked replicas;
    LimitsAsked limits;
    std::uint32_t replications = 5;
    std::string warm_up;
    std::string duration;
    std::vector<std::string> metrics;
    std::vector<std::string> thresholds;
    std::string out;
    std::string format = "text";
    bool json = false;
    bool quiet = false;
    bool no_colour = false;

    bool wants_json() const { return json || format == "json"; }
};

// Adds the options for it, but for FILE and --vary.
void add_options(CommandLine& line, ExperimentAsked& asked);

// The variants, with --duration and --warm-up among what is set.
VariantsAsked wanted_variants(const ExperimentAsked& asked);

// What is to be played, once nothing is wrong with it.
struct Experiment {
    Variants variants;
    reports::ComparedFigures figures = reports::usual_figures();
    std::vector<std::size_t> metrics;                        // at least one
    std::vector<std::vector<reports::Expression>> expected;  // by variant
    std::vector<reports::Vocabulary> words;                  // what each variant's may name
    reports::Vocabulary all_words;                           // what that of any may
};

// What is wrong; the same problem of many variants is told once.
class ReportedProblems {
public:
    void add(const std::string& problem) {
        if (!problem.empty() && told_.insert(problem).second) text_ += problem;
    }
    const std::string& text() const { return text_; }

private:
    std::set<std::string> told_;
    std::string text_;
};

// None when there is something to tell.
std::optional<Experiment> prepare(const ExperimentAsked& asked, ReportedProblems& told);

// Ready to play what is asked for; false after a complaint.
bool get_ready(ExperimentAsked& asked);

// Runs were stopped, or a person interrupted them: of how many replications, that every variant
// has, there is something to tell. None, after a complaint, of fewer than two.
std::optional<std::string> told_of_fewer(Replicas& replicas, PlayEnd end,
                                         const StoppedRuns& stopped);

std::vector<std::string> names_of(const Variants& variants);
reports::ComparisonInfo info_of(const ExperimentAsked& asked, const Variants& variants);

// NAME.json, NAME.csv and what is drawn from them, all or nothing. False after a complaint.
bool write_folder(const std::string& out, const std::string& name, const std::string& json,
                  const std::string& csv);

// Complains when a run was stopped because too many requests were in flight.
bool is_any_out_of_room(const Replicas& replicas, const Variants& variants);

}  // namespace tools
