// Whom a failure is aimed at: found in the scenario when it is loaded, and among the instances that
// are there when it strikes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/context.h"
#include "models/failures/outage.h"
#include "models/topology/scenario.h"
#include "models/topology/static_pods.h"

namespace models {

// What a scenario says of where its instances stand. It outlives this; its network is sound.
class Standings {
public:
    struct Stand {
        NodeFacts part;
        std::vector<std::string> zones;   // by number; those of its cluster, if it is on one
        std::vector<std::uint16_t> turn;  // where the network places them; empty: they say it
    };

    explicit Standings(const Scenario& scenario);

    const Stand* find(const std::string& node) const;
    const std::map<std::string, Stand, std::less<>>& all() const { return stands_; }

    // That something stands in, in alphabetical order.
    std::vector<std::string> all_zones() const;
    std::vector<std::string> all_regions() const;
    // That a node stands in; none without a network.
    std::vector<std::string> regions_of(const Stand& stand) const;
    // By their numbers, those of its zones that a failure is about; none: it is about all.
    std::optional<std::vector<std::uint16_t>> zones_meant(const Stand& stand,
                                                          const Outage& outage) const;
    // What a zone takes with it when it goes dark. What is placed on a machine goes with that.
    static bool is_taken_by_zone(const NodeFacts& part);

private:
    static void place(Stand& stand, const Scenario& scenario, const StaticPods& pods,
                      const std::string& name);

    std::map<std::string, Stand, std::less<>> stands_;
    std::map<std::string, std::string, std::less<>> regions_;  // by zone
};

// The number of a zone among those of that name; none when it is not there.
std::optional<std::uint16_t> zone_number_of(const std::vector<std::string>& zones,
                                            const std::string& name);

struct Aim {
    struct At {
        std::string node;
        std::optional<std::vector<std::uint16_t>> zones;  // none: all
        std::vector<std::uint16_t> turn;                  // as in a Stand

        std::uint16_t zone_of(const Instance& one, std::uint32_t number) const {
            return turn.empty() ? one.zone() : turn[number % turn.size()];
        }
        bool has(std::uint16_t zone) const {
            return !zones || std::ranges::find(*zones, zone) != zones->end();
        }
    };
    std::vector<At> at;
    std::optional<std::uint32_t> instance;
    std::string role;  // empty: any
    std::uint32_t instances = 0;
    std::optional<double> share;
    bool has_zones = false;

    // An instance, its number among those of its node, and where it stands now.
    struct Victim {
        Instance* instance;
        std::string node;
        std::uint32_t number;
        std::uint16_t zone;
    };
    // Those there are now.
    std::vector<Victim> victims(const Directory& directory) const;
    bool has_role(const Instance& one) const { return role.empty() || one.role() == role; }
};

Aim aim_of(const Outage& outage, const Standings& standings);

}  // namespace models
