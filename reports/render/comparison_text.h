// A comparison for people: a row a variant, the differences, the sentences, and what to know before
// believing them.
#pragma once

#include <string>
#include <vector>

#include "reports/comparison.h"

namespace reports {

struct ComparisonInfo {
    struct Variant {
        std::string file;
        std::string sha256;
        std::vector<std::pair<std::string, std::string>> settings;  // path and value
    };
    std::string name;  // of the scenario
    std::string version;
    std::uint64_t seed = 0;
    double wall_s = 0;
    std::vector<Variant> variants;
    std::vector<std::string> left_out;
    std::vector<std::string> notes;  // beside those of the comparison itself
};

std::string comparison_text(const ComparisonInfo& info, const Comparison& comparison, bool colour);

}  // namespace reports
