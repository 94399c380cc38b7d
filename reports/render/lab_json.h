// lab.json ("spate.lab/2"): what came of a lab, for its page and for other programs.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "reports/value.h"
#include "sim/recording.h"

namespace reports {

// What a statement came to with one seed.
struct LabAsked {
    Value left;  // NaN where there is nothing to compare
    Value right;
    std::string answer;  // "held", "failed", "undefined"
};

struct LabStatementShown {
    std::string name;
    std::string kind;  // "figures", "check", "promql", "command", "refused"
    std::string expr;
    std::string because;
    bool premise = false;
    bool held = false;
    std::vector<std::string> broken_by;
    std::vector<LabAsked> claim;                                          // by seed
    std::vector<std::pair<std::string, std::vector<LabAsked>>> controls;  // the same under each
};

struct LabControlShown {
    std::string name;
    std::string about;
    std::string scenario;  // JSON, as it is played under it; empty where it cannot be read
    std::vector<std::string> settings;
    std::vector<std::string> breaks;  // what it is said to break
    std::vector<std::string> broke;
    std::vector<LabStatementShown> claim;  // its own; `claim` is without it, `controls` under it
};

struct LabNext {
    std::string ask;
    std::string run;  // a command; empty when there is none
};

// What the page tells of a row: its sentence in two languages, and where a guide says it.
struct LabRow {
    std::string row;
    std::string group;  // "CA"
    std::string group_en;
    std::string group_ko;
    std::string en;  // empty where nothing is known of it
    std::string ko;
    std::uint32_t guide = 0;
    std::uint32_t line = 0;
    std::string guide_en;
    std::string guide_ko;
};

// A figure that is drawn over time.
struct LabFigure {
    std::string node;
    std::string name;  // "replicas", "requests"
    std::string unit;  // as a Series' of sim/recording.h, or "/s"
};

// A resource that was the bottleneck for a time.
struct LabFull {
    std::string node;
    std::string resource;
    double from_s = 0;
    double to_s = 0;
    std::string sentence;
};

// One run with the first seed, over time.
struct LabRun {
    std::string control;  // empty: as claimed
    std::string variant;
    double interval_s = 0;
    std::vector<std::vector<double>> values;  // by figure, by interval; NaN is nothing to say
    std::vector<LabFull> full;
    std::vector<sim::Incident> incidents;
};

struct LabOverTime {
    double end_s = 0;  // of the longest run
    std::vector<LabFigure> figures;
    std::vector<LabRun> runs;
};

struct LabShown {
    std::string version;
    std::string file;
    std::string catalogue;  // the way from its page to that of all labs; empty: there is none
    std::vector<LabRow> rows;
    std::string title;
    std::string about;
    std::vector<std::string> settings;
    std::string vary;
    std::vector<std::uint64_t> seeds;
    std::vector<LabStatementShown> statements;
    std::vector<LabControlShown> controls;
    std::vector<LabNext> try_next;
    bool held = false;
    std::vector<std::string> why;  // empty when it is proven
    std::string scenario;          // JSON, as the first run has it
    LabOverTime over_time;
    // Of the first run: run.json and drawn.json; and compare.json of all. Empty when none was
    // played.
    std::string run;
    std::string drawn;
    std::string comparison;
};

std::string lab_json(const LabShown& lab);

}  // namespace reports
