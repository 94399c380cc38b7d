// What a call costs, from the specs alone: there, and at all that is called behind it.
#pragma once

#include <fmt/core.h>

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "models/calls/policy.h"
#include "models/steps/step.h"
#include "models/topology/scenario.h"

namespace models {

// What is left out, each said once.
class Notes {
public:
    template <class... Args>
    void add(fmt::format_string<Args...> text, Args&&... args) {
        std::string note = fmt::format(text, std::forward<Args>(args)...);
        if (known_.insert(note).second) all_.push_back(std::move(note));
    }
    void add_policies(const std::vector<PolicyChoice>& policies, const std::string& name);

    const std::vector<std::string>& all() const { return all_; }

private:
    std::vector<std::string> all_;
    std::set<std::string> known_;
};

class CallCosts {
public:
    CallCosts(const Scenario& scenario, Notes& notes);

    // Of a call to "node" or "node.endpoint".
    const Cost& of(const std::string& target);

    // Targets whose costs are known; each comes after those it calls.
    const std::vector<std::string>& order() const { return order_; }

private:
    Cost look_at(const std::string& target, std::vector<std::string>& missing);

    const Scenario& scenario_;
    Notes& notes_;
    std::unordered_map<std::string, std::size_t> places_;  // of nodes, by name
    std::unordered_map<std::string, Cost> costs_;
    std::vector<std::string> order_;
};

}  // namespace models
