// The lower of two by a mean of latencies that jumps up at once and comes down slowly, times load.
//
// Finagle's p2cPeakEwma (PeakEwma.scala, P2C.scala). A backend costs its latency times its open
// requests plus one. The latency is an exponentially weighted mean, except that a higher one counts
// in full at once; it decays with the time that has passed, so that a backend that was slow is
// tried again. A backend that is busy and has never answered costs more than any that has. Two
// different backends are drawn, whatever their weights.
#pragma once

#include <string_view>
#include <tuple>
#include <vector>

#include "models/balancers/balancer.h"
#include "models/context.h"
#include "models/spec/declaration/spec.h"

namespace models {

class PeakEwma final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "peak_ewma";
        static constexpr std::string_view doc =
            "The better of two by latency, sensitive to peaks, times load (Finagle).";
        sim::Duration decay = std::chrono::seconds(10);
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("decay", &Spec::decay, above(sim::Duration::zero()),
                                    "How long a latency is remembered: its mean lifetime.")};
        }
    };

    PeakEwma(const Spec& spec, const Context& context)
        : decay_(sim::seconds(spec.decay)),
          scheduler_(context.scheduler()),
          draws_(context.stream("peak_ewma balancer")) {}

    Wants wants() const override { return {.answers = true}; }
    std::size_t pick(std::span<const Candidate> candidates, const Request&) override;
    void answered(const Candidate& candidate, const Answer& answer) override;

private:
    struct Cost {
        double seconds = 0;
        sim::Time seen{};
    };

    double load(const Candidate& candidate);
    void observe(Cost& cost, double seconds) const;
    Cost& cost_of(std::uint32_t id);

    double decay_;
    const sim::Scheduler& scheduler_;
    sim::Draws draws_;
    std::vector<Cost> costs_;  // by id
};

}  // namespace models
