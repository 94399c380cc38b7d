#include "models/topology/demands.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "models/pools/pool.h"
#include "models/caches/cache.h"
#include "models/clients/open_loop.h"
#include "models/clients/users.h"
#include "models/databases/database.h"
#include "models/databases/pgbouncer.h"
#include "models/failures/crash.h"
#include "models/node_list.h"
#include "models/servers/server.h"
#include "models/steps/steps.h"
#include "sim/math.h"

namespace models {

namespace {

void add_calls(Cost& cost, const spec::NodeRef& to, double times) {
    cost.calls[spec::text_of(to)] += times;
}

class DemandCollector {
public:
    explicit DemandCollector(const Scenario& scenario) : scenario_(scenario) {}

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
        for (NodeDemand& node : demands_.nodes) settle(node);
        if (demands_.offered_per_s > 0) {
            demands_.response_s /= demands_.offered_per_s;
            demands_.success = successes_per_s_ / demands_.offered_per_s;
        }
        demands_.up = up();
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
                note("{} is reckoned with the {} instances it begins with, not as {} scales it.",
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
        if (!spec.rules.empty()) note("{}: where its rules send is left out here.", node.name);
        if (!spec.machine) return;
        node.instances = spec.replicas;
        node.cores = spec.machine->cores;
        node.slots_name = "connections";
        node.slots = static_cast<double>(spec.machine->connections) * spec.replicas;
        node.usd_per_hour += spec.machine->price.usd_per_hour * spec.replicas;
    }

    // --- What a call costs ---

    Cost cost_of(const std::string& target) {
        if (const auto known = costs_.find(target); known != costs_.end()) return known->second;
        const std::size_t dot = target.find('.');
        const std::string node = target.substr(0, dot);
        const std::string endpoint = dot == std::string::npos ? "" : target.substr(dot + 1);
        Cost cost;
        for (const auto& [name, choice] : scenario_.nodes) {
            if (name != node) continue;
            Nodes::visit(NodeList(), choice, [&, &name = name](const auto& spec) {
                cost = cost_at(spec, name, endpoint);
            });
        }
        order_.push_back(target);
        return costs_[target] = cost;
    }

    Cost cost_at(const Server::Spec& spec, const std::string& name, const std::string& endpoint) {
        for (const auto& [each, steps] : spec.endpoints) {
            if (endpoint.empty() || each == endpoint) return cost_of_steps(steps, name);
        }
        return {};
    }
    Cost cost_at(const Database::Spec& spec, const std::string&, const std::string& endpoint) {
        Cost cost;
        cost.core_s = spec.service_time.build().mean();
        for (const auto& [name, times] : spec.queries) {
            if (name == endpoint) cost.core_s = times.build().mean();
        }
        cost.stays_s = cost.core_s;
        return cost;
    }
    Cost cost_at(const Pool::Spec& spec, const std::string&, const std::string& endpoint) {
        spec::NodeRef to = spec.of;
        if (to.endpoint.empty()) to.endpoint = endpoint;
        Cost cost = passing(to, 1);
        if (spec.machine) cost.core_s = spec.machine->work.build().mean();
        cost.stays_s += cost.core_s + 2 * spec.latency.build().mean();
        return cost;
    }
    Cost cost_at(const Pgbouncer::Spec& spec, const std::string&, const std::string& endpoint) {
        spec::NodeRef to = spec.of;
        if (to.endpoint.empty()) to.endpoint = endpoint;
        Cost cost = passing(to, spec.statements);
        cost.core_s = spec.statements * spec.work.build().mean();
        const double network = 2 * spec.statements * spec.latency.build().mean();
        const double between = (spec.statements - 1) * spec.between_statements.build().mean();
        cost.stays_s += cost.core_s + network + between;
        return cost;
    }
    // What it keeps cannot be known before; at worst it has nothing.
    Cost cost_at(const Cache::Spec& spec, const std::string& name, const std::string& endpoint) {
        note(
            "{} is reckoned as if it never hit: what it keeps off {} cannot be known before a run.",
            name, spec.calls.node);
        spec::NodeRef to = spec.calls;
        if (to.endpoint.empty()) to.endpoint = endpoint;
        return passing(to, 1);
    }
    template <class Spec>
    Cost cost_at(const Spec&, const std::string& name, const std::string&) {
        note("{} is of a kind that is left out here; what it calls is not counted.", name);
        return {};
    }

    Cost passing(const spec::NodeRef& to, double times) {
        Cost cost;
        add_calls(cost, to, times);
        const Cost behind = cost_of(spec::text_of(to));
        cost.stays_s = times * behind.stays_s;
        cost.success = behind.success;
        return cost;
    }

    Cost cost_of_steps(const Steps& steps, const std::string& name) {
        struct Of final : Costing {
            Of(DemandCollector& all, const std::string& node) : collector(all), name(node) {}
            Cost of_steps(const Steps& steps) override { return models::cost_of(steps, *this); }
            Cost of_call(const spec::NodeRef& to) override { return collector.passing(to, 1); }
            void note_policies(const std::vector<PolicyChoice>& policies) override {
                collector.note_policies(policies, name);
            }
            DemandCollector& collector;
            const std::string& name;
        } of(*this, name);
        return models::cost_of(steps, of);
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
        note("{} wait for answers: their rate is the highest, when nobody else is in the way.",
             name);
    }
    template <class Spec>
    void send(const Spec& spec, const std::string& name) {
        if constexpr (requires { spec.population; }) {
            note("{} is a client of a kind that is left out here.", name);
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
                response += call.weight / total * cost_of(spec::text_of(call.to)).stays_s;
        }
        return response;
    }

    void send_at(const ClientSpec& spec, const std::string& name, double rate) {
        const double total = total_weight(spec);
        if (!(total > 0)) return;
        note_policies(spec.policies, name);
        demands_.offered_per_s += rate;
        demands_.response_s += rate * response_of(spec);
        double success = 0;
        for (const ClientCall& call : spec.calls.list) {
            const std::string target = spec::text_of(call.to);
            rates_[target] += rate * call.weight / total;
            success += call.weight / total * cost_of(target).success;
        }
        successes_per_s_ += rate * success;
        for (NodeDemand& node : demands_.nodes) {
            if (node.name == name) node.calls_per_s += rate;
        }
    }

    // Whoever calls comes after those it calls in the order in which costs were found, so that from
    // the end each rate is whole when it is passed on. The calls of a checked scenario go round in
    // no circle.
    void pass_on_rates() {
        for (auto target = order_.rbegin(); target != order_.rend(); ++target) {
            const double rate = rates_[*target];
            for (const auto& [next, times] : costs_[*target].calls) rates_[next] += rate * times;
        }
    }

    // --- Together ---

    void settle(NodeDemand& node) {
        for (const auto& [target, rate] : rates_) {
            if (target.substr(0, target.find('.')) != node.name) continue;
            const Cost cost = cost_of(target);
            node.calls_per_s += rate;
            node.core_s += rate * cost.core_s;
            node.stays_s += rate * cost.stays_s;
        }
        if (node.is_client || !(node.calls_per_s > 0)) return;
        node.core_s /= node.calls_per_s;
        node.stays_s /= node.calls_per_s;
    }

    // The measured time in which no node that is asked for anything is wholly down.
    double up() const {
        const double from = sim::seconds(scenario_.run.warm_up);
        const double measured = sim::seconds(scenario_.run.measure);
        std::vector<std::pair<double, double>> down;
        for (const FailureChoice& failure : scenario_.failures) {
            const auto* crash = failure.as<Crash::Spec>();
            if (crash == nullptr) continue;
            const NodeDemand* const node = demands_.node(crash->target.node);
            if (node == nullptr || !(node->calls_per_s > 0)) continue;
            if (crash->instances != 0 && crash->instances < node->instances) continue;
            const double begin = std::max(sim::seconds(crash->at) - from, 0.0);
            const double end = std::min(sim::seconds(crash->at + crash->lasts) - from, measured);
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

    void note_policies(const std::vector<PolicyChoice>& policies, const std::string& name) {
        for (const PolicyChoice& policy : policies) {
            if (policy.kind() == "timeout") continue;
            note("{}: what its policies ({}) add or take away is left out here.", name,
                 policy.kind());
            return;
        }
    }

    template <class... Args>
    void note(fmt::format_string<Args...> text, Args&&... args) {
        std::string note = fmt::format(text, std::forward<Args>(args)...);
        if (noted_.insert(note).second) demands_.notes.push_back(std::move(note));
    }

    const Scenario& scenario_;
    Demands demands_;
    std::map<std::string, Cost> costs_;
    std::map<std::string, double> rates_;
    std::vector<std::string> order_;  // of the costs that are known
    std::set<std::string> noted_;
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
