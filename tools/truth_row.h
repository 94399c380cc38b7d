// A row of truth, played: until its figures are known well enough, and then beside what they should
// be.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/truth_formula.h"
#include "tools/truth_plan.h"

namespace tools {

// A row is as good as the worst of its columns. `unit` is what a test of this tree plays, and no
// scenario can.
enum class TruthVerdict { met, imprecise, not_met, no_model, calibration, unit };
constexpr std::size_t kTruthVerdicts = 6;
constexpr std::string_view kTruthWords[kTruthVerdicts] = {"met",      "not precise", "not met",
                                                          "no model", "calibration", "unit"};

struct TruthFinding {
    std::string column;
    std::string figure;
    double got = 0;
    double error = 0;  // standard error
    double want = 0;
    TruthVerdict verdict = TruthVerdict::met;
};

struct TruthResult {
    std::string name;
    TruthVerdict verdict = TruthVerdict::met;
    std::string why;
    std::vector<TruthFinding> findings;
    std::uint64_t events = 0;
};

struct TruthAsked {
    std::uint64_t seed = 1;
    double mean = 0.005;                 // standard errors, relative, of a mean or a share
    double tail = 0.01;                  // of a percentile from the 95th on
    std::uint64_t events = 200'000'000;  // of a scenario, in all its replications
};

TruthResult play_row(const TruthTable& table, const Columns& columns, const std::string& name,
                     const TruthAsked& asked);

}  // namespace tools
