// What a command is about: a scenario's file, the standard input, or the scenario inside of a lab.
#pragma once

#include <optional>
#include <string>

#include "models/topology/load.h"

namespace tools {

struct Subject {
    std::string name;  // the file's, without folder and ending
    models::ScenarioSource source;
    std::string vary;  // what a lab varies
};

// Whether a file that can be read is a lab.
bool is_lab(const std::string& file);

// The file is read once, whatever is laid over it how often. None, with all that is wrong, for
// people.
std::optional<Subject> subject_of(const std::string& file, std::string& problems);

}  // namespace tools
