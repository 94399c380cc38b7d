#include "sim/task_group.h"

#include <doctest/doctest.h>

#include <vector>

#include "sim/semaphore.h"
#include "sim/sleep.h"
#include "sim/within.h"

using namespace std::chrono_literals;
using sim::Scheduler;
using sim::Task;
using sim::TaskGroup;
using sim::Time;

namespace {

struct Alive {
    explicit Alive(int& alive_count) : count(alive_count) { ++count; }
    ~Alive() { --count; }
    Alive(const Alive&) = delete;
    Alive& operator=(const Alive&) = delete;
    int& count;
};

Task<int> work(Scheduler& scheduler, sim::Duration time, int& alive) {
    const Alive here(alive);
    co_await sim::sleep(scheduler, time);
    co_return 1;
}

}  // namespace

TEST_CASE("a member that never waits has left before run() returns") {
    TaskGroup tasks;
    int done = 0;
    tasks.run([](int& count) -> Task<void> {
        ++count;
        co_return;
    }(done));
    CHECK(done == 1);
    CHECK(tasks.empty());
}

TEST_CASE("members end by themselves, each at its time") {
    Scheduler scheduler;
    TaskGroup tasks;
    int alive = 0;
    tasks.run(work(scheduler, 1ms, alive));
    tasks.run(work(scheduler, 2ms, alive));
    CHECK(alive == 2);
    scheduler.run_until(Time(1ms));
    CHECK(alive == 1);
    CHECK_FALSE(tasks.empty());
    scheduler.run_until(Time(2ms));
    CHECK(alive == 0);
    CHECK(tasks.empty());
}

TEST_CASE("dismissed members leave every timer, line and place they had") {
    Scheduler scheduler;
    sim::Semaphore slots(scheduler, 1);
    int alive = 0;
    int ended = 0;
    const auto hold = [&]() -> Task<void> {
        const Alive here(alive);
        const sim::Permit place = co_await slots.take();
        co_await sim::sleep(scheduler, 1h);
        ++ended;
    };
    {
        TaskGroup tasks;
        for (int i = 0; i < 10; ++i) tasks.run(hold());
        CHECK(alive == 10);
        CHECK(slots.waiting() == 9);
        CHECK(slots.taken() == 1);
        tasks.dismiss();
        CHECK(tasks.empty());
        CHECK(alive == 0);
        CHECK(slots.waiting() == 0);
        CHECK(slots.taken() == 0);
        tasks.run(hold());  // and it can be used again
    }
    CHECK(alive == 0);
    scheduler.run_until(sim::kForever);
    CHECK(ended == 0);
    CHECK(scheduler.events() == 0);
}

TEST_CASE("a member may start others while it runs, and they outlive it") {
    Scheduler scheduler;
    TaskGroup tasks;
    int alive = 0;
    const auto parent = [&]() -> Task<void> {
        co_await sim::sleep(scheduler, 1ms);
        tasks.run(work(scheduler, 5ms, alive));
        tasks.run(work(scheduler, 6ms, alive));
    };
    tasks.run(parent());
    scheduler.run_until(Time(2ms));
    CHECK(alive == 2);
    scheduler.run_until(Time(1s));
    CHECK(alive == 0);
    CHECK(tasks.empty());
}

TEST_CASE("heirs take over what was given up on, and end it when they are dismissed") {
    Scheduler scheduler;
    TaskGroup heirs;
    TaskGroup tasks;
    int alive = 0;
    std::vector<bool> in_time;
    const auto ask = [&](sim::Duration takes) -> Task<void> {
        const auto answer =
            co_await sim::within(scheduler, 10ms, work(scheduler, takes, alive), &heirs);
        in_time.push_back(answer.has_value());
    };
    tasks.run(ask(5ms));
    tasks.run(ask(50ms));
    tasks.run(ask(80ms));
    scheduler.run_until(Time(20ms));
    CHECK(in_time == std::vector{true, false, false});
    CHECK(tasks.empty());
    CHECK(alive == 2);
    scheduler.run_until(Time(50ms));
    CHECK(alive == 1);
    heirs.dismiss();
    CHECK(alive == 0);
}

TEST_CASE("a caller that is cancelled before its limit takes the work with it, heirs or not") {
    Scheduler scheduler;
    TaskGroup heirs;
    int alive = 0;
    const auto ask = [&]() -> Task<void> {
        co_await sim::within(scheduler, 10ms, work(scheduler, 50ms, alive), &heirs);
    };
    {
        TaskGroup tasks;
        tasks.run(ask());
        CHECK(alive == 1);
    }
    CHECK(alive == 0);
    CHECK(heirs.empty());
    scheduler.run_until(Time(1s));
    CHECK(scheduler.events() == 0);
}

TEST_CASE("work that ends at the very limit counts when it was scheduled before the limit") {
    Scheduler scheduler;
    TaskGroup tasks;
    int alive = 0;
    bool in_time = false;
    const auto ask = [&]() -> Task<void> {
        const auto answer = co_await sim::within(scheduler, 10ms, work(scheduler, 10ms, alive));
        in_time = answer.has_value();
    };
    tasks.run(ask());
    scheduler.run_until(Time(1s));
    CHECK(in_time);
    CHECK(alive == 0);
    CHECK(scheduler.pending() == 0);
}
