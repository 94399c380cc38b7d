#include "models/topology/network_check.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "models/spec/declaration/names.h"
#include "models/spec/declaration/spec.h"
#include "models/topology/document_problems.h"

namespace models {

namespace {

// There is a table of all pairs.
constexpr std::size_t kMostZones = 256;

class NetworkChecker {
public:
    NetworkChecker(const Scenario& scenario, const spec::Json& document, spec::Problems& problems)
        : scenario_(scenario),
          network_(*scenario.network),
          problems_(document, problems),
          pods_(scenario) {}

    void run() {
        check_names();
        if (!problems_.empty()) return;
        places_ = network_.build_places();
        check_pairs();
        check_placement();
        check_ports();
        for (const auto& [name, choice] : scenario_.nodes) check_named(name, choice);
        if (!problems_.empty()) return;
        for (const bool hosts : {true, false}) {
            if (!hosts && !problems_.empty() && !pods_.all().empty()) return;
            for (const auto& [name, choice] : scenario_.nodes) {
                if (hosts == Nodes::facts_of(choice).is(Role::hosts)) stand(name, choice);
            }
        }
        if (problems_.empty()) find_empty();
    }

private:
    static std::string at(const std::string& in, const std::string& name) {
        return spec::pointer_to(in, std::string_view(name));
    }

    // --- names ---

    void check_names() {
        for (const auto& [region, spec] : network_.regions) {
            add_name(at("/network/regions", region), region, true);
            const std::string zones = at("/network/regions", region) + "/zones";
            for (std::size_t i = 0; i < spec.zones.size(); ++i) {
                add_name(fmt::format("{}/{}", zones, i), spec.zones[i]);
            }
        }
        for (std::size_t i = 0; i < network_.users.size(); ++i) {
            add_name(fmt::format("/network/users/{}", i), network_.users[i]);
        }
        if (names_.size() - network_.regions.size() > kMostZones) {
            problems_.add("/network/regions", fmt::format("more than {} zones in all", kMostZones));
        }
    }

    void add_name(const std::string& pointer, const std::string& name, bool is_key = false) {
        if (!is_key && !spec::is_name(name)) {
            problems_.add(pointer, fmt::format("\"{}\" is no name", name),
                          "letters, digits, - and _, at most 64");
        } else if (!names_.insert(name).second) {
            problems_.add(pointer, fmt::format("there is a place \"{}\" already", name),
                          "regions, zones and users have names of their own");
        }
    }

    std::string known_places(const std::string& wrong) const {
        return problems_.suggestion(wrong, {names_.begin(), names_.end()});
    }

    bool is_known(const std::string& pointer, const std::string& name) {
        if (names_.contains(name)) return true;
        problems_.add(pointer, fmt::format("there is no place \"{}\"", name), known_places(name));
        return false;
    }

    void check_pairs() {
        for (const auto& [from, row] : network_.pairs) {
            const std::string pointer = at("/network/pairs", from);
            is_known(pointer, from);
            for (const auto& [to, link] : row) is_known(at(pointer, to), to);
        }
    }

    // --- who stands where ---

    void check_placement() {
        for (const auto& [node, names] : network_.placement) {
            const std::string pointer = at("/network/placement", node);
            const NodeChoice* const choice = scenario_.nodes.find(node);
            if (choice == nullptr) {
                problems_.add(pointer, fmt::format("there is no node \"{}\"", node),
                              known_nodes(node));
                continue;
            }
            if (names.empty())
                problems_.add(pointer, "stands nowhere", "name a zone, or leave it out");
            for (std::size_t i = 0; i < names.size(); ++i) {
                is_known(fmt::format("{}/{}", pointer, i), names[i]);
            }
            check_stands(pointer, node, *choice);
        }
    }

    // Places that a node names itself, and those behind it, where it matters where they are.
    void check_named(const std::string& name, const NodeChoice& choice) {
        const NodeFacts facts = Nodes::facts_of(choice);
        for (const NamedPlace& each : facts.places) {
            is_known(at("/nodes", name) + each.pointer, each.name);
        }
        if (!facts.asks_where || facts.behind == nullptr) return;
        std::vector<spec::NodeRef> behind = facts.others_behind;
        behind.insert(behind.begin(), *facts.behind);
        for (const spec::NodeRef& each : behind) {
            const NodeChoice* const node = scenario_.nodes.find(each.node);
            if (node == nullptr || network_.placement.find(each.node) != nullptr) continue;
            if (!Nodes::facts_of(*node).is_part_of_callers) continue;
            problems_.add(at("/nodes", name),
                          fmt::format("\"{}\" stands where its callers do, so nobody is nearer to "
                                      "it than others",
                                      each.node),
                          fmt::format("give \"{}\" a place in \"placement\"", each.node));
        }
    }

    void check_ports() {
        for (const auto& [node, port] : network_.ports) {
            if (scenario_.nodes.find(node) != nullptr) continue;
            problems_.add(at("/network/ports", node), fmt::format("there is no node \"{}\"", node),
                          known_nodes(node));
        }
    }

    void check_stands(const std::string& pointer, const std::string& node,
                      const NodeChoice& choice) {
        const NodeFacts facts = Nodes::facts_of(choice);
        if (facts.machines != nullptr) {
            problems_.add(pointer,
                          fmt::format("\"{}\" stands where its machines' \"zone\" says", node));
        } else if (facts.cluster != nullptr) {
            problems_.add(pointer,
                          fmt::format("\"{}\" is placed on machines of a cluster already", node),
                          "its instances stand where their machines do");
        } else if (!problems_.empty()) {
            return;
        } else if (!facts.has_doors && placement_of(network_, places_, node).size() > 1) {
            problems_.add(
                pointer, fmt::format("\"{}\" can stand in one place only", node),
                "only these kinds have a place for each instance: " +
                    Nodes::kinds_that([](const NodeFacts& each) { return each.has_doors; }));
        }
    }

    std::string known_nodes(const std::string& wrong) const {
        std::vector<std::string> known;
        for (const auto& each : scenario_.nodes) known.push_back(each.first);
        return problems_.suggestion(wrong, known);
    }

    void stand(const std::string& name, const NodeChoice& choice) {
        const std::string pointer = at("/nodes", name);
        if (name == "network") problems_.add(pointer, "this is what the network itself is called");
        const NodeFacts facts = Nodes::facts_of(choice);
        if (facts.machines != nullptr) {
            const std::string machines = at(pointer, std::string(facts.machines_parameter));
            for (std::size_t i = 0; i < facts.machines->size(); ++i) {
                stand_machines(fmt::format("{}/{}/zone", machines, i), (*facts.machines)[i].zone);
            }
            return;
        }
        const Turns& turns = facts.turns;
        const std::size_t zones = places_.zones().size() - network_.users.size();
        const bool is_placed = network_.placement.find(name) != nullptr;
        if (facts.cluster == nullptr && !is_placed && turns.zones > zones) {
            problems_.add(at(pointer, std::string(turns.parameter)),
                          fmt::format("{} zones, but the network has {}", turns.zones, zones),
                          "name more in \"network\", or place the node in its \"placement\"");
            return;
        }
        if (facts.differences != nullptr && !check_zones_of(pointer, *facts.differences)) return;
        const Links::Stand standing = standing_of(scenario_, pods_, places_, name);
        taken_.insert(standing.zones.begin(), standing.zones.end());
    }

    // Of the instances that say it themselves.
    bool check_zones_of(const std::string& pointer, const InstanceDifferences& all) {
        bool valid = true;
        for (const auto& [numbers, difference] : all) {
            if (!difference.zone) continue;
            const std::string& zone = difference.zone->name;
            const std::string there = at(pointer + "/instances", numbers) + "/zone";
            if (!is_known(there, zone)) {
                valid = false;
            } else if (places_.level(*places_.find(zone)) != PlaceLevel::zone) {
                valid = false;
                problems_.add(there, fmt::format("\"{}\" is no zone", zone),
                              "instances stand in zones of regions");
            }
        }
        return valid;
    }

    void stand_machines(const std::string& pointer, const std::string& zone) {
        if (zone.empty()) {
            problems_.add(pointer, "these machines stand nowhere", known_places(zone));
        } else if (is_known(pointer, zone)) {
            taken_.insert(*places_.find(zone));
            if (places_.level(*places_.find(zone)) == PlaceLevel::zone) return;
            problems_.add(pointer, fmt::format("\"{}\" is no zone", zone));
        }
    }

    void find_empty() {
        for (const auto& [region, spec] : network_.regions) {
            for (std::size_t i = 0; i < spec.zones.size(); ++i) {
                if (taken_.contains(*places_.find(spec.zones[i]))) continue;
                problems_.add(fmt::format("{}/zones/{}", at("/network/regions", region), i),
                              fmt::format("nobody stands in \"{}\"", spec.zones[i]),
                              "place a node there in \"placement\", or leave the zone out");
            }
        }
    }

    const Scenario& scenario_;
    const NetworkSpec& network_;
    DocumentProblems problems_;
    StaticPods pods_;
    std::set<std::string> names_;
    Places places_;
    std::set<PlaceId> taken_;
};

// Without a network zones are numbers, and a node says how many it has.
void check_differences_of(const std::string& node, const NodeFacts& facts,
                          DocumentProblems& problems) {
    if (facts.differences == nullptr) return;
    const std::uint32_t zones = facts.turns.parameter.empty() ? 0 : facts.turns.zones;
    for (const auto& [numbers, difference] : *facts.differences) {
        const std::string pointer =
            spec::pointer_to(spec::pointer_to("/nodes", std::string_view(node)) + "/instances",
                             std::string_view(numbers));
        if (difference.address) {
            problems.add(pointer + "/address", "there is no network, and so nothing has an address",
                         "add a \"network\", or leave it out");
        }
        if (!difference.zone) continue;
        const std::string& zone = difference.zone->name;
        std::uint16_t number = 0;
        const char* const end = zone.data() + zone.size();
        const auto [rest, error] = std::from_chars(zone.data(), end, number);
        if (error == std::errc() && rest == end && number < zones) continue;
        problems.add(pointer + "/zone", fmt::format("\"{}\" has no zone \"{}\"", node, zone),
                     zones == 0
                         ? "its machines stand in the zones of a \"network\", and there is none"
                         : fmt::format("its \"{}\" are 0 to {}; those of a \"network\" have names",
                                       facts.turns.parameter, zones - 1));
    }
}

// Those that say it themselves stand there, those that run on a machine of a cluster on that, and
// the others where their turn comes.
void stand_apart(const StaticPods& pods, const std::string& node, const NodeFacts& facts,
                 const Places& places, std::vector<PlaceId>& zones) {
    const bool is_apart = facts.differences != nullptr && !facts.differences->empty();
    if (zones.empty() || (!is_apart && !pods.has(node))) return;
    std::vector<PlaceId> each(std::max<std::uint32_t>(1, facts.instances));
    for (std::uint32_t index = 0; index < each.size(); ++index) {
        const InstanceDifference* const own =
            is_apart ? difference_of(*facts.differences, index) : nullptr;
        each[index] = own != nullptr && own->zone ? *places.find(own->zone->name)
                                                  : zones[index % zones.size()];
        const StaticPodAt* const pod = pods.find(node, index);
        if (pod == nullptr) continue;
        const auto machine = places.find(instance_name(pod->cluster, pod->machine));
        each[index] = machine ? *machine : *places.find(pod->group->zone);
    }
    zones = std::move(each);
}

// In turn, before single ones say otherwise.
std::vector<PlaceId> zones_of(const Scenario& scenario, const Places& places,
                              const std::string& node, const NodeFacts& facts) {
    const NetworkSpec& network = *scenario.network;
    std::vector<PlaceId> zones = placement_of(network, places, node);
    const bool stands_with_others =
        facts.is_part_of_callers || facts.machines != nullptr || facts.cluster != nullptr;
    if (!zones.empty() || stands_with_others) return zones;
    if (facts.is(Role::sends)) return {places.zones().front()};
    for (std::size_t zone = 0; zone < facts.turns.zones; ++zone) {
        zones.push_back(places.zones()[network.users.size() + zone]);
    }
    return zones;
}

}  // namespace

void check_network(const Scenario& scenario, const spec::Json& document, spec::Problems& problems) {
    if (scenario.network) {
        NetworkChecker(scenario, document, problems).run();
    } else {
        DocumentProblems at(document, problems);
        for (const auto& [node, choice] : scenario.nodes) {
            const NodeFacts facts = Nodes::facts_of(choice);
            check_differences_of(node, facts, at);
            if (!facts.asks_where) continue;
            at.add(spec::pointer_to("/nodes", std::string_view(node)),
                   "its answers depend on where callers stand, and there is no network",
                   "add a \"network\", or take another policy");
        }
    }
}

Links::Stand standing_of(const Scenario& scenario, const StaticPods& pods, const Places& places,
                         const std::string& node) {
    const NodeChoice& choice = *scenario.nodes.find(node);
    const NodeFacts facts = Nodes::facts_of(choice);
    Links::Stand standing{zones_of(scenario, places, node, facts), facts.has_doors};
    stand_apart(pods, node, facts, places, standing.zones);
    return standing;
}

}  // namespace models
