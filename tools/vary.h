// What is varied, as it is written: "PATH=a,b,c".
//
// A value is whatever --set would take. Commas inside of brackets and quotes belong to a value, so
// whole objects can be listed. A range stands for its values: "1..8" (whole numbers), "10..50:5"
// (steps), "1..64*2" (factors), "100/s..1000/s/10" (so many, evenly), "1ms..1s*/7" (so many, by
// equal factors).
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tools {

struct Axis {
    std::string path;
    std::vector<std::string> values;  // "all" is kept as it is written
};

// At the commas outside of brackets and quotes; blanks around values are dropped.
std::vector<std::string> split_values(const std::string& list);

// None, with what is wrong, for a person.
std::optional<Axis> axis_of(const std::string& vary, std::string& problem);

}  // namespace tools
