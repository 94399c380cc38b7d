#include "models/topology/demands.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include "models/clients/client_spec.h"
#include "models/failures/crash.h"
#include "models/topology/call_costs.h"

namespace models {

namespace {

class DemandCollector {
public:
    explicit DemandCollector(const Scenario& scenario)
        : scenario_(scenario), costs_(scenario, notes_) {
        for (const auto& [name, choice] : scenario.nodes) places_.emplace(name, places_.size());
    }

    Demands collect() {
        for (const auto& [name, choice] : scenario_.nodes) {
            NodeDemand& node = demands_.nodes.emplace_back();
            node.name = name;
            node.kind = choice.kind();
            describe(choice, node);
        }
        for (const auto& [name, choice] : scenario_.nodes) {
            send(choice, name);
        }
        settle();
        if (demands_.offered_per_s > 0) {
            demands_.response_s /= demands_.offered_per_s;
            demands_.success = successes_per_s_ / demands_.offered_per_s;
        }
        demands_.up = up();
        if (scenario_.network) {
            notes_.add("network: the latency, bandwidth and loss of its links are left out here.");
        }
        demands_.notes = notes_.all();
        return std::move(demands_);
    }

private:
    // --- What there is ---

    void describe(const NodeChoice& choice, NodeDemand& node) {
        const NodeKind& kind = Nodes::kind_of(choice);
        const Capacity all = kind.capacity(choice.any().spec());
        node.instances = all.instances;
        node.cores = all.cores;
        node.shares_cores = all.shares_cores;
        node.quota = all.quota;
        node.slots_name = all.slots_name;
        node.slots = all.slots;
        node.usd_per_hour =
            usd_per_hour(scenario_.prices ? &*scenario_.prices : nullptr, all.paid, all.cores);
        node.is_client = has(kind.role, Role::sends);
        for (const std::string& note : all.notes) notes_.add("{}: {}", node.name, note);
    }

    // --- Who asks ---

    void send(const NodeChoice& choice, const std::string& name) {
        const NodeKind& kind = Nodes::kind_of(choice);
        if (kind.sends == nullptr) return;
        if (kind.offered == nullptr) {
            return notes_.add("{} is a client of a kind that is left out here.", name);
        }
        const void* const spec = choice.any().spec();
        const ClientSpec& client = *kind.sends(spec, scenario_.run.starts).client;
        const Offered offered = kind.offered(spec, [&] { return response_of(client); });
        if (offered.per_s > 0) send_at(client, name, offered);
        if (!offered.note.empty()) notes_.add("{}: {}", name, offered.note);
    }

    double response_of(const ClientSpec& spec) {
        const std::vector<double> shares = spec.call_shares();
        double response = 2 * spec.latency.build().mean();
        for (std::size_t i = 0; i < shares.size(); ++i) {
            response += shares[i] * costs_.of(spec::text_of(spec.calls.list[i].to)).stays_s;
        }
        return response;
    }

    void send_at(const ClientSpec& spec, const std::string& name, const Offered& offered) {
        const std::vector<double> shares = spec.call_shares();
        if (shares.empty()) return;
        notes_.add_policies(spec.policies, name);
        const double response = response_of(spec);
        demands_.offered_per_s += offered.per_s;
        demands_.response_s += offered.per_s * response;
        double success = 0;
        std::map<std::string, double> visits;
        for (std::size_t i = 0; i < shares.size(); ++i) {
            const std::string target = spec::text_of(spec.calls.list[i].to);
            visits[target] += shares[i];
            success += shares[i] * costs_.of(target).success;
        }
        successes_per_s_ += offered.per_s * success;
        demands_.nodes[places_.at(name)].calls_per_s += offered.per_s;
        pass_on(visits);
        demands_.clients.push_back(
            {name, offered.per_s, offered.users, offered.think_s, response,
             std::vector<double>(demands_.nodes.size()),
             std::vector<std::map<std::string, double>>(demands_.nodes.size())});
        for (const auto& [target, times] : visits) {
            rates_[target] += offered.per_s * times;
            const auto place = place_of(target);
            if (place == places_.end()) continue;
            ClientDemand& client = demands_.clients.back();
            const Cost& cost = costs_.of(target);
            client.core_s[place->second] += times * cost.core_s;
            for (const auto& [resource, each] : cost.resources) {
                client.held_s[place->second][resource] += times * each.held_s;
            }
        }
    }

    // Whoever calls comes after those it calls in the order in which costs were found, so that from
    // the end each is whole when it is passed on. The calls of a checked scenario go round in no
    // circle.
    void pass_on(std::map<std::string, double>& visits) {
        const std::vector<std::string>& order = costs_.order();
        for (auto target = order.rbegin(); target != order.rend(); ++target) {
            const auto asked = visits.find(*target);
            if (asked == visits.end()) continue;
            const double times = asked->second;
            for (const auto& [next, each] : costs_.of(*target).calls) visits[next] += times * each;
        }
    }

    // Of the node that a call's target is at.
    std::unordered_map<std::string, std::size_t>::const_iterator place_of(
        const std::string& target) const {
        return places_.find(target.substr(0, target.find('.')));
    }

    // --- Together ---

    void settle() {
        for (const auto& [target, rate] : rates_) {
            const auto place = place_of(target);
            if (place == places_.end()) continue;
            NodeDemand& node = demands_.nodes[place->second];
            const Cost& cost = costs_.of(target);
            node.calls_per_s += rate;
            node.core_s += rate * cost.core_s;
            node.core_visits += rate * cost.core_visits;
            node.core_squares += rate * cost.core_squares;
            node.stays_s += rate * cost.stays_s;
            for (const auto& [resource, each] : cost.resources) {
                demand_of(node, resource, each).held_s += rate * each.held_s;
            }
        }
        for (NodeDemand& node : demands_.nodes) {
            if (node.is_client || !(node.calls_per_s > 0)) continue;
            node.core_s /= node.calls_per_s;
            node.core_visits /= node.calls_per_s;
            node.core_squares /= node.calls_per_s;
            node.stays_s /= node.calls_per_s;
            for (ResourceDemand& each : node.resources) each.held_s /= node.calls_per_s;
        }
    }

    ResourceDemand& demand_of(NodeDemand& node, const std::string& name, const ResourceCost& cost) {
        const auto known = std::ranges::find(node.resources, name, &ResourceDemand::name);
        if (known != node.resources.end()) return *known;
        const auto per = places_.find(cost.per);
        const double instances = cost.is_of_all         ? 1
                                 : per != places_.end() ? demands_.nodes[per->second].instances
                                                        : node.instances;
        return node.resources.emplace_back(
            ResourceDemand{name, cost.size * instances, 0, cost.is_served});
    }

    // All instances of a node that is asked for anything, at a time that is known.
    bool takes_all(const Outage& outage) const {
        const NodeDemand& node = demands_.nodes[places_.at(outage.target.node.node)];
        const bool is_some = outage.zone || outage.region || outage.role ||
                             (outage.share && outage.share->value < 1) ||
                             (outage.target.instance && node.instances > 1) ||
                             (outage.instances != 0 && outage.instances < node.instances);
        return node.calls_per_s > 0 && !is_some && !outage.is_random() && !outage.is_on_condition();
    }

    // The measured time in which no node that is asked for anything is wholly down.
    double up() const {
        const double from = sim::seconds(scenario_.run.warm_up);
        const double measured = sim::seconds(scenario_.run.measure);
        std::vector<std::pair<double, double>> down;
        for (const FailureChoice& failure : scenario_.failures) {
            const auto* crash = failure.as<Crash::Spec>();
            if (crash == nullptr || !takes_all(*crash)) continue;
            const double begin = std::max(sim::seconds(crash->at) - from, 0.0);
            const double end = std::min(sim::seconds(crash->at + *crash->lasts) - from, measured);
            if (end > begin) down.emplace_back(begin, end);
        }
        std::ranges::sort(down);
        double sum = 0;
        double until = 0;
        for (const auto& [begin, end] : down) {
            sum += std::max(0.0, end - std::max(begin, until));
            until = std::max(until, end);
        }
        return 1 - sum / measured;
    }

    const Scenario& scenario_;
    Demands demands_;
    std::unordered_map<std::string, std::size_t> places_;  // of nodes, by name
    Notes notes_;
    CallCosts costs_;
    std::map<std::string, double> rates_;
    double successes_per_s_ = 0;
};

}  // namespace

const ResourceDemand* NodeDemand::resource(std::string_view called) const {
    const auto found = std::ranges::find(resources, called, &ResourceDemand::name);
    return found == resources.end() ? nullptr : &*found;
}

double NodeDemand::usable_cores() const {
    return std::min<double>(cores, quota.value_or(cores)) * instances;
}

const NodeDemand* Demands::node(std::string_view name) const {
    const auto found = std::ranges::find(nodes, name, &NodeDemand::name);
    return found == nodes.end() ? nullptr : &*found;
}

Demands demands_of(const Scenario& scenario) {
    return DemandCollector(scenario).collect();
}

}  // namespace models
