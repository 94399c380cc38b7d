// The variants of a comparison or a sweep: every file with every combination of what is varied,
// each loaded and found right before anything is played.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/topology/load.h"

namespace tools {

struct Variation {
    std::string path;
    std::string value;  // as --set takes it
    std::string label;  // as people read it: "least_request", not the object it stands in
};

struct LoadedVariant {
    std::string name;
    std::string file;
    std::vector<Variation> varied;
    models::Loaded loaded;
};

struct Variants {
    std::vector<LoadedVariant> each;
    std::vector<std::string> moved;     // inputs of which each has two variants, after the first
    std::vector<std::string> left_out;  // a sentence for each member of a family that is not there
};

struct VariantsAsked {
    std::vector<std::string> files;
    std::vector<std::string> overlays;
    std::vector<std::string> sets;
    std::vector<std::string> vary;
    // The share by which each assumption is moved, instead of --vary.
    std::optional<double> sensitivity;
};

// None, with all that is wrong, for people.
std::optional<Variants> load_variants(const VariantsAsked& asked, std::string& problems);

}  // namespace tools
