// lab.json ("spate.lab/1"): what came of a lab, for its page and for other programs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/value.h"

namespace reports {

// One of the statements that a claim is made of, with what it came to with each seed.
struct LabClause {
    struct Asked {
        Value left;  // NaN where there is nothing to compare
        Value right;
        std::string answer;  // "held", "failed", "undefined"
    };
    std::string expr;
    std::vector<Asked> claim;    // by seed
    std::vector<Asked> control;  // the same under the control
};

struct LabShown {
    std::string version;
    std::string file;
    std::vector<std::string> rows;
    std::string title;
    std::string about;
    std::string claim;
    std::string refused;              // instead of a claim
    std::vector<std::string> checks;  // what a check has to say
    std::vector<std::string> promql;  // what promtool must find true
    std::vector<std::string> settings;
    std::string vary;
    std::vector<std::uint64_t> seeds;
    std::string control_about;
    std::vector<std::string> control_settings;
    std::vector<std::string> try_next;
    bool held = false;
    bool control_broke = false;
    std::string why;  // empty when it is proven
    std::vector<LabClause> clauses;
    std::string comparison;  // compare.json of its runs; empty when nothing was played
};

std::string lab_json(const LabShown& lab);

}  // namespace reports
