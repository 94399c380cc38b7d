// Probes backends ahead of need, and takes the one with the lowest latency of those that are not
// hot: Prequal.
//
// Wydrowski, Kleinberg, Rumble and Archer, "Load is not what you should balance: introducing
// Prequal" (NSDI 2024). Each request sends probes to a few backends; what they answer, the requests
// there (RIF) and the latency of recent requests that found as many, goes to a small pool for
// requests to come. A probe is hot when its RIF is above a quantile of the RIFs seen lately. The
// coldest choice is the lowest latency among those that are not hot, or, when all are, the lowest
// RIF. A probe is used a limited number of times, ages, and the pool sheds its oldest and its worst
// in turn. What its own request adds is counted at once. With fewer than two probes in the pool any
// backend is taken.
//
// Here a backend's latencies and RIF are those of this balancer's own requests.
#pragma once

#include <chrono>
#include <deque>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/balancers/balancer.h"
#include "models/balancers/recent_latencies.h"
#include "models/balancers/sliding_quantile.h"
#include "models/context.h"
#include "models/spec/declaration/spec.h"

namespace models {

class Prequal final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "prequal";
        static constexpr std::string_view doc =
            "Of the backends probed that are not hot, the one with the lowest latency (Prequal).";
        std::uint32_t probes = 3;
        std::uint32_t removals = 1;
        std::uint32_t pool_size = 16;
        sim::Duration maximum_age = std::chrono::seconds(1);
        sim::Duration probe_time = std::chrono::microseconds(500);
        double hot_quantile = 0.84;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("probes", &Spec::probes, at_least(1u), at_most(100u),
                      "Backends that are probed with each request."),
                param("removals", &Spec::removals, at_most(100u),
                      "Probes that each request removes, the oldest and the worst in turn."),
                param("pool_size", &Spec::pool_size, at_least(2u), at_most(1000u),
                      "Size of the pool of probe answers."),
                param("maximum_age", &Spec::maximum_age, above(sim::Duration::zero()),
                      "Age at which a probe's answer is too old to be used."),
                param("probe_time", &Spec::probe_time, at_least(sim::Duration::zero()),
                      "Time from a probe until its answer can be used."),
                param("hot_quantile", &Spec::hot_quantile, at_least(0.0), at_most(1.0),
                      "Quantile of requests in flight among recent probes, above which a backend "
                      "is hot.")};
        }
    };

    Prequal(const Spec& spec, const Context& context)
        : spec_(spec),
          scheduler_(context.scheduler()),
          draws_(context.stream("prequal balancer")),
          rifs_(128) {}

    Wants wants() const override { return {.answers = true}; }
    void changed(const Roster& roster) override;
    void answered(const Candidate& candidate, const Answer& answer) override;
    std::size_t pick(std::span<const Candidate> candidates, const Request&) override;

private:
    struct Probe {
        std::uint32_t index;
        std::uint32_t rif;
        sim::Duration latency;
        sim::Time usable;
        double uses;  // how many times it may still be chosen
    };

    void send_probes(std::span<const Candidate> candidates);
    void receive();
    std::size_t best() const;
    bool better(const Probe& one, const Probe& other) const;
    void remove_one();
    double uses(std::size_t backends) const;

    Spec spec_;
    const sim::Scheduler& scheduler_;
    sim::Draws draws_;
    std::deque<Probe> on_the_way_;
    std::vector<Probe> pool_;  // the oldest first
    SlidingQuantile rifs_;
    std::uint32_t hot_above_ = 0;
    bool remove_oldest_ = true;
    std::vector<RecentLatencies> latencies_;  // by id
};

}  // namespace models
