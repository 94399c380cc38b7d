// The engine's parts, by Google Benchmark: events a second with N pending, M/M/1, the web path.
#include <benchmark/benchmark.h>

#include "sim/gate.h"
#include "sim/scheduler.h"
#include "tests/bench/web_types.h"

namespace {

// The hold model: each event, when it fires, schedules itself an exponential step later.
struct Holder final : sim::Event {
    void fire() override {
        scheduler->after(sim::from_seconds(draws.exponential()), static_cast<sim::Event&>(*this));
    }
    sim::Scheduler* scheduler = nullptr;
    sim::Draws draws{0};
};

void hold(benchmark::State& state) {
    sim::Scheduler scheduler;
    std::vector<Holder> holders(static_cast<std::size_t>(state.range(0)));
    for (std::size_t i = 0; i < holders.size(); ++i) {
        holders[i].scheduler = &scheduler;
        holders[i].draws = sim::Draws(sim::mix(i));
        holders[i].fire();
    }
    for (std::size_t i = 0; i < 2 * holders.size(); ++i) scheduler.step(sim::kForever);
    for (auto _ : state) scheduler.step(sim::kForever);
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(hold)->Arg(100)->Arg(10'000)->Arg(1'000'000);

// The same with coroutines that sleep.
void hold_coroutines(benchmark::State& state) {
    sim::Scheduler scheduler;
    sim::Crew crew;
    const auto sleeper = [&](std::uint64_t key) -> sim::Task<void> {
        sim::Draws draws(key);
        for (;;) co_await sim::sleep(scheduler, sim::from_seconds(draws.exponential()));
    };
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        crew.run(sleeper(sim::mix(static_cast<std::uint64_t>(i))));
    }
    for (std::int64_t i = 0; i < 2 * state.range(0); ++i) scheduler.step(sim::kForever);
    for (auto _ : state) scheduler.step(sim::kForever);
    state.SetItemsProcessed(state.iterations());
    crew.dismiss();
}
BENCHMARK(hold_coroutines)->Arg(100)->Arg(10'000)->Arg(1'000'000);

void mm1(benchmark::State& state) {
    sim::Scheduler scheduler;
    sim::Cpu cpu(scheduler, sim::Discipline::fcfs, 1);
    sim::Crew crew;
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
            crew.run(customer(number));
        }
    };
    sim::Crew source;
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
