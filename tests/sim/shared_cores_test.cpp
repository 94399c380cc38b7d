// Processes that share the cores of a machine by weight.
#include "sim/shared_cores.h"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "sim/cpu.h"
#include "sim/rng.h"
#include "sim/sleep.h"
#include "sim/task.h"
#include "sim/task_group.h"

using namespace std::chrono_literals;
using sim::Cpu;
using sim::Discipline;
using sim::Scheduler;
using sim::SharedCores;
using sim::Task;
using sim::TaskGroup;
using sim::Time;

namespace {

constexpr sim::Duration kLong = 10h;
constexpr Discipline kBoth[] = {Discipline::fcfs, Discipline::processor_sharing};

Task<void> job(Cpu& cpu, sim::Duration demand) {
    co_await cpu.work(demand);
}

// A machine, and processes on it that have many long jobs from the start.
struct Host {
    explicit Host(double cores) : machine(scheduler, std::llround(cores * 1000)) {}

    Cpu& add(std::int64_t weight, int jobs, Discipline discipline, std::uint32_t cores = 8) {
        cpus.push_back(std::make_unique<Cpu>(scheduler, discipline, cores));
        cpus.back()->join(machine, weight);
        for (int count = 0; count < jobs; ++count) tasks.run(job(*cpus.back(), kLong));
        return *cpus.back();
    }
    // Cores that it has had, over the next second.
    std::vector<double> cores_had() {
        std::vector<double> had;
        for (const auto& cpu : cpus) had.push_back(-sim::seconds(cpu->busy()));
        scheduler.run_until(scheduler.now() + 1s);
        for (std::size_t i = 0; i < cpus.size(); ++i) had[i] += sim::seconds(cpus[i]->busy());
        return had;
    }

    Scheduler scheduler;
    SharedCores machine;
    std::vector<std::unique_ptr<Cpu>> cpus;
    TaskGroup tasks;
};

void check_equal(const std::vector<double>& had, const std::vector<double>& expected) {
    REQUIRE(had.size() == expected.size());
    for (std::size_t i = 0; i < had.size(); ++i) {
        CHECK(had[i] == doctest::Approx(expected[i]).epsilon(1e-6));  // whole nanoseconds
    }
}

}  // namespace

TEST_CASE("weights of 1 and 2 on three cores: one core and two") {
    for (const Discipline discipline : kBoth) {
        Host host(3);
        host.add(1, 5, discipline);
        host.add(2, 5, discipline);
        check_equal(host.cores_had(), {1, 2});
        CHECK(host.machine.contended() == 1s);
    }
}

TEST_CASE("who wants less than its share leaves the rest to the others, by weight") {
    for (const Discipline discipline : kBoth) {
        Host alone(3);
        alone.add(1, 0, discipline);
        alone.add(2, 5, discipline, 2);  // no more than it can use
        check_equal(alone.cores_had(), {0, 2});
        CHECK_FALSE(alone.machine.is_contended());

        // 4 cores: one job of its own core for the heavy one, and 3 cores by 1 to 2 for the others.
        Host host(4);
        host.add(100, 1, discipline);
        host.add(1, 5, discipline);
        host.add(2, 5, discipline);
        check_equal(host.cores_had(), {1, 1, 2});
    }
}

TEST_CASE("4.5 cores of demand on 2: exactly 2 are worked, by weight") {
    for (const Discipline discipline : kBoth) {
        Host host(2);
        host.add(512, 2, discipline, 2);
        host.add(1024, 2, discipline, 2);
        host.add(2048, 1, discipline, 1);  // filled first: 2 x 2048 / 3584 is above its core
        const std::vector<double> had = host.cores_had();
        check_equal(had, {1 / 3.0, 2 / 3.0, 1});
    }
}

TEST_CASE("two servers of 4 cores on a machine of 4 do 4 cores together") {
    for (const Discipline discipline : kBoth) {
        Host host(4);
        host.add(512, 4, discipline, 4);
        host.add(512, 3, discipline, 4);
        check_equal(host.cores_had(), {2, 2});
    }
}

TEST_CASE("a process that goes, or is throttled, frees its share at that moment") {
    for (const Discipline discipline : kBoth) {
        Host host(2);
        Cpu& first = host.add(1, 2, discipline);
        host.add(1, 2, discipline);
        check_equal(host.cores_had(), {1, 1});
        first.set_runnable(false);
        check_equal(host.cores_had(), {0, 2});
        first.set_runnable(true);
        check_equal(host.cores_had(), {1, 1});
        first.leave();
        check_equal(host.cores_had(), {2, 2});  // it has cores of its own now
    }
}

TEST_CASE(
    "time without a core is waiting: in line, beside others, and while others have the machine") {
    const auto waits = [](Discipline discipline, std::uint32_t jobs, bool has_neighbour) {
        Host host(1);
        Cpu& cpu = host.add(1, 0, discipline, 1);
        if (has_neighbour) host.add(1, 1, discipline, 1);
        std::vector<double> waited;
        const auto measure = [&]() -> Task<void> {
            const sim::Duration wait = co_await cpu.work(10ms);
            waited.push_back(sim::milliseconds(wait));
        };
        for (std::uint32_t count = 0; count < jobs; ++count) host.tasks.run(measure());
        host.scheduler.run_until(Time(1s));
        return waited;
    };
    for (const Discipline discipline : kBoth) {
        CHECK(waits(discipline, 1, false) == std::vector<double>{0});
        check_equal(waits(discipline, 1, true), {10});  // half a core for 20 ms
    }
    check_equal(waits(Discipline::processor_sharing, 2, false), {10, 10});
    check_equal(waits(Discipline::fcfs, 2, false), {0, 10});
    check_equal(waits(Discipline::processor_sharing, 2, true), {30, 30});
    check_equal(waits(Discipline::fcfs, 2, true), {10, 30});
}

// Under M/M/1-PS the mean time in the system is S / (1 - rho). On half of a machine's core S is
// twice as long: 1 ms of work at 300/s has rho = 0.6 and takes 5 ms. The mean number there over a
// time t has the variance 2 rho (1 + rho) / (mu (1 - rho)^4 t) (Whitt, Planning queueing
// simulations, 1989): of 4 10^6 jobs its standard error is 0.23 %, of which 1 % is more than four.
TEST_CASE("M/M/1-PS on half a machine is M/M/1-PS of half the speed") {
    Host host(1);
    Cpu& cpu = host.add(1, 0, Discipline::processor_sharing, 1);
    host.add(1, 1, Discipline::processor_sharing, 1);
    double total = 0;
    long count = 0;
    const auto serve = [&](sim::Duration demand) -> Task<void> {
        const Time arrived = host.scheduler.now();
        co_await cpu.work(demand);
        total += sim::seconds(host.scheduler.now() - arrived);
        ++count;
    };
    const auto arrive = [&]() -> Task<void> {
        sim::Draws gaps(1);
        sim::Draws demands(2);
        for (int i = 0; i < 4'000'000; ++i) {
            co_await sim::sleep(host.scheduler, sim::from_seconds(gaps.exponential() / 300));
            host.tasks.run(serve(sim::from_seconds(demands.exponential() * 0.001)));
        }
    };
    host.tasks.run(arrive());
    host.scheduler.run_until(Time(13600s));
    CHECK(total / static_cast<double>(count) == doctest::Approx(0.005).epsilon(0.01));
    CHECK(sim::seconds(cpu.busy()) / 13333.3 == doctest::Approx(0.3).epsilon(0.01));
}
