#include "models/observers/objectives.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/observers/no_time.h"

namespace models {

namespace {

// Slice by slice.
struct GoodAndAll {
    std::vector<std::uint32_t> good;
    std::vector<std::uint32_t> all;
};

// A request that ended well within the latency that was promised is good; without a promise, one
// that ended well.
GoodAndAll counted_for(const SloSpec& objective, const sim::Recording& recording) {
    GoodAndAll counted;
    const auto node =
        std::ranges::find(recording.nodes, objective.node.node, &sim::NodeRecord::name);
    if (node == recording.nodes.end()) return counted;
    counted.good.resize(node->slices.size());
    counted.all.resize(node->slices.size());
    node->slices.for_each([&](std::size_t index, const sim::Slice& slice) {
        counted.good[index] = slice.succeeded;
        counted.all[index] = slice.finished;
    });
    if (!objective.latency) return counted;
    const auto promise =
        std::ranges::find(node->promises, *objective.latency, &sim::Promise::latency);
    if (promise == node->promises.end()) return counted;
    counted.good = promise->kept;
    counted.good.resize(counted.all.size());
    return counted;
}

// How much of what there was went wrong, and when the last of the budget went.
struct Consumed {
    double good = 0;
    double all = 0;
    double bad_s = 0;  // of time: bad slices, or as much of the run as was bad of its requests
    double exhausted_s = kNoTime;
};

class Account {
public:
    Account(const SloSpec& objective, const sim::Recording& recording)
        : objective_(objective),
          counted_(counted_for(objective, recording)),
          slice_s_(sim::seconds(recording.slice)),
          begin_(static_cast<std::size_t>((recording.warm_up + recording.slice - sim::Duration(1)) /
                                          recording.slice)),
          end_(counted_.all.size()),
          whole_s_(sim::seconds(recording.measured())),
          budget_s_((1 - objective.target.value) * sim::seconds(objective.window)) {
        const auto slices = static_cast<std::size_t>(recording.simulated / recording.slice);
        slices_ = std::max(slices, end_);
    }

    Consumed spent() {
        return objective_.budgeting_method == BudgetingMethod::timeslices ? timeslices()
                                                                          : occurrences();
    }

private:
    // Bad requests of all, times the time that has passed, are the bad time.
    Consumed occurrences() {
        Consumed spent;
        for (std::size_t slice = begin_; slice < end_; ++slice) {
            spent.good += counted_.good[slice];
            spent.all += counted_.all[slice];
            const double passed_s = static_cast<double>(slice + 1 - begin_) * slice_s_;
            const double bad = spent.all > 0 ? (spent.all - spent.good) / spent.all : 0;
            if (std::isnan(spent.exhausted_s) && bad * passed_s >= budget_s_) {
                spent.exhausted_s = static_cast<double>(slice + 1) * slice_s_;
            }
        }
        if (spent.all > 0) spent.bad_s = (spent.all - spent.good) / spent.all * whole_s_;
        return spent;
    }

    Consumed timeslices() {
        Consumed spent;
        const double window_s = sim::seconds(objective_.time_slice_window);
        const auto joined =
            std::max<std::size_t>(1, static_cast<std::size_t>(std::llround(window_s / slice_s_)));
        for (std::size_t first = begin_; first + joined <= slices_; first += joined) {
            double good = 0;
            double all = 0;
            for (std::size_t slice = first; slice < std::min(first + joined, end_); ++slice) {
                good += counted_.good[slice];
                all += counted_.all[slice];
            }
            ++spent.all;
            const bool is_good = good >= objective_.time_slice_target.value * all;
            spent.good += is_good;
            if (is_good) continue;
            spent.bad_s += static_cast<double>(joined) * slice_s_;
            if (std::isnan(spent.exhausted_s) && spent.bad_s >= budget_s_) {
                spent.exhausted_s = static_cast<double>(first + joined) * slice_s_;
            }
        }
        return spent;
    }

    const SloSpec& objective_;
    GoodAndAll counted_;
    double slice_s_;
    std::size_t begin_;
    std::size_t end_;
    double whole_s_;
    double budget_s_;
    std::size_t slices_ = 0;
};

double penalty_of(const SloSpec& objective, double kept) {
    double most = 0;
    for (const ServiceCredit& each : objective.credits) {
        if (kept < each.below.value) most = std::max(most, each.credit.value);
    }
    return objective.monthly_fee * most;
}

struct Burn {
    double rate;
    std::string_view long_window;
    std::string_view short_window;
};
constexpr std::array<Burn, 2> kPage = {{{14.4, "1h", "5m"}, {6, "6h", "30m"}}};
constexpr std::array<Burn, 2> kTicket = {{{3, "1d", "2h"}, {1, "3d", "6h"}}};

std::string burning(const std::string& name, double rate, double budget, std::string_view window) {
    return fmt::format(
        "(1 - rate(slo_good_total{{objective=\"{0}\"}}[{1}]) / "
        "rate(slo_requests_total{{objective=\"{0}\"}}[{1}]) > {2} * {3})",
        name, window, rate, budget);
}

AlertRule rule_of(const std::string& name, const SloSpec& objective,
                  const std::array<Burn, 2>& burns, std::string severity) {
    // 1 - 0.999 has an error in its last bits, which would be in the rule as it is shown.
    const double budget = std::round((1 - objective.target.value) * 1e12) / 1e12;
    AlertRule rule;
    for (const Burn& burn : burns) {
        rule.expr += fmt::format("{}({} and {})", rule.expr.empty() ? "" : " or ",
                                 burning(name, burn.rate, budget, burn.long_window),
                                 burning(name, burn.rate, budget, burn.short_window));
    }
    rule.labels.entries.emplace_back("severity", std::move(severity));
    if (!objective.runbook_url.empty()) {
        rule.annotations.entries.emplace_back("runbook_url", objective.runbook_url);
    }
    return rule;
}

}  // namespace

sim::Watched budget_of(const std::string& name, const SloSpec& objective,
                       const sim::Recording& recording) {
    const Consumed spent = Account(objective, recording).spent();
    const double budget = 1 - objective.target.value;
    const double budget_s = budget * sim::seconds(objective.window);
    const double kept = spent.all > 0 ? spent.good / spent.all : kNoTime;
    sim::Watched watched{"objectives", name};
    watched.measures = {{"target", "1", objective.target.value},
                        {"sli", "1", kept},
                        {"good", "", spent.good},
                        {"total", "", spent.all},
                        {"budget", "s", budget_s},
                        {"bad", "s", spent.bad_s},
                        {"budget_used", "1", budget_s > 0 ? spent.bad_s / budget_s : kNoTime},
                        {"burn_rate", "", budget > 0 ? (1 - kept) / budget : kNoTime},
                        {"exhausted", "s", spent.exhausted_s},
                        {"penalty", "usd", penalty_of(objective, kept)}};
    return watched;
}

spec::Named<AlertRule> burn_rate_alerts(const std::string& name, const SloSpec& objective) {
    spec::Named<AlertRule> rules;
    rules.entries.emplace_back(name + "_page", rule_of(name, objective, kPage, "page"));
    rules.entries.emplace_back(name + "_ticket", rule_of(name, objective, kTicket, "ticket"));
    return rules;
}

}  // namespace models
