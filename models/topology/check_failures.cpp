#include "models/topology/check_failures.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "models/failures/bandwidth.h"
#include "models/failures/firewall_deny.h"
#include "models/spec/json/nearest.h"
#include "models/topology/aim.h"
#include "models/topology/traffic.h"

namespace models {

namespace {

class FailureChecker {
public:
    FailureChecker(const Scenario& scenario, const spec::Json& document, spec::Problems& problems)
        : scenario_(scenario),
          document_(document),
          problems_(problems),
          standings_(scenario),
          end_(scenario.run.warm_up + scenario.run.measure) {}

    std::vector<std::string> run() {
        for (std::size_t i = 0; i < scenario_.failures.size(); ++i) {
            pointer_ = fmt::format("/failures/{}", i);
            const FailureChoice& choice = scenario_.failures[i];
            const Outage& outage = Failures::outage_of(choice);
            if (outage.is_on_links()) {
                check_links(choice, outage);
            } else {
                outage.target.node.node.empty() ? check_place(outage)
                                                : check_target(choice, outage);
            }
            if (outage.when) check_condition(*outage.when, i);
            if (outage.at < end_) continue;
            warnings_.push_back(fmt::format("failure {} ({}) would strike after the end of the run",
                                            i, choice.kind()));
        }
        return std::move(warnings_);
    }

private:
    // The network is sound.
    void check_links(const FailureChoice& choice, const Outage& outage) {
        const std::string first = outage.from.empty() ? "/to" : "/from";
        if (!scenario_.network) {
            problem(first, "there are no links without a network",
                    "add \"network\", with where the nodes stand");
            return;
        }
        const Traffic traffic(scenario_);
        const bool knows_from = check_names("/from", outage.from, traffic);
        const bool knows_to = check_names("/to", outage.to, traffic);
        const bool is_of_bandwidth = choice.as<Bandwidth::Spec>() != nullptr;
        const auto* const firewall = choice.as<FirewallDeny::Spec>();
        if (firewall != nullptr && firewall->port) check_port(*firewall->port);
        if (!knows_from || !knows_to) return;
        if (!traffic.is_touched_by(outage)) {
            problem(
                first,
                fmt::format("nothing travels there: the {} would change nothing", choice.kind()),
                "name places between which calls go; what has a latency of its own is on no "
                "link");
        } else if (is_of_bandwidth && !traffic.has_bandwidth(outage, *scenario_.network)) {
            problem(first, "no link there has a bandwidth, so there is nothing to take of it",
                    "give \"network\" one: \"same_zone\": {\"bandwidth\": \"10Gbit/s\"}");
        }
    }

    void check_port(std::uint16_t port) {
        std::vector<std::string> known;
        for (const auto& [node, stand] : standings_.all()) {
            if (!stand.part.is(Role::answers)) continue;
            const std::uint16_t* const own = scenario_.network->ports.find(node);
            const std::uint16_t number = own != nullptr ? *own : NetworkSpec::kUsualPort;
            if (number == port) return;
            known.push_back(fmt::format("{} of {}", number, node));
        }
        problem(
            "/port", fmt::format("nobody is called on port {}", port),
            fmt::format("ports are {}; \"ports\" of the network say them", fmt::join(known, ", ")));
    }

    bool check_names(const std::string& where, const std::vector<PlaceName>& side,
                     const Traffic& traffic) {
        bool valid = true;
        for (std::size_t i = 0; i < side.size(); ++i) {
            if (traffic.knows(side[i])) continue;
            valid = false;
            problem(fmt::format("{}/{}", where, i),
                    fmt::format("nobody stands in \"{}\", and no node is called so", side[i].name),
                    hint_of(side[i].name, traffic.names(), "there are:", ""));
        }
        return valid;
    }

    // Nobody waits for a failure that is waiting for himself: only earlier ones can be named.
    void check_condition(const Condition& condition, std::size_t number) {
        for (const Condition::Term& term : condition.terms) {
            if (!term.failure) {
                check_reading(term);
            } else if (*term.failure >= number) {
                problem("/when", fmt::format("failures[{}] is not before this one", *term.failure),
                        number == 0 ? "this is the first: name a node's figure"
                                    : fmt::format("there are failures[0] to failures[{}]: those "
                                                  "that come before it in the list",
                                                  number - 1));
            }
        }
    }

    void check_reading(const Condition::Term& term) {
        const Standings::Stand* const stand = standings_.find(term.node);
        if (stand == nullptr) {
            problem("/when", fmt::format("there is no node \"{}\"", term.node),
                    hint_of(term.node, node_names(), "there are:", ""));
            return;
        }
        std::vector<std::string> known = stand->part.readings;
        known.emplace_back(Condition::kInFlight);
        if (stand->part.instances > 0) known.emplace_back(Condition::kUp);
        if (std::ranges::find(known, term.figure) != known.end()) return;
        problem("/when",
                fmt::format("\"{}\" has no figure \"{}\" to look at", term.node, term.figure),
                hint_of(term.figure, known, "it has:", ""));
    }

    std::vector<std::string> node_names() const {
        std::vector<std::string> known;
        for (const auto& [each, ignored] : scenario_.nodes) known.push_back(each);
        return known;
    }

    std::vector<std::string> failing_names() const {
        std::vector<std::string> known;
        for (const auto& [each, stand] : standings_.all()) {
            if (stand.part.instances > 0) known.push_back(each);
        }
        return known;
    }

    void check_place(const Outage& outage) {
        if (outage.region) {
            const std::vector<std::string> regions = standings_.all_regions();
            if (std::ranges::find(regions, *outage.region) != regions.end()) return;
            problem("/region", fmt::format("nothing stands in region \"{}\"", *outage.region),
                    hint_of(*outage.region, regions, "regions are", kNoRegions));
            return;
        }
        const std::vector<std::string> zones = standings_.all_zones();
        if (std::ranges::find(zones, outage.zone->name) != zones.end()) return;
        problem("/zone", fmt::format("nothing stands in zone \"{}\"", outage.zone->name),
                hint_of(outage.zone->name, zones, "zones are", kNoZones));
    }

    void check_target(const FailureChoice& choice, const Outage& outage) {
        const std::string& name = outage.target.node.node;
        const Standings::Stand* const stand = standings_.find(name);
        if (stand == nullptr) {
            problem("/target", fmt::format("there is no node \"{}\"", name),
                    hint_of(name, node_names(), "there are:", ""));
            return;
        }
        const NodeFacts& part = stand->part;
        if (part.instances == 0) {
            problem("/target", fmt::format("\"{}\" has no instances that could fail", name),
                    fmt::format("these have: {}", fmt::join(failing_names(), ", ")));
            return;
        }
        check_verb(choice, name, part);
        check_instance(outage, part);
        if (outage.zone) check_zone(*outage.zone, name, stand->zones);
        if (outage.region) check_region(outage, name, *stand);
        if (outage.role) check_role(*outage.role, name, part);
    }

    void check_verb(const FailureChoice& choice, const std::string& name, const NodeFacts& part) {
        if (part.suffers.has(Failures::needs_of(choice))) return;
        const std::string_view kind = scenario_.nodes.find(name)->kind();
        problem("/kind",
                fmt::format("\"{}\" ({}) cannot have this failure: {}", name, kind, choice.kind()),
                fmt::format("it can have: {}", fmt::join(Failures::known_to(part.suffers), ", ")));
    }

    // How many a node has that scales, nobody knows before the run.
    void check_instance(const Outage& outage, const NodeFacts& part) {
        const FailureTarget& target = outage.target;
        if (outage.instances > part.instances && !part.scales) {
            problem("/instances",
                    fmt::format("\"{}\" has no {} instances", target.node.node, outage.instances),
                    fmt::format("it has {}; leave it out to strike all", part.instances));
        }
        if (!target.instance || *target.instance < part.instances) return;
        problem("/target", fmt::format("there is no instance {}", text_of(target)),
                part.instances == 1 ? fmt::format("there is {}[0] only", target.node.node)
                                    : fmt::format("there are {0}[0] to {0}[{1}]", target.node.node,
                                                  part.instances - 1));
    }

    void check_zone(const ZoneName& zone, const std::string& name, std::vector<std::string> known) {
        if (!zone.name.empty() && zone_number_of(known, zone.name)) return;
        std::erase(known, "");
        const std::string message =
            known.empty()
                ? fmt::format("\"{}\" stands in no zone", name)
                : fmt::format("no instance of \"{}\" stands in zone \"{}\"", name, zone.name);
        problem("/zone", message, hint_of(zone.name, known, "its zones are", kNoZones));
    }

    void check_region(const Outage& outage, const std::string& name,
                      const Standings::Stand& stand) {
        const std::vector<std::string> known = standings_.regions_of(stand);
        if (std::ranges::find(known, *outage.region) == known.end()) {
            problem("/region",
                    known.empty() ? fmt::format("\"{}\" stands in no region", name)
                                  : fmt::format("no instance of \"{}\" stands in region \"{}\"",
                                                name, *outage.region),
                    hint_of(*outage.region, known, "its regions are", kNoRegions));
        } else if (outage.zone && standings_.zones_meant(stand, outage)->empty()) {
            problem("/zone",
                    fmt::format("zone \"{}\" is not in region \"{}\"", outage.zone->name,
                                *outage.region),
                    "leave out one of them");
        }
    }

    void check_role(const std::string& role, const std::string& name, const NodeFacts& part) {
        if (std::ranges::find(part.roles, role) != part.roles.end()) return;
        problem("/role", fmt::format("no instance of \"{}\" has the role \"{}\"", name, role),
                hint_of(role, part.roles, "its roles are", "its instances are all alike"));
    }

    static std::string hint_of(const std::string& wrong, const std::vector<std::string>& known,
                               std::string_view otherwise, std::string_view none) {
        if (known.empty()) return std::string(none);
        const std::vector<std::string_view> views(known.begin(), known.end());
        return spec::did_you_mean(wrong, views, otherwise);
    }

    void problem(std::string_view where, std::string message, std::string hint) {
        const std::string pointer = pointer_ + std::string(where);
        spec::SourceLocation place;
        if (problems_.has_room()) place = spec::nearest_place(document_, pointer);
        problems_.add({place, pointer, std::move(message), std::move(hint)});
    }

    static constexpr std::string_view kNoZones =
        "give a server \"zones\", or the machines of a cluster a \"zone\"";

    static constexpr std::string_view kNoRegions = "regions are places of a \"network\"";

    const Scenario& scenario_;
    const spec::Json& document_;
    spec::Problems& problems_;
    Standings standings_;
    sim::Duration end_;
    std::string pointer_;
    std::vector<std::string> warnings_;
};

}  // namespace

std::vector<std::string> check_failures(const Scenario& scenario, const spec::Json& document,
                                        spec::Problems& problems) {
    return FailureChecker(scenario, document, problems).run();
}

}  // namespace models
