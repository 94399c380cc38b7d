// Every failure that a system can have: of single instances, of all of a node, of those with a
// role, of zones and regions, and of the links between nodes, in each kind that what is declared of
// them allows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/topology/scenario.h"

namespace tools {

struct Fault {
    std::string kind;           // of failure, in its own parameters' defaults
    std::string failure_class;  // of that kind
    std::string target;      // as people read it: "web[0]", "all 3 of web", "zone b", "web to db"
    std::string node;        // whose instances these are; empty: a place, or links
    bool is_loss = false;    // what it strikes is gone: down, or cut off
    bool takes_time = true;  // it lasts as long as is said
    std::uint32_t most = 1;  // of these instances, when all of a node are meant and fewer can be
    models::spec::Json failure;  // as a scenario writes it, but for when

    std::string name() const { return kind + " " + target; }
    // As a scenario writes it; times as people write them.
    models::spec::Json written(const std::string& at, const std::string& lasts) const;
    // The same of no more than so many of `most`.
    models::spec::Json written(const std::string& at, const std::string& lasts,
                               std::uint32_t instances) const;
};

struct FaultsWanted {
    std::vector<std::string> kinds;  // none: all
    std::vector<std::string> nodes;  // none: all, and places
    // Of instances that are all alike: how many are played for all of them.
    std::uint32_t of_alike = 1;
};

// In the scenario's order; what is named is there (why_not_there).
std::vector<Fault> faults_of(const models::Scenario& scenario, const FaultsWanted& wanted);

// What is named but is not there, for people; empty when all is.
std::string why_not_there(const models::Scenario& scenario, const FaultsWanted& wanted);

}  // namespace tools
