// lab.json ("spate.lab/2"): what came of a lab, for its page and for other programs.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "reports/value.h"

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
    std::vector<LabAsked> claim;                                           // by seed
    std::vector<std::pair<std::string, std::vector<LabAsked>>> controls;  // the same under each
};

struct LabControlShown {
    std::string name;
    std::string about;
    std::vector<std::string> settings;
    std::vector<std::string> breaks;  // what it is said to break
    std::vector<std::string> broke;
    std::vector<LabStatementShown> claim;  // its own; `claim` is without it, `controls` under it
};

struct LabNext {
    std::string ask;
    std::string run;  // a command; empty when there is none
};

struct LabShown {
    std::string version;
    std::string file;
    std::vector<std::string> rows;
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
    std::string comparison;        // compare.json of its runs; empty when nothing was played
};

std::string lab_json(const LabShown& lab);

}  // namespace reports
