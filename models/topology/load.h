// From files and settings to a scenario that can be played, or to everything that is wrong with it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/spec/declaration/types.h"
#include "models/spec/json/problems.h"
#include "models/topology/scenario.h"

namespace models {

struct ScenarioSource {
    std::string file;                      // "-" is the standard input
    std::vector<std::string> overlays;     // laid over it in order (RFC 7396)
    std::vector<std::string> sets;         // PATH=VALUE, laid over those
    std::optional<std::string> text;       // instead of reading `file`, which then only names it
    std::vector<std::string> varied = {};  // PATH=VALUE, from --vary, laid over all
    // Files from anywhere that the scenario may name: the command line has named them, too.
    std::vector<std::string> lent = {};
};

struct Loaded {
    std::optional<Scenario> scenario;  // none when there are problems
    spec::Problems problems;
    std::vector<std::string> warnings;
    std::vector<spec::SourceLocation> expect_places;  // where each expectation is written
    std::string sha256;                               // of all the texts it was made from
};

Loaded load(const ScenarioSource& source);

// What load() parses: the file, with all that is laid over it. Null when there are problems.
spec::Json document_of(const ScenarioSource& source, spec::Problems& problems);

// As JSON with every default filled in; loads to an equal scenario.
std::string resolved_json(const Scenario& scenario);

// All that is declared of a scenario; the first definition is the scenario itself.
spec::Types scenario_types();

}  // namespace models
