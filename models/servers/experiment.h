// Two ways of doing the same thing, compared by what users do: an A/B test.
//
// Of each branch we know how many requests it had and how many of them were counted (bought
// something). The difference of the two shares has the interval of two proportions,
// p2 - p1 +- 1.96 sqrt(p1 (1 - p1) / n1 + p2 (1 - p2) / n2).
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/recording.h"

namespace models {

class Experiment {
public:
    Experiment(std::string name, std::vector<std::string> labels)
        : name_(std::move(name)), labels_(std::move(labels)), branches_(labels_.size()) {}

    const std::string& name() const { return name_; }

    // Of a user's request, and whether it was counted in the end.
    void assigned(std::uint32_t user, std::size_t branch) {
        if (seen_.size() >= kMostUsers) return;
        const auto [known, is_new] = seen_.try_emplace(user, branch);
        if (is_new || known->second == branch) return;
        ++switched_;
        known->second = branch;
    }
    void ended(std::size_t branch, bool counted) {
        ++branches_[branch].trials;
        branches_[branch].hits += counted;
    }

    void report(std::vector<sim::Measure>& measures) const {
        const auto add = [&](const std::string& what, const char* unit, double value) {
            measures.push_back({name_ + "_" + what, unit, value});
        };
        for (std::size_t branch = 0; branch < branches_.size(); ++branch) {
            add(labels_[branch] + "_requests", "", static_cast<double>(branches_[branch].trials));
            add(labels_[branch] + "_share", "1", branches_[branch].share());
        }
        add("switched", "", static_cast<double>(switched_));
        if (branches_.size() < 2) return;
        const double difference = branches_[1].share() - branches_[0].share();
        const double error = std::sqrt(branches_[0].variance() + branches_[1].variance());
        add("difference", "1", difference);
        add("difference_low", "1", difference - 1.96 * error);
        add("difference_high", "1", difference + 1.96 * error);
    }

private:
    static constexpr std::size_t kMostUsers = 1000000;

    struct Branch {
        std::uint64_t trials = 0;
        std::uint64_t hits = 0;
        double share() const {
            return trials > 0 ? static_cast<double>(hits) / static_cast<double>(trials)
                              : std::nan("");
        }
        double variance() const { return share() * (1 - share()) / static_cast<double>(trials); }
    };

    std::string name_;
    std::vector<std::string> labels_;
    std::vector<Branch> branches_;
    std::unordered_map<std::uint32_t, std::size_t> seen_;  // order is never looked at
    std::uint64_t switched_ = 0;  // times a user came to another branch than before
};

}  // namespace models
