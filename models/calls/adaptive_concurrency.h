// Lets only so many calls be under way at a time, as many as the callee has shown it can take.
//
// As the limiters of Netflix' concurrency-limits: a call over the limit is rejected at once; one
// that succeeded is a sample of how long calls take, one that timed out or was turned away is a
// loss, and one that failed otherwise teaches nothing.
#pragma once

#include <memory>
#include <tuple>

#include "models/calls/policy.h"
#include "models/calls/scope.h"
#include "models/calls/tally.h"
#include "models/concurrency/concurrency_limits.h"
#include "models/concurrency/gradient2.h"
#include "models/context.h"
#include "models/spec/declaration/spec.h"
#include "sim/figure.h"
#include "sim/resource.h"

namespace models {

class AdaptiveConcurrency final : public Keeps<AdaptiveConcurrency, Policy> {
public:
    struct Spec {
        static constexpr std::string_view kind = "concurrency_limit";
        static constexpr std::string_view doc =
            "Adaptive concurrency limit: limits the calls in flight, and learns the limit from "
            "latencies.";
        ConcurrencyLimitChoice limit = Gradient2::Spec{};
        CallerScope scope = CallerScope::caller_instance;
        static constexpr auto figures() {
            return std::array{
                sim::figure("concurrency_limit", sim::Unit::count, sim::Merge::over_time,
                            "Concurrency limit: calls that may be in flight."),
                sim::figure("over_concurrency_limit", sim::Unit::count, sim::Merge::sum,
                            "Calls refused because the concurrency limit was reached.")};
        }
        static constexpr auto resources() {
            return std::array{sim::resource("concurrency limit to <node>", sim::ResourceKind::limit,
                                            sim::Unit::count, "Calls to that node in flight.",
                                            "The call's answer.",
                                            {.parameter = "policies.concurrency_limit.limit",
                                             .refusal = cause::bulkhead_full})};
        }
        static constexpr auto params() {
            return std::tuple{
                spec::param("limit", &Spec::limit, "Algorithm by which the limit adapts."),
                spec::param(
                    "scope", &Spec::scope,
                    "Whether all instances of the caller share the limit, or each instance has "
                    "its own.")};
        }
    };

    struct Caller {
        std::unique_ptr<ConcurrencyLimit> limit;
        std::uint32_t in_flight = 0;
        sim::Area held = {};
        std::uint64_t passed = 0;
        std::uint64_t refused = 0;
    };
    struct State {
        Caller* caller;
        sim::Time began;
        std::uint32_t in_flight;  // then, itself included
    };

    AdaptiveConcurrency(const Spec& spec, const Context& context);

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    void abandoned(Call& call) override;

private:
    std::unique_ptr<Caller> make_caller(std::uint32_t number);

    ConcurrencyLimitChoice choice_;
    World& world_;
    std::uint64_t stream_;
    PerCaller<Caller> callers_;
    sim::Timeline& limits_;  // of all callers together
    Tally rejected_;
};

}  // namespace models
