#include "models/topology/demands.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include "models/clients/open_loop.h"
#include "models/clients/users.h"
#include "models/databases/database.h"
#include "models/failures/crash.h"
#include "models/node_list.h"
#include "models/pools/pool.h"
#include "models/servers/server.h"
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
            Nodes::visit(NodeList(), choice, [&](const auto& spec) { describe(spec, node); });
        }
        for (const auto& [name, choice] : scenario_.nodes) {
            Nodes::visit(NodeList(), choice,
                         [&, &name = name](const auto& spec) { send(spec, name); });
        }
        pass_on_rates();
        settle();
        if (demands_.offered_per_s > 0) {
            demands_.response_s /= demands_.offered_per_s;
            demands_.success = successes_per_s_ / demands_.offered_per_s;
        }
        demands_.up = up();
        demands_.notes = notes_.all();
        return std::move(demands_);
    }

private:
    // --- What there is ---

    template <class Spec>
    void describe(const Spec& spec, NodeDemand& node) {
        if constexpr (requires { spec.instance_count(); }) node.instances = spec.instance_count();
        if constexpr (requires { spec.cores; }) node.cores = spec.cores;
        if constexpr (requires { spec.price.usd_per_hour; }) {
            node.usd_per_hour = spec.price.usd_per_hour * node.instances;
        }
        if constexpr (requires { spec.connections; }) {
            node.slots_name = "connections";
            node.slots = static_cast<double>(spec.connections) * node.instances;
        } else if constexpr (std::same_as<Spec, Server::Spec>) {
            node.slots_name = "threads";
            node.slots = static_cast<double>(spec.threads) * node.instances;
            if (spec.autoscaler.kind() != "fixed") {
                notes_.add(
                    "{} is reckoned with the {} instances it begins with, not as {} scales it.",
                    node.name, node.instances, spec.autoscaler.kind());
            }
        }
        node.is_client = requires(const Spec& each) {
            each.population;
        };
    }
    // A pool costs nothing to pass unless it is a machine.
    void describe(const Pool::Spec& spec, NodeDemand& node) {
        node.usd_per_hour = spec.price.usd_per_hour;
        if (!spec.rules.empty())
            notes_.add("{}: where its rules send is left out here.", node.name);
        if (!spec.machine) return;
        node.instances = spec.replicas;
        node.cores = spec.machine->cores;
        node.slots_name = "connections";
        node.slots = static_cast<double>(spec.machine->connections) * spec.replicas;
        node.usd_per_hour += spec.machine->price.usd_per_hour * spec.replicas;
    }

    // --- Who asks ---

    void send(const OpenLoop::Spec& spec, const std::string& name) {
        const double rate = curve_of(spec.rate, spec.stages, spec.repeat_stages).highest_rate();
        send_at(spec, name, rate);
    }
    // A user is away from one request to the next for a think time, the answer, and a part of the
    // pause between sessions: at most N / (Z + R) requests a second.
    void send(const Users::Spec& spec, const std::string& name) {
        double away = spec.think_time.build().mean() + response_of(spec);
        if (spec.requests_per_session > 0) {
            away += spec.between_sessions.build().mean() / spec.requests_per_session;
        }
        if (away > 0) send_at(spec, name, spec.users / away);
        notes_.add(
            "{} wait for answers: their rate is the highest, when nobody else is in the way.",
            name);
    }
    template <class Spec>
    void send(const Spec& spec, const std::string& name) {
        if constexpr (requires { spec.population; }) {
            notes_.add("{} is a client of a kind that is left out here.", name);
        }
    }

    double total_weight(const ClientSpec& spec) const {
        double total = 0;
        for (const ClientCall& call : spec.calls.list) total += call.weight;
        return total;
    }

    double response_of(const ClientSpec& spec) {
        const double total = total_weight(spec);
        double response = 2 * spec.latency.build().mean();
        for (const ClientCall& call : spec.calls.list) {
            if (total > 0)
                response += call.weight / total * costs_.of(spec::text_of(call.to)).stays_s;
        }
        return response;
    }

    void send_at(const ClientSpec& spec, const std::string& name, double rate) {
        const double total = total_weight(spec);
        if (!(total > 0)) return;
        notes_.add_policies(spec.policies, name);
        demands_.offered_per_s += rate;
        demands_.response_s += rate * response_of(spec);
        double success = 0;
        for (const ClientCall& call : spec.calls.list) {
            const std::string target = spec::text_of(call.to);
            rates_[target] += rate * call.weight / total;
            success += call.weight / total * costs_.of(target).success;
        }
        successes_per_s_ += rate * success;
        demands_.nodes[places_.at(name)].calls_per_s += rate;
    }

    // Whoever calls comes after those it calls in the order in which costs were found, so that from
    // the end each rate is whole when it is passed on. The calls of a checked scenario go round in
    // no circle.
    void pass_on_rates() {
        const std::vector<std::string>& order = costs_.order();
        for (auto target = order.rbegin(); target != order.rend(); ++target) {
            const double rate = rates_[*target];
            for (const auto& [next, times] : costs_.of(*target).calls) rates_[next] += rate * times;
        }
    }

    // --- Together ---

    void settle() {
        for (const auto& [target, rate] : rates_) {
            const auto place = places_.find(target.substr(0, target.find('.')));
            if (place == places_.end()) continue;
            NodeDemand& node = demands_.nodes[place->second];
            const Cost& cost = costs_.of(target);
            node.calls_per_s += rate;
            node.core_s += rate * cost.core_s;
            node.stays_s += rate * cost.stays_s;
        }
        for (NodeDemand& node : demands_.nodes) {
            if (node.is_client || !(node.calls_per_s > 0)) continue;
            node.core_s /= node.calls_per_s;
            node.stays_s /= node.calls_per_s;
        }
    }

    // All instances of a node that is asked for anything, at a time that is known.
    bool takes_all(const Outage& outage) const {
        const NodeDemand& node = demands_.nodes[places_.at(outage.target.node.node)];
        const bool is_some = outage.zone || outage.role ||
                             (outage.share && outage.share->value < 1) ||
                             (outage.target.instance && node.instances > 1) ||
                             (outage.instances != 0 && outage.instances < node.instances);
        return node.calls_per_s > 0 && !is_some && !outage.is_random();
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

const NodeDemand* Demands::node(std::string_view name) const {
    const auto found = std::ranges::find(nodes, name, &NodeDemand::name);
    return found == nodes.end() ? nullptr : &*found;
}

Demands demands_of(const Scenario& scenario) {
    return DemandCollector(scenario).collect();
}

}  // namespace models
