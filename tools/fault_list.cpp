#include "tools/fault_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/spec/json/nearest.h"
#include "models/topology/aim.h"
#include "models/topology/links.h"
#include "models/topology/traffic.h"
#include "reports/words/terminal.h"

namespace tools {

namespace {

namespace spec = models::spec;

constexpr std::uint32_t kMostListed = 16;

bool is_among(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

models::FailureChoice failure_of(std::string_view kind) {
    const auto all = models::Failures::each();
    return *std::ranges::find(all, kind, &models::FailureChoice::kind);
}

bool has_parameter(std::string_view kind, std::string_view parameter) {
    for (const spec::Kind* const each : models::Failures::kinds()) {
        if (each->name != kind) continue;
        const spec::Parameters& all = each->parameters();
        return std::ranges::find(all, parameter, &spec::Parameter::name) != all.end();
    }
    return false;
}

// Whether one instance may do more harm than another: by its role, by what it keeps or hosts.
bool are_alike(const models::NodeFacts& part) {
    return part.roles.empty() && !part.talks_among_itself &&
           (part.differences == nullptr || part.differences->entries.empty()) &&
           !part.is(models::Role::hosts);
}

class FaultFinder {
public:
    FaultFinder(const models::Scenario& scenario, const FaultsWanted& wanted)
        : scenario_(scenario), wanted_(wanted), standings_(scenario) {}

    std::vector<Fault> find() {
        for (const auto& [name, choice] : scenario_.nodes) add_node(name);
        if (wanted_.nodes.empty()) add_places();
        if (scenario_.network) add_links();
        return std::move(found_);
    }

private:
    bool is_wanted(std::string_view kind) const {
        return wanted_.kinds.empty() ? models::Failures::same_to_callers(failure_of(kind)).empty()
                                     : is_among(wanted_.kinds, kind);
    }

    void add(std::string_view kind, std::string target, const std::string& node,
             spec::Json::Object whom, std::uint32_t instances = 1) {
        if (!is_wanted(kind)) return;
        Fault fault{std::string(kind),
                    std::string(models::Failures::class_of(failure_of(kind))),
                    std::move(target),
                    node,
                    models::Failures::takes_away(failure_of(kind)),
                    has_parameter(kind, "lasts"),
                    has_parameter(kind, "instances") ? instances : 1,
                    {}};
        fault.failure.put("kind", kind);
        for (spec::Member& each : whom) fault.failure.put(each.name, std::move(each.value));
        found_.push_back(std::move(fault));
    }

    static spec::Member member(std::string name, spec::Json value) {
        return {std::move(name), std::move(value), {}};
    }

    void add_node(const std::string& name) {
        if (!wanted_.nodes.empty() && !is_among(wanted_.nodes, name)) return;
        const models::NodeFacts& part = standings_.find(name)->part;
        if (part.instances == 0) return;
        const std::uint32_t most = are_alike(part) ? wanted_.of_alike : kMostListed;
        for (const std::string_view kind : models::Failures::known_to(part.suffers)) {
            for (std::uint32_t i = 0; i < std::min(part.instances, most); ++i) {
                const std::string one = part.instances == 1 ? name : fmt::format("{}[{}]", name, i);
                add(kind, one, name, {member("target", one)});
            }
            if (part.instances == 1) continue;
            add(kind, fmt::format("all {} of {}", part.instances, name), name,
                {member("target", name)}, part.instances);
            add_roles(kind, name, part);
        }
    }

    void add_roles(std::string_view kind, const std::string& name, const models::NodeFacts& part) {
        if (!has_parameter(kind, "role")) return;
        for (const std::string& role : part.roles) {
            add(kind, fmt::format("{} of {}", role, name), name,
                {member("target", name), member("role", role)});
        }
    }

    void add_places() {
        for (const std::string& zone : standings_.all_zones()) {
            add("zone_outage", "zone " + zone, "", {member("zone", zone)});
        }
        for (const std::string& region : standings_.all_regions()) {
            add("region_outage", "region " + region, "", {member("region", region)});
        }
    }

    void add_links() {
        const models::Traffic traffic(scenario_);
        const std::vector<std::string> zones = standings_.all_zones();
        if (wanted_.nodes.empty() && zones.size() > 1) {
            for (const std::string& zone : zones) add_between(traffic, {zone}, {});
        }
        for (const models::NodeLink& link : models::links_of(scenario_)) {
            const bool is_meant = wanted_.nodes.empty() || is_among(wanted_.nodes, link.from) ||
                                  is_among(wanted_.nodes, link.to);
            if (is_meant) add_between(traffic, {link.from}, {link.to});
        }
    }

    // Without `to`: from there to all others.
    void add_between(const models::Traffic& traffic, const std::vector<std::string>& from,
                     const std::vector<std::string>& to) {
        models::Outage outage;
        outage.from = {{from.front()}};
        if (!to.empty()) outage.to = {{to.front()}};
        if (!traffic.is_touched_by(outage)) return;
        const std::string other = to.empty() ? "all others" : to.front();
        for (const spec::Kind* const kind : models::Failures::kinds()) {
            if (!has_parameter(kind->name, "from")) continue;
            const bool needs_bandwidth = kind->name == "bandwidth";
            if (needs_bandwidth && !traffic.has_bandwidth(outage, *scenario_.network)) continue;
            add(kind->name, fmt::format("{} and {}", from.front(), other), "", sides(from, to));
            if (kind->name != "partition") continue;
            // Half a cut: what is asked arrives, and no answer comes back.
            spec::Json::Object answers = sides(to, from);
            answers.push_back(member("one_way", true));
            add(kind->name, fmt::format("{} to {}", other, from.front()), "", std::move(answers));
        }
    }

    static spec::Json::Object sides(const std::vector<std::string>& from,
                                    const std::vector<std::string>& to) {
        spec::Json::Object both;
        const auto add_side = [&](const char* name, const std::vector<std::string>& side) {
            if (side.empty()) return;
            both.push_back(member(name, spec::Json::List{spec::Json(side.front())}));
        };
        add_side("from", from);
        add_side("to", to);
        return both;
    }

    const models::Scenario& scenario_;
    const FaultsWanted& wanted_;
    models::Standings standings_;
    std::vector<Fault> found_;
};

std::string unknown_text(const char* option, const std::string& wrong, const char* what,
                         const std::vector<std::string_view>& known) {
    return fmt::format("{} {}: there is no such {}\n    {}", option, reports::printable(wrong),
                       what, reports::printable(spec::did_you_mean(wrong, known, "there are:")));
}

}  // namespace

spec::Json Fault::written(const std::string& at, const std::string& lasts) const {
    spec::Json whole = failure;
    whole.put("at", at);
    if (takes_time) whole.put("lasts", lasts);
    return whole;
}

spec::Json Fault::written(const std::string& at, const std::string& lasts,
                          std::uint32_t instances) const {
    spec::Json whole = written(at, lasts);
    if (instances < most) whole.put("instances", instances);
    return whole;
}

std::vector<Fault> faults_of(const models::Scenario& scenario, const FaultsWanted& wanted) {
    return FaultFinder(scenario, wanted).find();
}

std::string why_not_there(const models::Scenario& scenario, const FaultsWanted& wanted) {
    std::vector<std::string_view> kinds;
    for (const spec::Kind* const each : models::Failures::kinds()) kinds.push_back(each->name);
    for (const std::string& each : wanted.kinds) {
        if (std::ranges::find(kinds, each) != kinds.end()) continue;
        return unknown_text("--kind", each, "kind of failure", kinds);
    }
    std::vector<std::string_view> nodes;
    for (const auto& [name, choice] : scenario.nodes) nodes.push_back(name);
    for (const std::string& each : wanted.nodes) {
        if (std::ranges::find(nodes, each) != nodes.end()) continue;
        return unknown_text("--node", each, "node", nodes);
    }
    return "";
}

}  // namespace tools
