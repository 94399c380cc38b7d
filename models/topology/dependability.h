// What a scenario says of how its parts fail at random, and which of them each client's requests
// need: for theory of availability.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/topology/scenario.h"

namespace models {

// Instances of a node that fail alike, each by itself.
struct FailingUnits {
    std::size_t node = 0;     // its place in the scenario
    std::size_t units = 1;    // that fail so
    std::size_t others = 0;   // of the node, that do not
    double up_s = 0;          // mean time to fail, once repaired
    double down_s = 0;        // mean time of a repair
    std::size_t crews = 1;    // that repair at a time
    double common_cause = 0;  // share of failures that they have together
};

struct ClientNeeds {
    std::string client;
    std::vector<std::size_t> nodes;  // places of those without which it is not answered
};

struct Dependability {
    std::vector<FailingUnits> failing;
    std::vector<ClientNeeds> clients;
    std::vector<std::string> notes;  // what is left out, and what is not independent
};

// The scenario was checked.
Dependability dependability_of(const Scenario& scenario);

}  // namespace models
