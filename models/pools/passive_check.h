// Passive checks: a target whose answers fail is left alone for a while. nginx's, to the letter.
//
// ngx_http_upstream_round_robin.c: `fails` counts up with every failure, and is forgotten by a
// success after the window in which they happened. From max_fails on the target is left out until
// fail_timeout after the last failure; then one request may try it, and nobody else for another
// fail_timeout: its success brings the target back at once. Time is in whole seconds, so the wait
// is up to a second longer than fail_timeout. A lone target is never left out. Not modelled: the
// effective weight, which recovers over the next picks.
#pragma once

#include <chrono>
#include <memory>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/pools/targets.h"
#include "models/spec/declaration/spec.h"
#include "sim/timer.h"

namespace models {

struct PassiveCheckSpec {
    static constexpr std::string_view name = "passive_check";
    static constexpr std::string_view doc =
        "Passive health checks: a target whose answers fail gets no requests for a time (nginx).";
    std::uint32_t max_fails = 1;
    sim::Duration fail_timeout = std::chrono::seconds(10);
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{param("max_fails", &PassiveCheckSpec::max_fails, at_least(1u),
                                "Failures within fail_timeout that take a target out."),
                          param("fail_timeout", &PassiveCheckSpec::fail_timeout,
                                at_least(sim::Duration(std::chrono::seconds(1))),
                                at_most(sim::Duration(std::chrono::hours(24 * 366))),
                                "How long failures count, and how long the target then gets no "
                                "requests (fail_timeout). Whole seconds.")};
    }
};

class PassiveCheck {
public:
    PassiveCheck(const PassiveCheckSpec& spec, const Context& context, Targets& targets)
        : spec_(spec), scheduler_(context.scheduler()), targets_(targets) {}

    // A request goes to a target, and comes back from it.
    void placed(BackendId id);
    void answered(BackendId id, bool failed);

private:
    struct State final : sim::Event {
        State(PassiveCheck& of, BackendId backend) : check(of), id(backend), timer(of.scheduler_) {}
        void fire() override;

        PassiveCheck& check;
        BackendId id;
        std::uint32_t fails = 0;
        std::int64_t accessed = 0;  // seconds: the last failure
        std::int64_t checked = 0;   // where the window began
        sim::Timer timer;           // until a request may try it
    };

    std::int64_t now() const;  // as nginx counts time
    std::int64_t fail_timeout() const;
    State& state(BackendId id);
    void leave_out(State& state);

    PassiveCheckSpec spec_;
    sim::Scheduler& scheduler_;
    Targets& targets_;
    std::vector<std::unique_ptr<State>> states_;  // by id
};

}  // namespace models
