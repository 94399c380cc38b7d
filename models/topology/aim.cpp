#include "models/topology/aim.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace models {

Standings::Standings(const Scenario& scenario) {
    for (const auto& [name, choice] : scenario.nodes) parts_.emplace(name, Nodes::part_of(choice));
}

const PartInGraph* Standings::find(const std::string& node) const {
    const auto found = parts_.find(node);
    return found == parts_.end() ? nullptr : &found->second;
}

const std::vector<std::string>& Standings::zones_of(const PartInGraph& part) const {
    const PartInGraph* const cluster = part.cluster != nullptr ? find(part.cluster->node) : nullptr;
    return cluster != nullptr ? cluster->zones : part.zones;
}

std::optional<std::uint16_t> Standings::zone_number(const PartInGraph& part,
                                                    const std::string& name) const {
    const std::vector<std::string>& zones = zones_of(part);
    const auto found = std::ranges::find(zones, name);
    if (found == zones.end()) return std::nullopt;
    return static_cast<std::uint16_t>(found - zones.begin());
}

bool Standings::is_taken_by_zone(const PartInGraph& part) const {
    return part.cluster == nullptr &&
           (part.suffers.has(Abilities::crash()) || part.suffers.has(Abilities::power_loss()));
}

std::vector<std::string> Standings::all_zones() const {
    std::set<std::string> names;
    for (const auto& [name, part] : parts_) {
        if (is_taken_by_zone(part)) names.insert(part.zones.begin(), part.zones.end());
    }
    names.erase("");  // machines that stand nowhere
    return {names.begin(), names.end()};
}

std::vector<Aim::Victim> Aim::victims(const Directory& directory) const {
    std::vector<Victim> found;
    for (const At& place : at) {
        const auto all = directory.node(place.node).instances();
        for (std::uint32_t number = 0; number < all.size(); ++number) {
            Instance& each = *all[number];
            const bool is_named = !instance || *instance == number;
            const bool is_there = !place.zone || each.zone() == *place.zone;
            if (is_named && is_there && has_role(each))
                found.push_back({&each, place.node, number});
        }
    }
    std::size_t most = instances == 0 ? found.size() : instances;
    if (share) {
        // Not one more for the sake of a share's last digit.
        constexpr double kRounding = 1e-9;
        const double exact = *share * static_cast<double>(found.size());
        most = static_cast<std::size_t>(std::ceil(exact - kRounding));
    }
    if (most < found.size()) found.resize(most);
    return found;
}

Aim aim_of(const Outage& outage, const Standings& standings) {
    Aim aim;
    aim.instance = outage.target.instance;
    aim.role = outage.role.value_or("");
    aim.instances = outage.instances;
    if (outage.share) aim.share = outage.share->value;
    const std::string& target = outage.target.node.node;
    for (const auto& [name, part] : standings.parts()) {
        if (target.empty() ? !standings.is_taken_by_zone(part) : name != target) continue;
        std::optional<std::uint16_t> zone;
        if (outage.zone) zone = standings.zone_number(part, outage.zone->name);
        if (outage.zone && !zone) continue;
        aim.has_zones = aim.has_zones || standings.zones_of(part).size() > 1;
        aim.at.push_back({name, zone});
    }
    return aim;
}

}  // namespace models
