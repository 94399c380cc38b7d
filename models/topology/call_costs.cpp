#include "models/topology/call_costs.h"

#include <functional>

namespace models {

namespace {

// One look at a node: its own work, and what is known of those it calls.
class CostLook final : public Costing {
public:
    using BehindOf = std::function<const Cost&(const std::string& target)>;
    CostLook(Notes& notes, BehindOf behind_of, const std::string& name)
        : notes_(notes), behind_of_(std::move(behind_of)), name_(name) {}

    Cost cost_at(const NodeChoice& choice, const std::string& endpoint) {
        const NodeKind& kind = Nodes::kind_of(choice);
        if (kind.cost != nullptr) return kind.cost(choice.any().spec(), endpoint, *this);
        notes_.add("{} is of a kind that is left out here; what it calls is not counted.", name_);
        return {};
    }

private:
    Cost of_steps(const Steps& steps) override { return cost_of(steps, *this); }
    Cost of_call(const spec::NodeRef& to) override {
        Cost cost;
        cost.calls[spec::text_of(to)] = 1;
        const Cost& behind = behind_of_(spec::text_of(to));
        cost.stays_s = behind.stays_s;
        cost.success = behind.success;
        return cost;
    }
    void note_policies(const std::vector<PolicyChoice>& policies) override {
        notes_.add_policies(policies, name_);
    }
    void note(const std::string& what) override { notes_.add("{}: {}", name_, what); }

    Notes& notes_;
    BehindOf behind_of_;
    const std::string& name_;  // of the node
};

}  // namespace

void Notes::add_policies(const std::vector<PolicyChoice>& policies, const std::string& name) {
    for (const PolicyChoice& policy : policies) {
        // A timeout takes nothing away while all is well, and permits are reckoned with.
        const std::string_view kind = policy.kind();
        if (kind == "timeout" || kind == "bulkhead" || kind == "thread_pool_bulkhead") continue;
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
    const auto behind_of = [&](const std::string& called) -> const Cost& {
        const auto known = costs_.find(called);
        if (known != costs_.end()) return known->second;
        missing.push_back(called);
        return kNothing;
    };
    const std::size_t dot = target.find('.');
    const std::string endpoint = dot == std::string::npos ? "" : target.substr(dot + 1);
    const auto place = places_.find(target.substr(0, dot));
    if (place == places_.end()) return {};
    const auto& [name, choice] = scenario_.nodes.entries[place->second];
    return CostLook(notes_, behind_of, name).cost_at(choice, endpoint);
}

}  // namespace models
