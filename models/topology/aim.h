// Whom a failure is aimed at: found in the scenario when it is loaded, and among the instances that
// are there when it strikes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/context.h"
#include "models/failures/outage.h"
#include "models/topology/scenario.h"

namespace models {

// What the nodes of a scenario say of where their instances stand. The scenario outlives it.
class Standings {
public:
    explicit Standings(const Scenario& scenario);

    const PartInGraph* find(const std::string& node) const;
    const std::map<std::string, PartInGraph, std::less<>>& parts() const { return parts_; }

    // By number; those of its cluster for what is placed on one.
    const std::vector<std::string>& zones_of(const PartInGraph& part) const;
    std::optional<std::uint16_t> zone_number(const PartInGraph& part,
                                             const std::string& name) const;

    // That something stands in, in alphabetical order.
    std::vector<std::string> all_zones() const;
    // What a zone takes with it when it goes dark. What is placed on a machine goes with that.
    bool is_taken_by_zone(const PartInGraph& part) const;

private:
    std::map<std::string, PartInGraph, std::less<>> parts_;
};

struct Aim {
    struct At {
        std::string node;
        std::optional<std::uint16_t> zone;
    };
    std::vector<At> at;
    std::optional<std::uint32_t> instance;
    std::string role;  // empty: any
    std::uint32_t instances = 0;
    std::optional<double> share;
    bool has_zones = false;

    // An instance, and its number among those of its node.
    struct Victim {
        Instance* instance;
        std::string node;
        std::uint32_t number;
    };
    // Those there are now.
    std::vector<Victim> victims(const Directory& directory) const;
    bool has_role(const Instance& one) const { return role.empty() || one.role() == role; }
};

Aim aim_of(const Outage& outage, const Standings& standings);

}  // namespace models
