// What a pick costs, for each balancer: by Google Benchmark.
//
//     build/bench/bench_balancers --benchmark_filter=pick       # at 1,000 backends
//     build/bench/bench_balancers --benchmark_filter=million    # 10^6 requests, 100
#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <deque>

#include "models/topology/load.h"
#include "models/topology/simulate.h"
#include "tests/support/chooser.h"

namespace {

struct Tick final : sim::Event {
    void fire() override {}
};

// Opens a request and closes the oldest, with two open at each of 1,000 backends on average, so
// what a balancer keeps of loads changes twice a pick; 5 us later the next.
void pick(benchmark::State& state, const models::BalancerChoice& choice) {
    constexpr std::size_t kBackends = 1000;
    support::Chooser chooser(choice);
    for (std::size_t id = 0; id < kBackends; ++id) chooser.add({.weight = 1.0 + id % 3});
    sim::Draws draws(1);
    const auto drawn = [&] {
        models::Request request;
        request.identity = request.key = draws.next();
        request.address = static_cast<std::uint32_t>(request.key);
        return request;
    };
    const models::Response answer;
    std::deque<models::Backends::Taken> open;
    const auto next = [&] { open.push_back(chooser.backends.take(drawn())); };
    for (std::size_t i = 0; i < 2 * kBackends; ++i) next();
    Tick tick;
    for (auto _ : state) {
        chooser.scheduler.after(std::chrono::microseconds(5), tick);
        chooser.scheduler.step(sim::kForever);
        chooser.backends.give_back(open.front(), &answer);
        open.pop_front();
        next();
    }
    state.SetItemsProcessed(state.iterations());
}

// A million requests to 100 instances behind a pool, at 70 % of what they can do.
void million(benchmark::State& state, const models::BalancerChoice& choice) {
    const std::string text = fmt::format(
        R"({{"run": {{"measure": "71.5s"}}, "nodes": {{
            "clients": {{"kind": "open_loop", "rate": "14000/s", "calls": "front"}},
            "front": {{"kind": "pool", "of": "web", "balancer": "{}"}},
            "web": {{"kind": "server", "replicas": 100, "cores": 1, "scheduling": "fcfs",
                     "endpoints": {{"get": [{{"work": {{"kind": "exponential",
                                                       "mean": "5ms"}}}}]}}}}}}}})",
        choice.kind());
    const models::Loaded loaded = models::load({"million.json", {}, {}, text});
    if (!loaded.scenario) std::abort();
    for (auto _ : state) {
        benchmark::DoNotOptimize(models::simulate(*loaded.scenario, {1, 0}));
    }
    state.SetItemsProcessed(state.iterations() * 1'000'000);
}

}  // namespace

int main(int count, char** words) {
    for (const auto& choice : models::Balancers::each()) {
        const std::string kind(choice.kind());
        benchmark::RegisterBenchmark(("pick/" + kind).c_str(), pick, choice);
        benchmark::RegisterBenchmark(("million/" + kind).c_str(), million, choice)
            ->Unit(benchmark::kSecond)
            ->Iterations(1);
    }
    benchmark::Initialize(&count, words);
    if (benchmark::ReportUnrecognizedArguments(count, words)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
