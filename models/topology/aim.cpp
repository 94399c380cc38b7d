#include "models/topology/aim.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "models/topology/network_check.h"

namespace models {

std::optional<std::uint16_t> zone_number_of(const std::vector<std::string>& zones,
                                            const std::string& name) {
    const auto found = std::ranges::find(zones, name);
    if (found == zones.end()) return std::nullopt;
    return static_cast<std::uint16_t>(found - zones.begin());
}

Standings::Standings(const Scenario& scenario) {
    if (scenario.network) {
        for (const auto& [region, spec] : scenario.network->regions) {
            for (const std::string& zone : spec.zones) regions_.emplace(zone, region);
        }
    }
    const StaticPods pods(scenario);
    for (const auto& [name, choice] : scenario.nodes) {
        Stand stand{Nodes::facts_of(choice), {}, {}};
        stand.zones = stand.part.zones;
        if (scenario.network) place(stand, scenario, pods, name);
        stands_.emplace(name, std::move(stand));
    }
    for (auto& [name, stand] : stands_) {
        if (stand.part.cluster == nullptr) continue;
        const Stand* const cluster = find(stand.part.cluster->node);
        if (cluster != nullptr) stand.zones = cluster->zones;
    }
}

// In turn, where there is a network; clusters and what is placed on them say it themselves.
void Standings::place(Stand& stand, const Scenario& scenario, const StaticPods& pods,
                      const std::string& name) {
    const Places places = scenario.network->build_places();
    const Links::Stand standing = standing_of(scenario, pods, places, name);
    if (standing.zones.empty()) return;
    stand.zones.clear();
    std::size_t taken = 0;  // by the instances there are
    for (const PlaceId zone : standing.zones) {
        const std::string& zone_name = places.name(zone);
        if (!zone_number_of(stand.zones, zone_name)) stand.zones.push_back(zone_name);
        stand.turn.push_back(*zone_number_of(stand.zones, zone_name));
        if (stand.turn.size() <= stand.part.instances) taken = stand.zones.size();
    }
    stand.zones.resize(taken);
}

const Standings::Stand* Standings::find(const std::string& node) const {
    const auto found = stands_.find(node);
    return found == stands_.end() ? nullptr : &found->second;
}

bool Standings::is_taken_by_zone(const NodeFacts& part) {
    return part.cluster == nullptr && part.instances > 0 &&
           (part.suffers.has(Abilities::crash()) || part.suffers.has(Abilities::power_loss()));
}

std::vector<std::string> Standings::all_zones() const {
    std::set<std::string> names;
    for (const auto& [name, stand] : stands_) {
        if (is_taken_by_zone(stand.part)) names.insert(stand.zones.begin(), stand.zones.end());
    }
    names.erase("");  // machines that stand nowhere
    return {names.begin(), names.end()};
}

std::vector<std::string> Standings::all_regions() const {
    std::set<std::string> names;
    for (const std::string& zone : all_zones()) {
        const auto found = regions_.find(zone);
        if (found != regions_.end()) names.insert(found->second);
    }
    return {names.begin(), names.end()};
}

std::vector<std::string> Standings::regions_of(const Stand& stand) const {
    std::set<std::string> names;
    for (const std::string& zone : stand.zones) {
        const auto found = regions_.find(zone);
        if (found != regions_.end()) names.insert(found->second);
    }
    return {names.begin(), names.end()};
}

std::optional<std::vector<std::uint16_t>> Standings::zones_meant(const Stand& stand,
                                                                 const Outage& outage) const {
    if (!outage.zone && !outage.region) return std::nullopt;
    std::vector<std::uint16_t> meant;
    for (std::size_t number = 0; number < stand.zones.size(); ++number) {
        const std::string& zone = stand.zones[number];
        const auto region = regions_.find(zone);
        const bool is_it = !outage.zone || outage.zone->name == zone;
        const bool is_there =
            !outage.region || (region != regions_.end() && region->second == *outage.region);
        if (is_it && is_there) meant.push_back(static_cast<std::uint16_t>(number));
    }
    return meant;
}

std::vector<Aim::Victim> Aim::victims(const Directory& directory) const {
    std::vector<Victim> found;
    for (const At& place : at) {
        const auto all = directory.node(place.node).instances();
        for (std::uint32_t number = 0; number < all.size(); ++number) {
            Instance& each = *all[number];
            const bool is_named = !instance || *instance == number;
            const std::uint16_t zone = place.zone_of(each, number);
            if (!is_named || !place.has(zone) || !has_role(each)) continue;
            found.push_back({&each, place.node, number, zone});
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
    if (outage.is_on_links()) return aim;
    aim.instance = outage.target.instance;
    aim.role = outage.role.value_or("");
    aim.instances = outage.instances;
    if (outage.share) aim.share = outage.share->value;
    const std::string& target = outage.target.node.node;
    for (const auto& [name, stand] : standings.all()) {
        const bool is_meant =
            target.empty() ? Standings::is_taken_by_zone(stand.part) : name == target;
        if (!is_meant) continue;
        auto zones = standings.zones_meant(stand, outage);
        if (zones && zones->empty()) continue;
        aim.has_zones = aim.has_zones || stand.zones.size() > 1;
        aim.at.push_back({name, std::move(zones), stand.turn});
    }
    return aim;
}

}  // namespace models
