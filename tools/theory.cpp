#include "tools/theory.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <string_view>
#include <unordered_map>

#include "reports/theory/network.h"
#include "reports/theory/queues.h"

namespace tools {

namespace {

// Squared coefficient of variation of the times that a core is asked for. Where cores are shared
// among all that are there, waits do not depend on it, and are as if it were 1.
double variation_of(const models::NodeDemand& demand) {
    if (demand.shares_cores || !(demand.core_s > 0) || !(demand.core_visits > 0)) return 1;
    const double mean_s = demand.core_s / demand.core_visits;
    const double square = demand.core_squares / demand.core_visits;
    return std::max(0.0, square / (mean_s * mean_s) - 1);
}

std::vector<ResourceTheory> resources_of(const models::NodeDemand& demand, const NodeTheory& node) {
    std::vector<ResourceTheory> all;
    const double cores = demand.usable_cores();
    if (node.cores_busy > 0) {
        all.push_back({"cores", cores, node.cores_busy * cores, true, node.wait_shared_s});
    }
    if (node.slots_in_use > 0) {
        all.push_back({demand.slots_name, demand.slots, node.slots_in_use * demand.slots});
    }
    for (const models::ResourceDemand& each : demand.resources) {
        ResourceTheory one{each.name, each.size, each.in_use(demand.calls_per_s), each.is_served};
        if (one.is_served && each.size >= 1) {
            one.wait_s = reports::mean_wait_s(
                {demand.calls_per_s, each.held_s, static_cast<std::uint32_t>(each.size)});
        }
        if (one.in_use > 0) all.push_back(one);
    }
    std::ranges::stable_sort(all, std::greater(), &ResourceTheory::share);
    return all;
}

NodeTheory theory_of(const models::NodeDemand& demand) {
    NodeTheory node;
    node.name = demand.name;
    node.kind = demand.kind;
    node.instances = demand.instances;
    node.calls_per_s = demand.calls_per_s;
    node.core_s = demand.core_s;
    node.is_client = demand.is_client;
    node.slots_name = demand.slots_name;
    node.usd_per_month = demand.usd_per_hour * sim::kHoursPerMonth;
    const std::uint32_t cores = demand.cores * demand.instances;
    if (cores > 0) {
        node.cores_busy = demand.calls_per_s * demand.core_s / demand.usable_cores();
        // Under a quota: as if its cores were slower.
        const double slower = cores / demand.usable_cores();
        node.variation = variation_of(demand);
        // A call waits as often as it asks for a core.
        const double visits = std::max(1.0, demand.core_visits);
        const auto wait_s = [&](double share, std::uint32_t servers) {
            return visits *
                   reports::mean_wait_s({demand.calls_per_s * visits * share,
                                         demand.core_s * slower / visits, servers, node.variation});
        };
        node.wait_shared_s = wait_s(1, cores);
        node.wait_alone_s = wait_s(1.0 / demand.instances, demand.cores);
    }
    if (demand.slots > 0) node.slots_in_use = demand.calls_per_s * demand.stays_s / demand.slots;
    node.resources = resources_of(demand, node);
    return node;
}

const NodeTheory* fullest_but(const Theory& theory, const NodeTheory* other) {
    const NodeTheory* most = nullptr;
    for (const NodeTheory& node : theory.nodes) {
        if (&node == other || node.is_client || !(node.fullest() > 0)) continue;
        if (most == nullptr || node.fullest() > most->fullest()) most = &node;
    }
    return most;
}

// The stations of a network in product form: the cores of each node and what else works on calls,
// as if all instances had one line.
struct Stations {
    struct Of {
        std::size_t node;
        std::string resource;  // empty: its cores
    };
    reports::Network network;
    std::vector<Of> of;  // each station

    explicit Stations(const models::Demands& demands) {
        for (std::size_t i = 0; i < demands.nodes.size(); ++i) {
            const models::NodeDemand& node = demands.nodes[i];
            if (node.is_client) continue;
            if (node.core_s > 0 && node.cores > 0) {
                network.stations.push_back({node.cores * node.instances});
                of.push_back({i, ""});
            }
            for (const models::ResourceDemand& each : node.resources) {
                if (!each.is_served || !(each.held_s > 0) || each.size < 1) continue;
                network.stations.push_back({static_cast<std::uint32_t>(each.size)});
                of.push_back({i, each.name});
            }
        }
        for (const models::ClientDemand& client : demands.clients) add(client);
    }

    void add(const models::ClientDemand& client) {
        std::vector<double> demand_s;
        double at_stations = 0;
        for (const Of& station : of) {
            demand_s.push_back(demand_at(client, station));
            at_stations += demand_s.back();
        }
        if (client.users > 0) {
            // What takes time at no station passes as thinking does.
            const double passes = std::max(0.0, client.response_s - at_stations);
            network.closed.push_back({client.users, client.think_s + passes, demand_s});
        } else {
            network.open.push_back({client.rate_per_s, demand_s});
        }
    }

    static double demand_at(const models::ClientDemand& client, const Of& station) {
        if (station.resource.empty()) return client.core_s[station.node];
        const auto found = client.held_s[station.node].find(station.resource);
        return found == client.held_s[station.node].end() ? 0 : found->second;
    }
};

std::optional<Theory::Waiting> waiting_of(const models::Demands& demands) {
    const Stations stations(demands);
    if (stations.network.closed.empty() || stations.of.empty()) return std::nullopt;
    const reports::NetworkSolution solution = reports::solve(stations.network);
    Theory::Waiting waiting;
    std::size_t closed = 0;
    for (const models::ClientDemand& client : demands.clients) {
        if (!(client.users > 0)) continue;
        const double rate = solution.closed[closed++].throughput_per_s;
        waiting.throughput_per_s += rate;
        // Little's law over the whole cycle: what is not thinking is waiting.
        waiting.response_s += client.users - rate * client.think_s;
    }
    waiting.response_s /= waiting.throughput_per_s;
    const auto busiest = std::ranges::max_element(solution.utilisation);
    const auto station = static_cast<std::size_t>(busiest - solution.utilisation.begin());
    waiting.node = demands.nodes[stations.of[station].node].name;
    const std::string& resource = stations.of[station].resource;
    waiting.resource = resource.empty() ? "cores" : resource;
    waiting.busy = *busiest;
    return waiting;
}

}  // namespace

const NodeTheory* Theory::bottleneck() const {
    return fullest_but(*this, nullptr);
}

const NodeTheory* Theory::next() const {
    const NodeTheory* const first = bottleneck();
    return first == nullptr ? nullptr : fullest_but(*this, first);
}

// Open arrivals beyond what the bottleneck works off in time are lost there, one of a request's
// calls being enough.
double Theory::most_succeed() const {
    const NodeTheory* const first = bottleneck();
    if (first == nullptr || carries() >= 1 || waiting || !(offered_per_s > 0)) return availability;
    const double visiting = std::min(1.0, first->calls_per_s / offered_per_s);
    return std::min(availability, 1 - visiting * (1 - carries()));
}

double Theory::carries() const {
    const NodeTheory* const first = bottleneck();
    return first == nullptr ? std::numeric_limits<double>::infinity() : 1 / first->fullest();
}

Theory theory_of(const models::Scenario& scenario) {
    const models::Demands demands = models::demands_of(scenario);
    Theory theory;
    theory.offered_per_s = demands.offered_per_s;
    theory.response_s = theory.response_shared_s = theory.response_alone_s = demands.response_s;
    theory.availability = demands.success * demands.up;
    theory.waiting = waiting_of(demands);
    theory.all_wait = std::ranges::all_of(
        demands.clients, [](const models::ClientDemand& each) { return each.users > 0; });
    theory.notes = demands.notes;
    for (const models::NodeDemand& demand : demands.nodes) {
        const NodeTheory& node = theory.nodes.emplace_back(theory_of(demand));
        theory.usd_per_month += node.usd_per_month;
        if (node.is_client || !(theory.offered_per_s > 0)) continue;
        // A user's request waits at a node as often as it calls there.
        const double visits = node.calls_per_s / theory.offered_per_s;
        if (!(visits > 0)) continue;
        theory.response_shared_s += visits * node.wait_shared_s;
        theory.response_alone_s += visits * node.wait_alone_s;
        for (const ResourceTheory& each : node.resources) {
            if (each.name == "cores") continue;
            theory.response_shared_s += visits * each.wait_s;
            theory.response_alone_s += visits * each.wait_s;
        }
    }
    return theory;
}

// The utilisation law: how busy a node's cores are is its throughput times its service demand.
std::vector<reports::TheoryLine> beside_measured(const Theory& theory,
                                                 const reports::Summary& summary) {
    std::unordered_map<std::string_view, double> measured;
    for (const reports::NodeSummary& node : summary.nodes) {
        if (node.utilisation) measured.emplace(node.name, *node.utilisation);
    }
    std::vector<reports::TheoryLine> lines;
    for (const NodeTheory& node : theory.nodes) {
        const auto found = measured.find(node.name);
        if (found == measured.end() || !(node.cores_busy > 0)) continue;
        reports::TheoryLine line{node.name, "utilisation", "1", node.cores_busy, 0, {}};
        line.measured = found->second;
        if (node.cores_busy >= 1) line.why_not = "more is asked of it than it has";
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace tools
