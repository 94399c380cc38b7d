// The examples of models/README.md, as it shows them (tests/support/scan_readmes): here they are
// compiled, and do what they say.
#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/balancers/balancer.h"
#include "models/blocks/ask.h"
#include "models/blocks/scopes.h"
#include "models/context.h"
#include "models/spec/declaration/spec.h"
#include "sim/distribution.h"
#include "sim/task_group.h"
#include "tests/support/block_world.h"

namespace models {

namespace {

// Time passes.
class Passing final : public Block {
public:
    Passing(const Context& context, const sim::Distribution& time)
        : scheduler_(context.scheduler()), time_(time), stream_(context.stream("passing")) {}

    Go enter(Call& call) override {
        sim::Draws draws(sim::request_key(stream_, call.request.identity));
        scheduler_.after(time_.sample_duration(draws), call);
        return stay(call);  // woken() goes on by default
    }

private:
    sim::Scheduler& scheduler_;
    sim::Distribution time_;
    std::uint64_t stream_;
};

class LongestIdle final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "longest_idle";
        static constexpr std::string_view doc =
            "Of a few randomly sampled backends, the one that was picked longest ago.";
        std::uint32_t choices = 2;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("choices", &Spec::choices, at_least(1u), at_most(1000u),
                                    "Backends sampled for each pick, with replacement.")};
        }
    };
    LongestIdle(const Spec& spec, const Context& context)
        : spec_(spec), draws_(context.stream("longest_idle balancer")) {}

    std::size_t pick(std::span<const Candidate> candidates, const Request&) override {
        std::size_t best = draws_.below(candidates.size());
        for (std::uint32_t i = 1; i < spec_.choices; ++i) {
            const std::size_t other = draws_.below(candidates.size());
            if (picked_[candidates[other].id] < picked_[candidates[best].id]) best = other;
        }
        picked_[candidates[best].id] = ++picks_;
        return best;
    }

private:
    Spec spec_;
    sim::Draws draws_;
    std::map<std::uint32_t, std::uint64_t> picked_;  // the number of its last pick, by id
    std::uint64_t picks_ = 0;
};

// Calls pass the block, and are answered.
class Passed final : public Service {
public:
    Passed(const Context& context, const sim::Distribution& time) : world_(context.world) {
        scopes_.add<Passing>(context, time);
    }
    Go enter(Call&) override { return scopes_.enter(); }
    Reply call(Request request) override { co_return co_await ask(world_, *this, request); }

private:
    World& world_;
    Scopes scopes_;
};

sim::Task<void> note_end(Service& service, const Context& context, sim::Time& end) {
    const Response response = co_await service.call(Request());
    CHECK(response.ok());
    end = context.now();
}

}  // namespace

TEST_CASE("the README's block lets time pass, and the call goes on") {
    support::BlockWorld small;
    Passed service(small.context, sim::Distribution::constant(0.25));
    sim::Time end{};
    sim::TaskGroup tasks;
    tasks.run(note_end(service, small.context, end));
    small.scheduler.run_until(sim::Time(std::chrono::seconds(1)));
    CHECK(end == sim::Time(std::chrono::milliseconds(250)));
}

TEST_CASE("the README's balancer takes turns when it samples all, and declares its parameter") {
    const support::BlockWorld small;
    std::vector<Candidate> candidates(4);
    for (std::uint32_t id = 0; id < 4; ++id) candidates[id].id = id;
    LongestIdle balancer({.choices = 1000}, small.context);
    std::vector<int> picks(4);
    for (int i = 0; i < 400; ++i) ++picks[balancer.pick(candidates, Request())];
    // One of the four is missed by all 1000 samples with a probability below 1e-120.
    CHECK(picks == std::vector<int>{100, 100, 100, 100});

    const spec::Kind& kind = spec::kind_of_spec<LongestIdle::Spec>;
    CHECK(kind.name == "longest_idle");
    CHECK(kind.parameters().front().name == "choices");
}

}  // namespace models
