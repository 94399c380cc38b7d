// At most so many calls at a time: what hangs holds its own places and nobody else's.
//
// resilience4j's semaphore bulkhead. Who comes when all places are taken waits a while, or not.
#pragma once

#include <chrono>

#include "models/calls/policy.h"
#include "models/calls/scope.h"
#include "models/calls/tally.h"
#include "models/spec/declaration/spec.h"
#include "sim/figure.h"
#include "sim/resource.h"
#include "sim/semaphore.h"

namespace models {

class Bulkhead final : public Keeps<Bulkhead, Policy> {
public:
    struct Spec {
        static constexpr std::string_view kind = "bulkhead";
        static constexpr std::string_view doc =
            "Bulkhead: limits the calls in flight at a time (resilience4j's semaphore bulkhead).";
        std::uint32_t max_concurrent_calls = 25;
        sim::Duration max_wait_duration{};
        CallerScope scope = CallerScope::node;
        static constexpr auto figures() {
            return std::array{sim::figure("bulkhead_full", sim::Unit::count, sim::Merge::sum,
                                          "Calls refused because all permits were taken."),
                              sim::figure("bulkhead_most", sim::Unit::count, sim::Merge::peak,
                                          "Most permits taken at a time."),
                              sim::figure("bulkhead_held", sim::Unit::seconds, sim::Merge::sum,
                                          "Time that permits were held, summed over all calls.")};
        }
        static constexpr auto resources() {
            return std::array{
                sim::resource("bulkhead to <node>", sim::ResourceKind::places, sim::Unit::count,
                              "Permits: a call to that node holds one.", "The call's answer.",
                              {.parameter = "policies.bulkhead.max_concurrent_calls",
                               .refusal = cause::bulkhead_full})};
        }
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("max_concurrent_calls", &Spec::max_concurrent_calls, between(1u, 10000000u),
                      "Most calls in flight at a time."),
                param("max_wait_duration", &Spec::max_wait_duration,
                      at_least(sim::Duration::zero()),
                      "How long a call waits for a permit before it is refused."),
                param("scope", &Spec::scope,
                      "Whether all instances of the caller share the permits, or each "
                      "instance has its own.")};
        }
    };

    struct State {
        sim::Semaphore* places;  // of which it holds one; null while it waits
        sim::Time began;
    };

    Bulkhead(const Spec& spec, const Context& context);

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    void abandoned(Call& call) override { leave(call); }

private:
    // In line, inside the bulkhead's own state.
    class Waiting final : public Keeps<Waiting> {
    public:
        using State = sim::Semaphore::TakingUntil;

        explicit Waiting(Bulkhead& bulkhead) : bulkhead_(bulkhead) { link(&bulkhead, nullptr); }
        Go enter(Call& call) override;
        Go woken(Call& call) override;

    private:
        Bulkhead& bulkhead_;
    };

    sim::Semaphore& places_for(const Request& request);
    Go refuse(Call& call);
    Go let_in(Call& call, sim::Semaphore& places);
    void leave(Call& call);

    Spec spec_;
    sim::Scheduler& scheduler_;
    Waiting waiting_{*this};
    PerCaller<sim::Semaphore> places_;
    Tally full_;
    Tally most_;
    Tally held_;  // summed over the places: divided by the time, how many are held
};

}  // namespace models
