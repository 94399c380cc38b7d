// Asks a second time when the answer is late, and takes the first that comes.
//
// J. Dean and L. A. Barroso, "The Tail at Scale" (2013): sent after the 95th percentile, hedges are
// about 5 % more load. The first success wins; a failure does not end the race while another call
// is still under way.
#pragma once

#include <chrono>
#include <vector>

#include "models/calls/policy.h"
#include "models/calls/tally.h"
#include "models/context.h"
#include "models/spec/declaration/spec.h"
#include "sim/figure.h"

namespace models {

// A quantile of the last thousand latencies, worked out anew after every hundred.
class LatencyQuantile {
public:
    explicit LatencyQuantile(double share) : share_(share) {}

    void record(sim::Duration latency);
    bool is_known() const { return known_; }
    sim::Duration value() const { return value_; }

private:
    static constexpr std::size_t kKept = 1000;
    static constexpr std::size_t kStep = 100;

    double share_;
    std::vector<sim::Duration> latencies_;  // a ring
    std::size_t recorded_ = 0;
    bool known_ = false;
    sim::Duration value_{};
};

class Hedge final : public Keeps<Hedge, Policy> {
public:
    struct Spec {
        static constexpr std::string_view kind = "hedge";
        static constexpr std::string_view doc =
            "Hedged requests: sends another call when the answer is late, and takes the first "
            "answer.";
        sim::Duration delay = std::chrono::milliseconds(100);
        double percentile = 0;
        std::uint32_t max_hedges = 1;
        bool cancels_losers = true;
        static constexpr auto figures() {
            return std::array{sim::figure("hedges", sim::Unit::count, sim::Merge::sum,
                                          "Second calls sent because the first was slow."),
                              sim::figure("hedges_won", sim::Unit::count, sim::Merge::sum,
                                          "Second calls that answered first.")};
        }
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param(
                    "delay", &Spec::delay, at_least(sim::Duration::zero()),
                    "Hedging delay: after each such time without an answer another call is sent."),
                param("percentile", &Spec::percentile, at_least(0.0), below(100.0),
                      "Percentile of the last 1000 answer times that replaces `delay`, once 100 "
                      "answers have come. With 0 (the default) the delay stays."),
                param("max_hedges", &Spec::max_hedges, between(1u, 100u),
                      "Most hedged calls besides the first one."),
                param(
                    "cancels_losers", &Spec::cancels_losers,
                    "Whether calls that lost are cancelled; if not, the callees work on in vain.")};
        }
    };

    struct State {
        sim::Time began;
        sim::Duration delay;
        std::uint32_t sent = 0;
        std::uint32_t running = 0;
        bool is_sending = false;
        bool is_over = false;
        bool was_won_by_hedge = false;
    };

    Hedge(const Spec& spec, const Context& context);

    // Each attempt is a call of its own; the caller waits here for all of them.
    Go enter(Call& call) override;
    Go woken(Call& call) override;
    void joined(Call& parent, Call& child) override;
    void abandoned(Call& call) override;
    Block* inside() override { return &Return::block(); }

private:
    Go send(Call& call);
    Go finish(Call& call);

    Spec spec_;
    World& world_;
    LatencyQuantile recent_;
    Tally hedges_;
    Tally won_;
};

}  // namespace models
