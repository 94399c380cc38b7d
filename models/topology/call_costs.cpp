#include "models/topology/call_costs.h"

#include <algorithm>
#include <concepts>
#include <functional>

#include "models/balancers/pool.h"
#include "models/caches/cache.h"
#include "models/databases/database.h"
#include "models/databases/pgbouncer.h"
#include "models/node_list.h"
#include "models/servers/server.h"
#include "sim/math.h"

namespace models {

namespace {

void add_calls(CallCost& cost, const spec::NodeRef& to, double times) {
    cost.calls[spec::text_of(to)] += times;
}

// One look at a node: its own work, and what is known of those it calls.
class Look {
public:
    using BehindOf = std::function<const CallCost&(const std::string& target)>;
    Look(Notes& notes, BehindOf behind_of) : notes_(notes), behind_of_(std::move(behind_of)) {}

    CallCost cost_at(const Server::Spec& spec, const std::string& name,
                     const std::string& endpoint) {
        for (const auto& [each, steps] : spec.endpoints) {
            if (endpoint.empty() || each == endpoint) return cost_of_steps(steps, name);
        }
        return {};
    }
    CallCost cost_at(const Database::Spec& spec, const std::string&, const std::string& endpoint) {
        CallCost cost;
        cost.core_s = spec.service_time.build().mean();
        for (const auto& [name, times] : spec.queries) {
            if (name == endpoint) cost.core_s = times.build().mean();
        }
        cost.stays_s = cost.core_s;
        return cost;
    }
    CallCost cost_at(const Pool::Spec& spec, const std::string&, const std::string& endpoint) {
        spec::NodeRef to = spec.of;
        if (to.endpoint.empty()) to.endpoint = endpoint;
        CallCost cost = passing(to, 1);
        if (spec.machine) cost.core_s = spec.machine->work.build().mean();
        cost.stays_s += cost.core_s + 2 * spec.latency.build().mean();
        return cost;
    }
    CallCost cost_at(const Pgbouncer::Spec& spec, const std::string&, const std::string& endpoint) {
        spec::NodeRef to = spec.of;
        if (to.endpoint.empty()) to.endpoint = endpoint;
        CallCost cost = passing(to, spec.statements);
        cost.core_s = spec.statements * spec.work.build().mean();
        const double network = 2 * spec.statements * spec.latency.build().mean();
        const double between = (spec.statements - 1) * spec.between_statements.build().mean();
        cost.stays_s += cost.core_s + network + between;
        return cost;
    }
    // What it keeps cannot be known before; at worst it has nothing.
    CallCost cost_at(const Cache::Spec& spec, const std::string& name,
                     const std::string& endpoint) {
        notes_.add(
            "{} is reckoned as if it never hit: what it keeps off {} cannot be known before a run.",
            name, spec.calls.node);
        spec::NodeRef to = spec.calls;
        if (to.endpoint.empty()) to.endpoint = endpoint;
        return passing(to, 1);
    }
    template <class Spec>
    CallCost cost_at(const Spec&, const std::string& name, const std::string&) {
        notes_.add("{} is of a kind that is left out here; what it calls is not counted.", name);
        return {};
    }

private:
    CallCost passing(const spec::NodeRef& to, double times) {
        CallCost cost;
        add_calls(cost, to, times);
        const CallCost& behind = behind_of_(spec::text_of(to));
        cost.stays_s = times * behind.stays_s;
        cost.success = behind.success;
        return cost;
    }

    CallCost cost_of_steps(const Steps& steps, const std::string& name) {
        CallCost all;
        for (const Step& step : steps) {
            const CallCost cost = cost_of_step(step, name);
            // A step is only reached when those before it did not fail.
            const double reached = all.success;
            all.core_s += reached * cost.core_s;
            all.stays_s += reached * cost.stays_s;
            for (const auto& [target, times] : cost.calls) all.calls[target] += reached * times;
            all.success *= cost.success;
        }
        return all;
    }

    CallCost cost_of_step(const Step& step, const std::string& name) {
        if (const auto* work = step.as<WorkStep>()) {
            const double mean = work->value.build().mean();
            return {mean, mean, 1, {}};
        }
        if (const auto* wait = step.as<WaitStep>()) return {0, wait->value.build().mean(), 1, {}};
        if (const auto* fail = step.as<FailStep>()) return {0, 0, 1 - fail->value.value, {}};
        if (const auto* call = step.as<CallStep>()) {
            CallCost cost = passing(call->value, 1);
            cost.stays_s += 2 * call->latency.build().mean();
            notes_.add_policies(call->policies, name);
            return cost;
        }
        if (const auto* parallel = step.as<ParallelStep>()) return side_by_side(*parallel, name);
        if (const auto* choose = step.as<ChooseStep>()) return chosen(*choose, name);
        if (const auto* items = step.as<ItemsStep>()) return repeated(*items, name);
        if (const auto* async = step.as<AsyncStep>()) {
            CallCost cost = cost_of_steps(async->value, name);
            cost.stays_s = 0;
            cost.success = 1;
            return cost;
        }
        if (step.as<CountStep>() != nullptr) return {};
        notes_.add("{}: a step \"{}\" is left out here.", name, step.key());
        return {};
    }

    CallCost repeated(const ItemsStep& items, const std::string& name) {
        CallCost all = cost_of_steps(items.steps, name);
        if (items.as == ItemsAs::list) return all;
        const double times = items.value;
        all.core_s *= times;
        if (items.as == ItemsAs::one_by_one) all.stays_s *= times;
        all.success = sim::pow(all.success, times);
        for (auto& [target, calls] : all.calls) calls *= times;
        return all;
    }

    // The longest of means: a lower bound of the mean of the longest.
    CallCost side_by_side(const ParallelStep& parallel, const std::string& name) {
        CallCost all;
        for (const Steps& branch : parallel.value) {
            const CallCost cost = cost_of_steps(branch, name);
            all.core_s += cost.core_s;
            all.stays_s = std::max(all.stays_s, cost.stays_s);
            all.success *= cost.success;
            for (const auto& [target, times] : cost.calls) all.calls[target] += times;
        }
        return all;
    }

    CallCost chosen(const ChooseStep& choose, const std::string& name) {
        double total = 0;
        for (const Branch& branch : choose.value) total += branch.weight;
        CallCost all;
        all.success = 0;
        for (const Branch& branch : choose.value) {
            const double share = branch.weight / total;
            const CallCost cost = cost_of_steps(branch.steps, name);
            all.core_s += share * cost.core_s;
            all.stays_s += share * cost.stays_s;
            all.success += share * cost.success;
            for (const auto& [target, times] : cost.calls) all.calls[target] += share * times;
        }
        return all;
    }

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
const CallCost& CallCosts::of(const std::string& target) {
    std::vector<std::string> to_do{target};
    while (!to_do.empty()) {
        const std::string next = to_do.back();
        if (!costs_.contains(next)) {
            std::vector<std::string> missing;
            CallCost cost = look_at(next, missing);
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

CallCost CallCosts::look_at(const std::string& target, std::vector<std::string>& missing) {
    static const CallCost kNothing;
    Look look(notes_, [&](const std::string& called) -> const CallCost& {
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
    CallCost cost;
    Nodes::visit(NodeList(), choice, [&, &name = name](const auto& spec) {
        cost = look.cost_at(spec, name, endpoint);
    });
    return cost;
}

}  // namespace models
