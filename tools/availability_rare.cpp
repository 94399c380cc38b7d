#include "tools/availability_rare.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/spec/json/json_text.h"
#include "reports/render/comparison_text.h"
#include "reports/words/numbers.h"
#include "reports/words/terminal.h"

namespace tools {

namespace {

namespace spec = models::spec;

constexpr const char* kMethod =
    "importance sampling by balanced failure biasing over regenerative cycles (Shahabuddin 1994)";

bool is_exponential(const std::optional<models::Times>& times) {
    return times && times->as<spec::Exponential<sim::Duration>>() != nullptr;
}

std::string not_rare(std::size_t number, const char* parameter, const char* what,
                     const char* hint) {
    return fmt::format("/failures/{}{}: {}\n    {}", number, parameter, what, hint);
}

std::string why_not_this(const models::Outage& outage, std::size_t number) {
    const bool is_whole =
        !outage.target.node.node.empty() && !outage.zone && !outage.region && !outage.role;
    if (!outage.is_random()) {
        return not_rare(number, "", "it strikes at a time of its own, and not at random",
                        "--rare takes failures with a time_to_fail; leave the others out");
    }
    if (!is_whole) {
        return not_rare(number, "", "it takes several at once: they are not independent",
                        "--rare takes failures of a node's instances, each by itself");
    }
    if (outage.common_cause.value > 0) {
        return not_rare(number, "/common_cause", "failures with a common cause are not independent",
                        "--rare takes independent ones: set it to 0");
    }
    if (!is_exponential(outage.time_to_fail)) {
        return not_rare(number, "/time_to_fail", "failure biasing needs an exponential time",
                        "write {\"kind\": \"exponential\", \"mean\": \"1000h\"}");
    }
    if (!is_exponential(outage.time_to_repair)) {
        return not_rare(number, "/time_to_repair", "failure biasing needs an exponential time",
                        "write {\"kind\": \"exponential\", \"mean\": \"1h\"}");
    }
    return {};
}

std::string interval(const reports::RareEstimate& estimate) {
    return fmt::format("{:.4g} +- {:.2g}", estimate.mean, estimate.half_width());
}

spec::Json estimate_json(const reports::RareEstimate& estimate) {
    spec::Json json;
    json.put("unavailability", estimate.mean);
    json.put("standard_error", estimate.standard_error);
    json.put("low", estimate.mean - estimate.half_width());
    json.put("high", estimate.mean + estimate.half_width());
    return json;
}

}  // namespace

std::string why_not_rare(const models::Scenario& scenario, const models::Dependability& found) {
    std::vector<std::string> nodes;
    std::size_t number = 0;
    for (const models::FailureChoice& choice : scenario.failures) {
        const models::Outage& outage = models::Failures::outage_of(choice);
        if (const std::string why = why_not_this(outage, number); !why.empty()) return why;
        const std::string& node = outage.target.node.node;
        if (std::ranges::find(nodes, node) != nodes.end()) {
            return not_rare(number, "/target", "another failure strikes this node as well",
                            "--rare takes one failure of each node: one rate for all its causes");
        }
        nodes.push_back(node);
        ++number;
    }
    const bool needs_any = std::ranges::any_of(found.clients, [&](const models::ClientNeeds& each) {
        return std::ranges::any_of(found.failing, [&](const models::FailingUnits& units) {
            return std::ranges::find(each.nodes, units.node) != each.nodes.end();
        });
    });
    if (needs_any) return {};
    return "/failures: nobody needs anything that fails at random\n    give a node that clients "
           "need "
           "a failure with time_to_fail and time_to_repair";
}

std::vector<RareRoute> rare_routes(const models::Dependability& found,
                                   const std::vector<FailingPart>& parts,
                                   const RareSampling& sampling) {
    std::vector<RareRoute> routes;
    for (const models::ClientNeeds& client : found.clients) {
        std::vector<reports::Repairable> needed;
        double up = 1;
        for (const FailingPart& part : parts) {
            if (!part.is_needed_by(client) || part.needed == 0) continue;
            needed.push_back(part.repairable());
            up *= part.figures.availability;
        }
        if (needed.empty()) continue;
        routes.push_back({client.client,
                          reports::rare_failures(needed, sampling.cycles, sampling.seed), 1 - up});
    }
    return routes;
}

std::string rare_text(const std::vector<RareRoute>& routes) {
    std::string text = reports::wrapped(
        fmt::format("Share of time down, by {}; intervals are of 95 %.", kMethod), "  ");
    text += fmt::format("\n  {:<14} {:>22} {:>22} {:>12} {:>12} {:>10}\n", "users", "estimated",
                        "by brute force", "closed form", "available", "reduction");
    for (const RareRoute& each : routes) {
        text +=
            fmt::format("  {} {:>22} {:>22} {:>12.4g} {:>12} {:>10}\n",
                        reports::fitted(reports::printable(each.client), 14),
                        interval(each.figures.biased), interval(each.figures.brute_force),
                        each.closed_form, reports::availability_text(1 - each.figures.biased.mean),
                        fmt::format("{:.3g}x", each.figures.variance_reduction));
    }
    text += "\n";
    for (const RareRoute& each : routes) {
        text += reports::wrapped(
            fmt::format("{}: {} cycles from all up to all up of either; brute force saw {} with an "
                        "outage, and would need {:.3g} for an interval as narrow.",
                        reports::printable(each.client), reports::grouped(each.figures.cycles),
                        reports::grouped(each.figures.outages), each.figures.brute_force_cycles()),
            "  ");
    }
    return text;
}

std::string rare_json(const std::vector<RareRoute>& routes, std::uint64_t seed) {
    spec::Json::List users;
    for (const RareRoute& each : routes) {
        spec::Json one;
        one.put("client", each.client);
        one.put("estimated", estimate_json(each.figures.biased));
        one.put("brute_force", estimate_json(each.figures.brute_force));
        one.put("closed_form", each.closed_form);
        one.put("cycles", static_cast<double>(each.figures.cycles));
        one.put("outages_of_brute_force", static_cast<double>(each.figures.outages));
        one.put("variance_reduction", each.figures.variance_reduction);
        one.put("brute_force_cycles", each.figures.brute_force_cycles());
        users.push_back(std::move(one));
    }
    spec::Json json;
    json.put("schema", "spate.rare/1");
    json.put("method", kMethod);
    json.put("confidence", 0.95);
    json.put("seed", static_cast<double>(seed));
    json.put("users", std::move(users));
    return spec::indented_text(json) + "\n";
}

}  // namespace tools
