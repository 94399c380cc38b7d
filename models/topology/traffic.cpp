#include "models/topology/traffic.h"

#include <algorithm>
#include <string_view>

#include "models/spec/declaration/spec.h"
#include "models/topology/links.h"
#include "models/topology/network_check.h"

namespace models {

Traffic::Traffic(const Scenario& scenario) {
    find_stands(scenario);
    find_ways(scenario);
    for (const auto& [name, stand] : stands_) {
        followed_.clear();
        if (!stand.is_part_of_callers) follow(name, name);
        if (Nodes::facts_of(*scenario.nodes.find(name)).talks_among_itself) {
            pairs_.insert({name, name});
        }
    }
}

void Traffic::find_stands(const Scenario& scenario) {
    const Places places = scenario.network->build_places();
    const StaticPods pods(scenario);
    for (const PlaceId zone : places.zones()) {
        places_.insert({places.name(zone), places.name(places.region_of(zone))});
    }
    const auto add = [&](Stand& stand, PlaceId zone) {
        stand.places.insert({places.name(zone), places.name(places.region_of(zone))});
    };
    for (const auto& [name, choice] : scenario.nodes) {
        const NodeFacts part = Nodes::facts_of(choice);
        Stand& stand = stands_[name];
        stand.instances = std::max(part.instances, 1u);
        const Links::Stand standing = standing_of(scenario, pods, places, name);
        for (const PlaceId zone : standing.zones) add(stand, zone);
        if (part.cluster != nullptr) stand.clusters.insert(part.cluster->node);
        stand.is_part_of_callers =
            part.is_part_of_callers && standing.has_doors && stand.places.empty();
        stand.is_asked_beside = part.is_asked_beside;
        if (part.machines == nullptr) continue;
        stand.clusters.insert(name);
        for (const MachineGroup& group : *part.machines) add(stand, *places.find(group.zone));
    }
    for (auto& [name, stand] : stands_) {
        for (const std::string& cluster : stand.clusters) {
            if (stand.places.empty() && stands_.contains(cluster)) {
                stand.places = stands_.at(cluster).places;
            }
        }
    }
    for (const StaticPodAt& pod : pods.all()) stands_.at(pod.node).clusters.insert(pod.cluster);
}

void Traffic::find_ways(const Scenario& scenario) {
    for_each_reference(scenario, [&](std::size_t from, const spec::Reference& reference) {
        const std::string& to = reference.ref.node;
        const NodeFacts part = Nodes::facts_of(scenario.nodes.entries[from].second);
        const bool subscribes = part.passes(reference.pointer) == Passes::subscriptions;
        if (subscribes && stands_.contains(to)) {
            add_registry(scenario, scenario.nodes.entries[from].first, part, to);
        }
        if (reference.edge == spec::Edge::kMention || !stands_.contains(to)) return;
        const bool has_links = !reference.around.has_own_latency.value_or(false);
        ways_[scenario.nodes.entries[from].first].push_back({to, has_links});
    });
}

// Heartbeats or checks, between the registry and the instances that it lists; or lookups of those
// who want to know of them.
void Traffic::add_registry(const Scenario& scenario, const std::string& client,
                           const NodeFacts& part, const std::string& registry) {
    if (Nodes::facts_of(*scenario.nodes.find(registry)).is_looked_up) {
        if (!stands_.at(client).is_part_of_callers) pairs_.insert({client, registry});
    } else if (part.behind != nullptr) {
        pairs_.insert({part.behind->node, registry});
    }
}

// A balancer that stands nowhere is no end of a way.
void Traffic::follow(const std::string& from, const std::string& through) {
    if (!followed_.insert(through).second) return;
    for (const Way& way : ways_[through]) {
        if (!way.has_links) continue;
        if (stands_.at(way.to).is_part_of_callers) {
            follow(from, way.to);
        } else {
            pairs_.insert({from, way.to});
            if (stands_.at(way.to).is_asked_beside) follow(from, way.to);
        }
    }
}

bool Traffic::knows(const PlaceName& name) const {
    if (places_.contains(name.name)) return true;
    const std::optional<NumberedName> named = numbered_name(name.name);
    const auto found = stands_.find(named->name);
    if (found == stands_.end() || found->second.is_part_of_callers) return false;
    return !named->number || *named->number < found->second.instances;
}

std::vector<std::string> Traffic::names() const {
    std::set<std::string> names(places_.begin(), places_.end());
    for (const auto& [name, stand] : stands_) {
        if (!stand.is_part_of_callers) names.insert(name);
    }
    return {names.begin(), names.end()};
}

bool Traffic::is_named(const std::string& node, const PlaceName& name) const {
    const Stand& stand = stands_.at(node);
    if (places_.contains(name.name)) return stand.places.contains(name.name);
    const std::string named = numbered_name(name.name)->name;
    return named == node || stand.clusters.contains(named);
}

bool Traffic::is_in(const std::string& node, const std::vector<PlaceName>& side) const {
    return std::ranges::any_of(side, [&](const PlaceName& each) { return is_named(node, each); });
}

// Of a side that is not given: what is not wholly on the other.
bool Traffic::is_on(const std::string& node, const std::vector<PlaceName>& side,
                    const std::vector<PlaceName>& other) const {
    if (!side.empty()) return is_in(node, side);
    return !is_in(node, other) || stands_.at(node).instances > 1;
}

bool Traffic::goes(const std::string& from, const std::string& to, const Outage& outage) const {
    return is_on(from, outage.from, outage.to) && is_on(to, outage.to, outage.from);
}

bool Traffic::is_touched_by(const Outage& outage) const {
    return std::ranges::any_of(pairs_, [&](const auto& pair) {
        return goes(pair.first, pair.second, outage) || goes(pair.second, pair.first, outage);
    });
}

bool Traffic::has_bandwidth(const Outage& outage, const NetworkSpec& network) const {
    const auto is_region = [&](const std::string& place) {
        return network.regions.find(place) != nullptr;
    };
    const auto has = [&](const std::string& from, const std::string& to) {
        for (const std::string& start : stands_.at(from).places) {
            for (const std::string& end : stands_.at(to).places) {
                if (is_region(start) || is_region(end)) continue;
                if (network.has_bandwidth(start, end)) return true;
            }
        }
        return false;
    };
    return std::ranges::any_of(pairs_, [&](const auto& pair) {
        const auto& [from, to] = pair;
        return (goes(from, to, outage) || goes(to, from, outage)) && has(from, to);
    });
}

}  // namespace models
