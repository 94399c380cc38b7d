#include "models/topology/call_costs.h"

#include <algorithm>
#include <concepts>
#include <functional>

#include "models/caches/cache.h"
#include "models/databases/database.h"
#include "models/databases/pgbouncer.h"
#include "models/node_list.h"
#include "models/pools/pool.h"
#include "models/servers/server.h"
#include "models/steps/steps.h"

namespace models {

namespace {

void add_calls(Cost& cost, const spec::NodeRef& to, double times) {
    cost.calls[spec::text_of(to)] += times;
}

// One look at a node: its own work, and what is known of those it calls.
class CostLook final : Costing {
public:
    using BehindOf = std::function<const Cost&(const std::string& target)>;
    CostLook(Notes& notes, BehindOf behind_of) : notes_(notes), behind_of_(std::move(behind_of)) {}

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
        notes_.add(
            "{} is reckoned as if it never hit: what it keeps off {} cannot be known before a run.",
            name, spec.calls.node);
        spec::NodeRef to = spec.calls;
        if (to.endpoint.empty()) to.endpoint = endpoint;
        return passing(to, 1);
    }
    template <class Spec>
    Cost cost_at(const Spec&, const std::string& name, const std::string&) {
        notes_.add("{} is of a kind that is left out here; what it calls is not counted.", name);
        return {};
    }

private:
    Cost passing(const spec::NodeRef& to, double times) {
        Cost cost;
        add_calls(cost, to, times);
        const Cost& behind = behind_of_(spec::text_of(to));
        cost.stays_s = times * behind.stays_s;
        cost.success = behind.success;
        return cost;
    }

    Cost cost_of_steps(const Steps& steps, const std::string& name) {
        name_ = &name;
        return cost_of(steps, *this);
    }
    Cost of_steps(const Steps& steps) override { return cost_of(steps, *this); }
    Cost of_call(const spec::NodeRef& to) override { return passing(to, 1); }
    void note_policies(const std::vector<PolicyChoice>& policies) override {
        notes_.add_policies(policies, *name_);
    }
    void note(const std::string& what) override { notes_.add("{}: {}", *name_, what); }

    const std::string* name_ = nullptr;  // of the node whose steps they are
    Notes& notes_;
    BehindOf behind_of_;
};

}  // namespace

void Notes::add_policies(const std::vector<PolicyChoice>& policies, const std::string& name) {
    for (const PolicyChoice& policy : policies) {
        if (policy.kind() == "timeout") continue;
        add("{}: what its policies ({}) add or take away is left out here.", name, policy.kind());
        return;
    }
}

CallCosts::CallCosts(const Scenario& scenario, Notes& notes) : scenario_(scenario), notes_(notes) {
    for (const auto& [name, choice] : scenario.nodes) places_.emplace(name, places_.size());
}

// Those it calls come first: whoever misses some is looked at a second time when they are known.
// They wait in a list and not on the stack: calls may go as deep as a scenario is long, but not
// round in a circle.
const Cost& CallCosts::of(const std::string& target) {
    std::vector<std::string> to_do{target};
    while (!to_do.empty()) {
        const std::string next = to_do.back();
        if (!costs_.contains(next)) {
            std::vector<std::string> missing;
            Cost cost = look_at(next, missing);
            if (!missing.empty()) {
                to_do.insert(to_do.end(), missing.rbegin(), missing.rend());
                continue;
            }
            order_.push_back(next);
            costs_.emplace(next, std::move(cost));
        }
        to_do.pop_back();
    }
    return costs_.at(target);
}

Cost CallCosts::look_at(const std::string& target, std::vector<std::string>& missing) {
    static const Cost kNothing;
    CostLook look(notes_, [&](const std::string& called) -> const Cost& {
        const auto known = costs_.find(called);
        if (known != costs_.end()) return known->second;
        missing.push_back(called);
        return kNothing;
    });
    const std::size_t dot = target.find('.');
    const std::string endpoint = dot == std::string::npos ? "" : target.substr(dot + 1);
    const auto place = places_.find(target.substr(0, dot));
    if (place == places_.end()) return {};
    const auto& [name, choice] = scenario_.nodes.entries[place->second];
    Cost cost;
    Nodes::visit(NodeList(), choice, [&, &name = name](const auto& spec) {
        cost = look.cost_at(spec, name, endpoint);
    });
    return cost;
}

}  // namespace models
