// What the network costs: a message's passage, a call's hop next to no hop, messages a second.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "models/network/hop.h"
#include "models/network/link.h"
#include "models/network/mailbox.h"
#include "tests/support/block_world.h"

namespace {

constexpr std::size_t kZones = 3;

models::NetworkSpec spec_with(const models::LinkSpec& link) {
    models::NetworkSpec spec;
    spec.regions.entries = {{"eu", {{"a", "b", "c"}}}};
    spec.same_zone = spec.across_zones = link;
    return spec;
}

models::LinkSpec half_a_millisecond() {
    models::LinkSpec link;
    link.latency = sim::Duration(std::chrono::microseconds(500));
    return link;
}

struct Network {
    explicit Network(const models::LinkSpec& link, std::size_t count)
        : links(spec_with(link), at.scheduler, {1, 0}) {
        at.world.network = &links;
        for (std::size_t i = 0; i < count; ++i) {
            machines.push_back(links.add_machine(links.zone(i % kZones), "m" + std::to_string(i)));
        }
    }
    support::BlockWorld at;
    models::Links links;
    std::vector<models::PlaceId> machines;
};

void pass(benchmark::State& state, const models::LinkSpec& link) {
    Network network(link, static_cast<std::size_t>(state.range(0)));
    std::uint64_t number = 0;
    std::int64_t sum = 0;
    for (auto _ : state) {
        const std::uint64_t bits = sim::mix(++number);
        const std::size_t from = (bits >> 32) % network.machines.size();
        const std::size_t to = (bits & 0xffffffff) % network.machines.size();
        const models::Passage passage =
            network.links.carry({network.machines[from], network.machines[to], 100, number});
        sum += passage.at.time_since_epoch().count();
    }
    benchmark::DoNotOptimize(sum);
    state.SetItemsProcessed(state.iterations());
}
void pass_constant(benchmark::State& state) {
    pass(state, half_a_millisecond());
}
void pass_drawn(benchmark::State& state) {
    models::LinkSpec link;
    link.latency = models::spec::Exponential<sim::Duration>{std::chrono::microseconds(500)};
    link.loss = sim::Fraction{0.001};
    pass(state, link);
}
void pass_queued(benchmark::State& state) {
    models::LinkSpec link = half_a_millisecond();
    link.bandwidth = models::Bitrate{1e10};
    pass(state, link);
}
BENCHMARK(pass_constant)->Arg(10)->Arg(1000)->Arg(10'000);
BENCHMARK(pass_drawn)->Arg(1000);
BENCHMARK(pass_queued)->Arg(1000);

class Answers final : public models::Block {
public:
    models::Go enter(models::Call& call) override {
        call.response = {};
        return back();
    }
};
class Over final : public models::Hop {
public:
    Over(const models::Context& context, Ends ends) : Hop(context, &context.meter), ends_(ends) {}

private:
    std::optional<Ends> ends_of(models::Call&) const override { return ends_; }
    Ends ends_;
};

// Calls that are answered at once, a thousand at a time, over what is given or over nothing.
void call_over(benchmark::State& state, support::BlockWorld& at, models::Block* way) {
    Answers answers;
    models::Block* const first = way == nullptr ? &answers : way;
    if (way != nullptr) way->link(&models::Return::block(), &answers);
    answers.link(way == nullptr ? &models::Return::block() : way, nullptr);
    models::Request request;
    for (auto _ : state) {
        for (int i = 0; i < 1000; ++i) {
            ++request.identity;
            at.world.calls.run(at.world.calls.begin(request), {first, models::Way::enter});
        }
        while (at.scheduler.step(sim::kForever)) {
        }
    }
    state.SetItemsProcessed(state.iterations() * 1000);
}
void call_over_nothing(benchmark::State& state) {
    support::BlockWorld at;
    call_over(state, at, nullptr);
}
void call_over_a_delay(benchmark::State& state) {
    support::BlockWorld at;
    models::Trip trip(at.context, sim::Distribution::constant(500e-6));
    call_over(state, at, &trip);
}
void call_over_links(benchmark::State& state) {
    Network network(half_a_millisecond(), 10);
    Over hop(network.at.context, {network.machines[0], network.machines[1]});
    call_over(state, network.at, &hop);
}
void call_over_links_of_no_time(benchmark::State& state) {
    Network network({}, 10);
    Over hop(network.at.context, {network.machines[0], network.machines[1]});
    call_over(state, network.at, &hop);
}
BENCHMARK(call_over_nothing);
BENCHMARK(call_over_links_of_no_time);
BENCHMARK(call_over_a_delay);
BENCHMARK(call_over_links);

struct Ping {
    std::uint64_t term;
    std::uint32_t from;
};

// Each who hears one sends one to somebody else: so many are under way at a time.
void messages(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    Network network(half_a_millisecond(), count);
    std::vector<std::unique_ptr<models::Mailbox<Ping>>> boxes;
    std::vector<models::Sender> senders;
    std::uint64_t heard = 0;
    for (std::size_t i = 0; i < count; ++i) {
        boxes.push_back(
            std::make_unique<models::Mailbox<Ping>>(network.at.world, network.machines[i]));
        senders.emplace_back(network.at.context, network.machines[i], "ping");
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        boxes[i]->handle([&, i](const Ping& ping) {
            ++heard;
            const std::size_t to = sim::mix(heard + ping.from) % count;
            senders[i].send(*boxes[to], Ping{heard, i}, 64);
        });
        senders[i].send(*boxes[i], Ping{0, i}, 64);
    }
    for (auto _ : state) network.at.scheduler.step(sim::kForever);
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(messages)->Arg(10)->Arg(1000)->Arg(10'000);

}  // namespace

BENCHMARK_MAIN();
