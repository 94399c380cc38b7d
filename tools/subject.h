// What a command is about: a scenario's file, the standard input, or the scenario inside of a lab,
// which may be asked for by the row that it proves.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/topology/load.h"

namespace tools {

// As the command line has it.
struct SubjectArguments {
    std::string file;     // a scenario, a lab, a row, or "-"
    std::string variant;  // of a lab: one of those that it plays side by side
    std::string control;  // of a lab: played under this one
    std::vector<std::string> overlays = {};
    std::vector<std::string> sets = {};
};

struct SubjectVariant {
    std::string name;
    models::ScenarioSource source;
};

struct Subject {
    std::string name;                           // the file's, without folder and ending
    std::string title;                          // of a lab
    models::ScenarioSource source;              // with what is wanted to be laid over it
    std::string vary;                           // what a lab varies
    std::vector<SubjectVariant> variants = {};  // or those that it has by name
};

// Whether a file that can be read is a lab.
bool is_lab(const std::string& file);

// The file is read once, whatever is laid over it how often. None, with all that is wrong, for
// people.
std::optional<Subject> subject_of(const SubjectArguments& wanted, std::string& problems);

// After what lies over it already.
void lay_over(models::ScenarioSource& source, const std::vector<std::string>& overlays,
              const std::vector<std::string>& sets);

// A subject whose scenario is sound.
struct LoadedSubject {
    Subject subject;
    models::Loaded loaded;  // has a scenario
};

// None when anything is wrong, all of which has been said on the standard error.
std::optional<LoadedSubject> load_subject(const SubjectArguments& wanted);

}  // namespace tools
