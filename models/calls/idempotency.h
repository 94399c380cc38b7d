// An operation is done once, however often it is asked for: duplicates get the first one's answer.
//
// Stripe's idempotency keys: put it on the call that has the effect, at the side that serves the
// request. A duplicate that comes while the first is at work waits for it; an operation that failed
// may be tried again; what was done is remembered for a time. Requests that name no operation pass.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>

#include "models/calls/shared_answer.h"
#include "models/calls/tally.h"
#include "models/context.h"
#include "models/spec/declaration/spec.h"
#include "sim/figure.h"

namespace models {

class Idempotency final : public SharesAnswers {
public:
    struct Spec {
        static constexpr std::string_view kind = "idempotency";
        static constexpr std::string_view doc =
            "Idempotency keys: operations are remembered, so that a duplicate gets the first one's "
            "answer and has no effect.";
        sim::Duration ttl = std::chrono::hours(24);
        std::uint32_t max_operations = 1000000;
        static constexpr auto figures() {
            return std::array{sim::figure(
                "duplicates", sim::Unit::count, sim::Merge::sum,
                "Duplicate requests answered with the remembered answer of the first.")};
        }
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("ttl", &Spec::ttl, at_least(sim::Duration::zero()),
                      "How long an operation is remembered after it was done."),
                param("max_operations", &Spec::max_operations, between(1u, 100000000u),
                      "Operations remembered; the oldest goes first.")};
        }
    };

    Idempotency(const Spec& spec, const Context& context);

    Go enter(Call& call) override;
    Block* inside() override;

private:
    // Around an operation at work. However it ends, those who wait for it hear of it; unless it was
    // done, it is as if it had never been asked for.
    class Doing final : public Block {
    public:
        explicit Doing(Idempotency& policy) : policy_(policy) {}
        Go enter(Call&) override { return policy_.on(); }
        Go answered(Call& call) override;
        void abandoned(Call& call) override;

    private:
        Idempotency& policy_;
    };

    void forget_old();
    void ended(std::uint64_t operation, const Response& response);

    Spec spec_;
    sim::Scheduler& scheduler_;
    Doing doing_{*this};
    std::map<std::uint64_t, std::shared_ptr<SharedAnswer>> operations_;
    std::deque<std::pair<sim::Time, std::uint64_t>> done_;  // in the order they were done
    Tally duplicates_;
};

}  // namespace models
