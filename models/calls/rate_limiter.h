// Lets only so many requests pass in a time, and turns the others away (HTTP 429).
//
// Each instance of the caller counts on its own, so n of them let n times the limit through, unless
// they count in a shared store. Then every request costs a call to the store, and when the store
// does not answer, the limiter lets everything pass (open) or nothing (closed). The store counts in
// one step, when its answer is back; nobody reads an old value.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <tuple>

#include "models/calls/policy.h"
#include "models/calls/scope.h"
#include "models/calls/tally.h"
#include "models/context.h"
#include "models/limits/limiter_table.h"
#include "models/spec/declaration/spec.h"
#include "sim/figure.h"
#include "sim/resource.h"

namespace models {

class Edge;

enum class LimitPer { everyone, user, address, key, segment, endpoint };

constexpr auto names_of(LimitPer) {
    using spec::Word;
    return std::array{
        Word{"everyone", LimitPer::everyone, "One limit for all requests together."},
        Word{"user", LimitPer::user, "Each user has a limit of its own."},
        Word{"address", LimitPer::address,
             "Each client address has a limit of its own; users may share an address."},
        Word{"key", LimitPer::key, "Each item has a limit of its own."},
        Word{"segment", LimitPer::segment, "Each user segment has a limit of its own."},
        Word{"endpoint", LimitPer::endpoint,
             "Each endpoint of the callee has a limit of its own."}};
}

enum class StoreFailure { open, closed };

constexpr auto names_of(StoreFailure) {
    return std::array{
        spec::Word{"open", StoreFailure::open, "Fail open: requests pass, uncounted."},
        spec::Word{"closed", StoreFailure::closed, "Fail closed: requests are rejected."}};
}

struct LimitStore {
    static constexpr std::string_view name = "limit_store";
    static constexpr std::string_view doc =
        "A shared store of rate limit counters, for all instances of a caller.";
    spec::CallRef calls;
    spec::Distribution<sim::Duration> latency;
    sim::Duration timeout = std::chrono::milliseconds(100);
    StoreFailure on_failure = StoreFailure::open;
    static constexpr auto params() {
        return std::tuple{
            spec::required(
                "calls", &LimitStore::calls,
                "The node that keeps the counters, such as a Redis; it is asked for each request."),
            spec::param("latency", &LimitStore::latency,
                        "The network to it, one way, instead of the links there."),
            spec::param("timeout", &LimitStore::timeout, spec::above(sim::Duration::zero()),
                        "How long to wait for the store's answer."),
            spec::param("on_failure", &LimitStore::on_failure,
                        "Whether requests pass (fail open) or are rejected (fail closed) when the "
                        "store does not answer.")};
    }
    spec::Around around() const {
        spec::Around around = around_way(latency);
        around.is_survivable = on_failure == StoreFailure::open;
        return around;
    }
};

// The row of a limit, by what it is called.
consteval sim::Resource rate_limit(std::string_view name) {
    return sim::resource(
        name, sim::ResourceKind::limit, sim::Unit::count,
        "Calls, so many in a time: one more is refused, or waits its turn.",
        "Time passes: the limiter says how fast.",
        {.parameter = "policies.rate_limiter.limiter", .refusal = cause::rate_limited});
}

class RateLimiter final : public Keeps<RateLimiter, Policy> {
public:
    struct Spec {
        static constexpr std::string_view kind = "rate_limiter";
        static constexpr std::string_view doc =
            "Rate limiter: limits the requests that pass in a period; the others are rejected.";
        std::string name;
        LimiterChoice limiter;
        LimitPer per = LimitPer::everyone;
        CallerScope scope = CallerScope::caller_instance;
        std::optional<LimitStore> store;
        static constexpr auto figures() {
            return std::array{
                sim::figure("rate_limited", sim::Unit::count, sim::Merge::sum,
                            "Calls that were over the limit."),
                sim::figure("rate_limited_<name>", sim::Unit::count, sim::Merge::sum,
                            "Calls over the limit of this name."),
                sim::figure("limit_store_failed", sim::Unit::count, sim::Merge::sum,
                            "Calls for which the limit's store did not answer in time.")};
        }
        static constexpr auto resources() {
            return std::array{rate_limit("rate limit"), rate_limit("rate limit to <node>"),
                              rate_limit("rate limit <name>")};
        }
        static constexpr auto params() {
            return std::tuple{
                spec::param("name", &Spec::name,
                            "Name of this rule, to tell several apart: its rejections are also "
                            "counted as rate_limited_NAME."),
                spec::param("limiter", &Spec::limiter, "Algorithm of the limiter, and its limit."),
                spec::param("per", &Spec::per,
                            "Who has a limit of their own: all requests together, or each user, "
                            "address, key and so on."),
                spec::param(
                    "scope", &Spec::scope,
                    "Whether all instances of the caller share the counters, or each instance "
                    "has its own. Ignored with a store."),
                spec::param("store", &Spec::store,
                            "A node, such as a Redis, where all instances share the counters. "
                            "Without it (the default) counters are in memory.")};
        }
    };

    struct State {
        bool is_granted;  // once it has waited
    };

    RateLimiter(const Spec& spec, const Context& context);
    ~RateLimiter() override;

    Go enter(Call& call) override;
    Go woken(Call& call) override;
    Block* inside() override;

private:
    class Store;

    Go count(Call& call);
    Go decide(Call& call, bool is_granted);

    LimitPer per_;
    bool shares_;  // one count for all instances of the caller
    World& world_;
    LimiterTable limiters_;
    std::uint64_t passed_ = 0;
    std::uint64_t refused_ = 0;
    Tally rate_limited_;
    std::optional<Tally> rate_limited_by_name_;
    std::unique_ptr<Store> store_;  // none: it counts in memory
};

}  // namespace models
