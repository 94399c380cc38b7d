// The engine's parts, by Google Benchmark: coroutines with N pending, M/M/1, the web path.
#include <benchmark/benchmark.h>

#include "sim/gate.h"
#include "sim/scheduler.h"
#include "tests/bench/web_types.h"

namespace {

// The hold model with coroutines that sleep: each, when it wakes, sleeps an exponential time.
void hold_coroutines(benchmark::State& state) {
    sim::Scheduler scheduler;
    sim::TaskGroup tasks;
    const auto sleeper = [&](std::uint64_t key) -> sim::Task<void> {
        sim::Draws draws(key);
        for (;;) co_await sim::sleep(scheduler, sim::from_seconds(draws.exponential()));
    };
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        tasks.run(sleeper(sim::mix(static_cast<std::uint64_t>(i))));
    }
    for (std::int64_t i = 0; i < 2 * state.range(0); ++i) scheduler.step(sim::kForever);
    for (auto _ : state) scheduler.step(sim::kForever);
    state.SetItemsProcessed(state.iterations());
    tasks.dismiss();
}
BENCHMARK(hold_coroutines)->Arg(100)->Arg(10'000)->Arg(1'000'000);

void mm1(benchmark::State& state) {
    sim::Scheduler scheduler;
    sim::Cpu cpu(scheduler, sim::Discipline::fcfs, 1);
    sim::TaskGroup tasks;
    std::uint64_t served = 0;
    const auto customer = [&](std::uint64_t number) -> sim::Task<void> {
        sim::Draws draws(sim::request_key(1, number));
        co_await cpu.work(sim::from_seconds(0.8e-3 * draws.exponential()));
        ++served;
    };
    const auto arrive = [&]() -> sim::Task<void> {
        sim::Draws gaps(2);
        for (std::uint64_t number = 0;; ++number) {
            co_await sim::sleep(scheduler, sim::from_seconds(1e-3 * gaps.exponential()));
            tasks.run(customer(number));
        }
    };
    sim::TaskGroup source;
    source.run(arrive());
    std::uint64_t wanted = 0;
    for (auto _ : state) {
        ++wanted;
        while (served < wanted) scheduler.step(sim::kForever);
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(mm1);

void web(benchmark::State& state) {
    bench::Web web;
    std::uint64_t wanted = 0;
    for (auto _ : state) web.serve(++wanted);
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(web);

}  // namespace

BENCHMARK_MAIN();
