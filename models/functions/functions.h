// Functions that a provider runs (AWS Lambda, CloudFront Functions): no machine of one's own, and
// what is paid is each request and the memory for as long as it is at work.
//
// A request takes an execution environment that is idle, the one that was used last; without one a
// new one is made, and the request waits for its start (a cold start). An environment has one
// request at a time. It is kept for keep_alive after its last one, and then reclaimed. More
// environments than `concurrency` at a time there are not: a request that would need one is
// refused (429, TooManyRequestsException).
//
// CPU comes with memory: a function of memory_per_core has a core, one of half of it half a core,
// which its work takes twice as long on; one of more has more cores than a single thread of work
// can use.
//
// Paid are each request, and the memory of its environment for the time of its work and of its
// start, rounded up to billing_step; provisioned environments for the whole time, likewise by
// memory. A request that is refused is not paid for.
//
// Left out: its calls to other nodes, its limit of time, the rate at which environments may be
// added (1,000 every 10 s), and their memory's own end.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/calls/tally.h"
#include "models/failures/injection.h"
#include "models/instance_state.h"
#include "models/node.h"
#include "models/spec/declaration/spec.h"
#include "models/times.h"
#include "sim/gate.h"
#include "sim/semaphore.h"

namespace models {

struct FunctionsSpec {
    static constexpr std::string_view kind = "functions";
    static constexpr std::string_view doc =
        "A function that a provider runs for each request (AWS Lambda): cold starts, a limit of "
        "concurrency, and a price by request and GB-second.";
    Times work{std::chrono::milliseconds(20)};
    sim::Bytes memory{std::uint64_t{128} << 20U};
    sim::Bytes memory_per_core{std::uint64_t{1769} << 20U};
    Times start_time{std::chrono::milliseconds(400)};
    sim::Duration keep_alive = std::chrono::minutes(10);
    std::uint32_t concurrency = 1000;
    std::uint32_t provisioned = 0;
    sim::Duration billing_step = std::chrono::milliseconds(1);
    bool bills_starts = true;
    std::optional<double> usd_per_million_requests;
    std::optional<double> usd_per_gb_second;

    // How many times as long its work takes as on a core of its own.
    double slowness() const {
        return std::max(
            1.0, static_cast<double>(memory_per_core.count) / static_cast<double>(memory.count));
    }
    static std::vector<std::string> endpoint_names() { return {}; }
    static constexpr auto params() {
        using namespace spec;
        using Spec = FunctionsSpec;
        constexpr sim::Bytes kMiB{std::uint64_t{1} << 20U};
        return std::tuple{
            param("work", &Spec::work,
                  "Core time of a request, on one whole core. The default is an assumption."),
            param("memory", &Spec::memory, at_least(kMiB),
                  at_most(sim::Bytes{std::uint64_t{1} << 40U}),
                  "Memory of an execution environment. Its CPU is in proportion to it."),
            param("memory_per_core", &Spec::memory_per_core, at_least(kMiB),
                  at_most(sim::Bytes{std::uint64_t{1} << 40U}),
                  "Memory with which an environment has one core. The default is Lambda's, 1,769 "
                  "MB."),
            param("start_time", &Spec::start_time,
                  "Time to start an environment (Init Duration), which the request waits for that "
                  "it is made for: a cold start. The default is an assumption."),
            param("keep_alive", &Spec::keep_alive, at_least(sim::Duration::zero()),
                  "How long an idle environment is kept. No provider promises a time; the default "
                  "is an assumption."),
            param("concurrency", &Spec::concurrency, between(1u, 1000000u),
                  "Most environments at a time (reserved concurrency); further requests are "
                  "answered 429. The default is that of an account in a region."),
            param("provisioned", &Spec::provisioned, at_most(1000000u),
                  "Environments that are started beforehand and kept (provisioned concurrency)."),
            param("billing_step", &Spec::billing_step, above(sim::Duration::zero()),
                  "What the paid time of a request is rounded up to."),
            param("bills_starts", &Spec::bills_starts,
                  "Whether the start of an environment is paid for as work is."),
            param("usd_per_million_requests", &Spec::usd_per_million_requests, at_least(0.0),
                  at_most(1e9),
                  "Price of its requests. Without it that of `function_requests` in the price "
                  "book."),
            param("usd_per_gb_second", &Spec::usd_per_gb_second, at_least(0.0), at_most(1e9),
                  "Price of a GB (2^30 bytes) of memory for a second of work. Without it that of "
                  "`function_gb_seconds` in the price book.")};
    }
    void check(spec::Check& check) const {
        check.that(provisioned <= concurrency, "provisioned",
                   "more are kept than there may be at a time", "raise \"concurrency\"");
    }
};

class Functions final : public Node, public Instance, public Crashable, public Injectable {
public:
    using Spec = FunctionsSpec;

    Functions(const Spec& spec, const Context& context);

    void start() override;
    void finish() override;
    Service* service() override { return this; }
    std::span<Instance* const> instances() override { return {&instance_, 1}; }
    Reply call(Request request) override;

    // The service in its region: while it is down requests fail, and environments are lost.
    bool is_up() const override { return up_.is_up(); }
    std::uint32_t times_down() const override { return up_.times_down(); }
    void take_down() override;
    void bring_up() override { up_.bring_up(); }
    Injection* injection() override { return injection_ ? &*injection_ : nullptr; }

private:
    // An environment that has a request, for as long as this is there; then it is idle.
    class Busy {
    public:
        Busy(Functions& of, bool bills_now);
        Busy(const Busy&) = delete;
        Busy& operator=(const Busy&) = delete;
        ~Busy();

        void bill_from_now();

    private:
        Functions& of_;
        std::uint32_t times_down_;
        std::optional<sim::Time> paid_from_;
    };

    sim::Task<Response> answer(Request request);
    sim::Task<Response> serve(Request request);
    sim::Task<Response> death();
    void reclaim();

    Spec spec_;
    Context context_;
    sim::Distribution work_;
    sim::Distribution start_time_;
    std::uint64_t work_draws_;
    std::uint64_t start_draws_;
    Instance* instance_ = this;
    std::optional<Injection> injection_;
    UpState up_;
    sim::Gate dies_;
    sim::Semaphore busy_;
    std::deque<sim::Time> idle_;  // since when; the last was used last
    Tally invocations_, cold_starts_, throttled_, billed_time_, peak_;
};

}  // namespace models
