// What users are promised over a month, in the words of OpenSLO: a target, the budget of failures
// that it leaves, and what it costs to spend more.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/spec/declaration/node_ref.h"
#include "models/spec/declaration/spec.h"

namespace models {

enum class BudgetingMethod : std::uint8_t { occurrences, timeslices };

constexpr auto names_of(BudgetingMethod) {
    return std::array{
        spec::Word{"occurrences", BudgetingMethod::occurrences,
                   "Good requests as a share of all requests."},
        spec::Word{"timeslices", BudgetingMethod::timeslices,
                   "Good time slices as a share of all; a slice without requests is good."}};
}

struct ServiceCredit {
    static constexpr std::string_view name = "service_credit";
    static constexpr std::string_view doc =
        "A service credit: what is paid back when the objective was missed.";
    sim::Fraction below{};
    sim::Fraction credit{};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("below", &ServiceCredit::below,
                     "Applies when the share of good requests is below this."),
            required("credit", &ServiceCredit::credit, "Share of the fee that is paid back.")};
    }
};

struct SloSpec {
    static constexpr std::string_view name = "service_level_objective";
    static constexpr std::string_view doc =
        "A service level objective (SLO), and its error budget.";
    spec::MentionRef node;
    sim::Fraction target{0.999};
    sim::Duration window = std::chrono::hours(30 * 24);
    std::optional<sim::Duration> latency;
    BudgetingMethod budgeting_method = BudgetingMethod::occurrences;
    sim::Fraction time_slice_target{0.95};
    sim::Duration time_slice_window = std::chrono::minutes(1);
    double monthly_fee = 0;
    std::vector<ServiceCredit> credits;
    bool burn_rate_alerts = false;
    std::string runbook_url;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("node", &SloSpec::node,
                     "The node whose requests it is about: usually a client."),
            param("target", &SloSpec::target, "Target: share of requests that must be good."),
            param("window", &SloSpec::window, above(sim::Duration::zero()),
                  "Window over which the target must be met."),
            param(
                "latency", &SloSpec::latency, above(sim::Duration::zero()),
                "Latency within which a good request succeeds. Without it every success is good."),
            param("budgeting_method", &SloSpec::budgeting_method,
                  "Budgeting method: whether good requests are counted (occurrences) or good "
                  "slices of time (timeslices)."),
            param("time_slice_target", &SloSpec::time_slice_target,
                  "The share of good requests that makes a slice of time good."),
            param("time_slice_window", &SloSpec::time_slice_window, above(sim::Duration::zero()),
                  "Length of a time slice; at least run.slice."),
            param("monthly_fee", &SloSpec::monthly_fee, at_least(0.0),
                  "Fee the customer pays for the window, in US dollars."),
            param("credits", &SloSpec::credits,
                  "The service level agreement: the largest credit that applies is the penalty."),
            param(
                "burn_rate_alerts", &SloSpec::burn_rate_alerts,
                "Adds the multiwindow alerts of Google's SRE Workbook: NAME_page, and NAME_ticket "
                "for what burns slowly."),
            param("runbook_url", &SloSpec::runbook_url,
                  "Runbook of those alerts: a file beside the scenario, or an address.")};
    }
};

}  // namespace models
