// How many retries a caller allows itself, over all its requests: without a budget, retries
// multiply the load just when there is too much of it.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <tuple>

#include "models/family.h"
#include "sim/time.h"

namespace models {

class RetryBudget {
public:
    static constexpr std::string_view family = "retry_budgets";
    static constexpr std::string_view family_doc =
        "Retry budgets: how many retries a caller makes at most, over all its requests.";

    virtual ~RetryBudget() = default;

    virtual void sent(sim::Time) {}          // a request, for the first time
    virtual void ended(bool succeeded) = 0;  // an attempt of any request
    virtual bool take(sim::Time now) = 0;    // whether a retry may be sent now
};

class Unlimited final : public RetryBudget {
public:
    struct Spec {
        static constexpr std::string_view kind = "unlimited";
        static constexpr std::string_view doc = "No budget: every retry is allowed.";
        static constexpr auto params() { return std::tuple{}; }
    };
    explicit Unlimited(const Spec&) {}
    void ended(bool) override {}
    bool take(sim::Time) override { return true; }
};

// Finagle's RetryBudget(ttl, minRetriesPerSec, percentCanRetry): over the last `ttl`, retries are
// at most a share of the requests, plus a few a second. Time goes in tenths of the ttl, as there.
class RatioBudget final : public RetryBudget {
public:
    struct Spec {
        static constexpr std::string_view kind = "ratio";
        static constexpr std::string_view doc =
            "Retries are at most a share of the requests of the last seconds (Finagle, Linkerd).";
        sim::Fraction retry_ratio{0.2};
        double min_retries_per_second = 10;
        sim::Duration ttl = std::chrono::seconds(10);
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("retry_ratio", &Spec::retry_ratio,
                      "Retries allowed, as a share of the requests."),
                param("min_retries_per_second", &Spec::min_retries_per_second, between(0.0, 1e9),
                      "Retries a second that are allowed in any case, however few requests there "
                      "are."),
                param("ttl", &Spec::ttl, above(sim::Duration::zero()),
                      "How long a request counts for the budget.")};
        }
    };
    explicit RatioBudget(const Spec& spec) : spec_(spec) {}
    void sent(sim::Time now) override;
    void ended(bool) override {}
    bool take(sim::Time now) override;

private:
    static constexpr std::size_t kSlices = 10;
    struct Slice {
        std::int64_t number = -1;  // of the time axis
        std::uint64_t sent = 0;
        std::uint64_t retried = 0;
    };
    Slice& slice(sim::Time now);

    Spec spec_;
    std::array<Slice, kSlices> slices_;
};

// The AWS SDKs' retry quota (standard mode): a retry costs tokens, which successes give back.
class TokenBucketBudget final : public RetryBudget {
public:
    struct Spec {
        static constexpr std::string_view kind = "token_bucket";
        static constexpr std::string_view doc =
            "A retry costs tokens; successes give some back (the AWS SDKs' retry quota).";
        double capacity = 500;
        double retry_cost = 5;
        double refund = 1;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("capacity", &Spec::capacity, between(0.0, 1e12),
                      "Tokens at the start, and at most."),
                param("retry_cost", &Spec::retry_cost, between(0.0, 1e12), "Tokens a retry costs."),
                param("refund", &Spec::refund, between(0.0, 1e12), "Tokens a success gives back.")};
        }
    };
    explicit TokenBucketBudget(const Spec& spec) : spec_(spec), tokens_(spec.capacity) {}
    void ended(bool succeeded) override;
    bool take(sim::Time) override;

private:
    Spec spec_;
    double tokens_;
};

// gRPC's retry throttling (gRFC A6): a failure takes a token, a success gives back token_ratio of
// one, and there are retries while more than half of the tokens are there.
class ThrottleBudget final : public RetryBudget {
public:
    struct Spec {
        static constexpr std::string_view kind = "throttle";
        static constexpr std::string_view doc =
            "No retries while too many attempts fail (gRPC's retryThrottling).";
        double max_tokens = 10;
        double token_ratio = 0.1;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("max_tokens", &Spec::max_tokens, above(0.0), at_most(1000.0),
                                    "Tokens at the start, and at most (maxTokens). A failure takes "
                                    "one; with half of them or fewer there are no retries."),
                              param("token_ratio", &Spec::token_ratio, above(0.0), at_most(1000.0),
                                    "Tokens a success gives back (tokenRatio).")};
        }
    };
    explicit ThrottleBudget(const Spec& spec) : spec_(spec), tokens_(spec.max_tokens) {}
    void ended(bool succeeded) override;
    bool take(sim::Time) override { return tokens_ > spec_.max_tokens / 2; }

private:
    Spec spec_;
    double tokens_;
};

struct RetryBudgets : Family<RetryBudgets, RetryBudget> {
    static const List& list();
};
using RetryBudgetChoice = spec::Choice<RetryBudgets>;

}  // namespace models
