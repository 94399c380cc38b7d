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
        std::vector<std::string> labels;                            // of the settings, for people
    };
    std::string name;  // of the scenario
    std::string version;
    std::uint64_t seed = 0;
    double wall_s = 0;
    std::vector<Variant> variants;
    std::vector<std::string> left_out;
    std::vector<std::string> notes;  // beside those of the comparison itself
};

// Whether the variants are the values of one quantity.
bool is_line(const ComparisonInfo& info);

// A figure's value as people read it.
std::string figure_text(double value, Dimension dimension);

// A row a variant: its figures, and half of their intervals below.
std::string variants_table(const Comparison& comparison, bool colour);
// Whose machines max/mean and cv are of; empty when nobody's.
std::string balanced_line(const Comparison& comparison);
// What the scenarios expect, of the variants that did not meet it in every replication.
std::string crossed_lines(const Comparison& comparison, bool colour);
// At the blanks, the further lines indented.
std::string wrapped(const std::string& text, std::string_view indent);

std::string comparison_text(const ComparisonInfo& info, const Comparison& comparison, bool colour);

}  // namespace reports
