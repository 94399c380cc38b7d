// Proving a lab: its claim must hold with every seed, and fail with every seed under the control.
#pragma once

#include <string>
#include <vector>

#include "reports/expression.h"
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
    std::vector<std::string> unsaid;  // what a check should have found and did not
    bool control_silences = false;    // with the control a check does not find it any more
};

// None, with all that is wrong with it, before anything is played.
std::optional<Proof> prepare(LabFile& file, std::string& problems);

struct Result {
    std::vector<std::string> rows;
    std::string file;
    std::string title;
    bool held = false;
    bool control_broke = false;
    std::string why;  // empty when proven
    PlayEnd end = PlayEnd::whole;
    bool proven() const { return held && control_broke; }
};

Result prove(const Proof& proof, const Play& how);

}  // namespace tools
