// Ranges of values: "1..8", "10..50:5", "1..64*2", "100/s..1000/s/10", "1ms..1s*/7".
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tools {

// The values that a range stands for; none when the text is no range. A range that cannot be gone
// through (no end, no step, too many values) is a problem.
std::optional<std::vector<std::string>> values_of_range(const std::string& text,
                                                        std::string& problem);

}  // namespace tools
