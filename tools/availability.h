// Availability without a run, from numbers on the command line.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tools {

// What the words come to, a line each; or why they come to nothing.
struct Calculated {
    std::string text;
    std::string problem;
    std::string hint;
};
// "nines 99.9", "series 99.9 x5"; nothing when the first word is no such question.
std::optional<Calculated> calculated(const std::vector<std::string>& words);

}  // namespace tools
