// Tries again when a call does not succeed: after a wait, a few times, within a budget.
//
// An attempt is a request of its own to whoever answers it: it meets its own luck, and it is work
// like any other. Layers of callers that all retry multiply: n attempts at each of k layers are
// n^k.
#pragma once

#include "models/calls/backoff.h"
#include "models/calls/causes.h"
#include "models/calls/policy.h"
#include "models/calls/retry_budget.h"
#include "models/calls/tally.h"
#include "sim/figure.h"

namespace models {

class Retry final : public Keeps<Retry, Policy> {
public:
    struct Spec {
        static constexpr std::string_view kind = "retry";
        static constexpr std::string_view doc =
            "Retries calls that fail (parameters as in resilience4j).";
        std::uint32_t max_attempts = 3;
        BackoffSpec backoff;
        Causes retry_on;
        Causes ignore = {cause::circuit_open, cause::deadline, cause::not_found,
                         cause::unauthorized, cause::forbidden};
        RetryBudgetChoice budget;
        static constexpr auto figures() {
            return std::array{
                sim::figure("retries", sim::Unit::count, sim::Merge::sum,
                            "Retries: attempts after the first."),
                sim::figure("retries_rescued", sim::Unit::count, sim::Merge::sum,
                            "Requests that succeeded after a retry."),
                sim::figure("retries_gave_up", sim::Unit::count, sim::Merge::sum,
                            "Requests that failed at every attempt."),
                sim::figure("retries_out_of_budget", sim::Unit::count, sim::Merge::sum,
                            "Retries that the budget did not allow.")};
        }
        static constexpr auto params() {
            return std::tuple{
                spec::param("max_attempts", &Spec::max_attempts, spec::between(1u, 1000u),
                            "Most attempts in all, the first call included."),
                spec::param("backoff", &Spec::backoff, "The wait before each retry."),
                spec::param(
                    "retry_on", &Spec::retry_on,
                    "Causes of failure that are retried. An empty list (the default) retries all."),
                spec::param("ignore", &Spec::ignore,
                            "Causes of failure that are never retried, because another try would "
                            "fail as well."),
                spec::param("budget", &Spec::budget,
                            "Retry budget: a limit of retries over all the caller's requests, "
                            "against retry storms.")};
        }
    };

    struct State {
        std::uint64_t identity;  // of the first attempt
        Backoff backoff;
    };

    Retry(const Spec& spec, const Context& context);

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    Go woken(Call& call) override;
    void abandoned(Call& call) override { leave(call); }
    void restore(Call& call) override { call.request.identity = mine(call).identity; }

private:
    bool is_worth_it(const Response& response) const;
    bool pauses(Call& call);
    void leave(Call& call);

    Spec spec_;
    sim::Scheduler& scheduler_;
    std::uint64_t stream_;
    std::unique_ptr<RetryBudget> budget_;
    Tally retries_;
    Tally rescued_;        // requests that succeeded after a retry
    Tally gave_up_;        // requests that were tried max_attempts times in vain
    Tally out_of_budget_;  // retries that the budget did not allow
};

}  // namespace models
