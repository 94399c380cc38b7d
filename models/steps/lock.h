// {"lock": "zookeeper", "steps": [...]}: what only one does at a time, if all goes well.
#pragma once

#include "models/calls/policy.h"
#include "models/steps/step.h"

namespace models {

struct LockStep {
    static constexpr std::string_view key = "lock";
    static constexpr std::string_view doc =
        "Steps under a distributed lock, released when they end, whatever their outcome. It is "
        "held under a lease: if that expires before the steps end, or the holder crashes, the next "
        "waiter gets the lock while these steps go on unaware. Their writes carry the lease's "
        "fencing token, which a store can check (`fencing_tokens`).";
    spec::LockRef value;
    std::string resource;
    sim::Fraction keep_alive{};
    Times latency;
    std::vector<PolicyChoice> policies;
    Steps steps;
    std::string name;
    static constexpr auto body() {
        return spec::param("lock", &LockStep::value, "The lock service.");
    }
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("resource", &LockStep::resource,
                  "Name of the lock. Without one, each item has a lock of its own, and the "
                  "request's item is locked."),
            param("keep_alive", &LockStep::keep_alive, below(1.0),
                  "Share of the lease after which the holder renews it, again and again, by a "
                  "message (etcd's clients: 33%): a lock is held until it is released, and one "
                  "whose holder is cut off ends a lease after its last renewal. With 0% (the "
                  "default) the lease is not renewed."),
            param("latency", &LockStep::latency,
                  "Network latency, one way, for acquiring and for releasing the lock, instead of "
                  "the links there."),
            param("policies", &LockStep::policies,
                  "Resilience policies of acquiring the lock; a timeout limits how long it is "
                  "waited for."),
            param("steps", &LockStep::steps, not_empty(), "Steps run while the lock is held."),
            name_param(&LockStep::name)};
    }
    spec::Around around() const { return around_call(policies, latency); }
    void check(spec::Check& check) const;

    void compile(StepCompiler& into) const;
    Cost cost(Costing& of) const;
    void inner(const auto& visitor) const { visitor(steps, "/steps"); }
};

}  // namespace models
