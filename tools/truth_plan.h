// How the tables of a file of truth are played: for each a scenario as a person would write it,
// with the row's columns in it, and which of a run's figures a column must be equal to. Plans come
// with the program (scenarios/truth); the files are whoever's.
//
//     {"tables": {"/tables/mm1/rows": {
//         "says": "M/M/1", "row": "rho ${rho}",
//         "play": [{"scenario": {"nodes": {...}}, "expect": {"W": "mean_time_in_system"}}]}}}
//
// Where the truth is itself the mean of a few measured runs, "of" says how many, and their chance
// is taken to be that of as many runs played.
//
// A table's key is a JSON pointer, in which * is any member. Instead of "play" it may have
// "no_model", "calibration" or "unit", each with a sentence that says why, or by which test.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/spec/json/json.h"

namespace tools {

struct TruthExpectation {
    std::string column;     // what it is called
    std::string figure;     // of the run, as in "p(99)"
    std::string is;         // a formula; the column itself
    double within = 0;      // how far truth itself may be off, relatively
    double resolution = 0;  // what the figure cannot tell from nothing
    std::string because;    // of either
    bool of_each = false;   // the mean of runs' figures, where that of all runs is their sum
    std::string of;         // formula: of how many runs of that length the truth is the mean
};

struct TruthPlay {
    models::spec::Json only;      // columns with these values; null: any row
    models::spec::Json unless;    // and none with these
    models::spec::Json let;       // names for sums
    models::spec::Json scenario;  // or the name of its file, from the plan's folder
    std::string folder;           // the plan's
    std::vector<TruthExpectation> expect;
    std::string no_model;           // of such rows; empty: there is one
    std::size_t replications = 32;  // at least: a standard error of fewer is badly known
};

struct TruthTable {
    std::string pointer;
    std::string says;
    std::string row;  // how a row is called
    std::vector<TruthPlay> plays;
    std::vector<std::pair<std::string, std::string>> without;  // columns that are not compared, why
    std::string no_model;
    std::string calibration;
    std::string unit;
};

struct TruthPlan {
    std::vector<TruthTable> tables;
};

// None, after a complaint, when it is not as it must be.
std::optional<TruthPlan> read_truth_plan(const std::string& path);

// A table of a file: its rows, and the objects around it from the inside out.
struct TruthRows {
    std::string pointer;
    const models::spec::Json* rows = nullptr;
    std::vector<const models::spec::Json*> around;
};

// Every list of objects that is in no row of another, and every list that a plan knows.
std::vector<TruthRows> tables_in(const models::spec::Json& file, const TruthPlan& plan);

// The plan of a table; null when there is none.
const TruthTable* plan_of(const TruthPlan& plan, const std::string& pointer);

}  // namespace tools
