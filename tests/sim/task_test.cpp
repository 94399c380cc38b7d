#include "sim/task.h"

#include <doctest/doctest.h>

#include <memory>
#include <vector>

#include "sim/all.h"
#include "sim/gate.h"
#include "sim/race.h"
#include "sim/semaphore.h"
#include "sim/sleep.h"
#include "sim/task_group.h"
#include "sim/within.h"

using namespace std::chrono_literals;
using sim::Scheduler;
using sim::Task;
using sim::TaskGroup;
using sim::Time;

namespace {

Task<int> instantly(int value) {
    co_return value;
}

Task<int> later(Scheduler& scheduler, sim::Duration delay, int value) {
    co_await sim::sleep(scheduler, delay);
    co_return value;
}

// Counts itself as alive for as long as its frame lives.
struct Counted {
    explicit Counted(int& alive_count) : count(alive_count) { ++count; }
    ~Counted() { --count; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    int& count;
};

Task<int> nested(Scheduler& scheduler, int depth, int& alive) {
    const Counted here(alive);
    if (depth == 0) {
        co_await sim::sleep(scheduler, 1s);
        co_return 1;
    }
    co_return 1 + co_await nested(scheduler, depth - 1, alive);
}

template <class T>
Task<void> keep(Task<T> task, T& result) {
    result = co_await std::move(task);
}

}  // namespace

TEST_CASE("100,000 tasks that end at once, awaited in a loop, do not grow the stack") {
    TaskGroup group;
    long sum = 0;
    const auto loop = [](long& total) -> Task<void> {
        for (int i = 0; i < 100'000; ++i) total += co_await instantly(1);
    };
    group.run(loop(sum));
    CHECK(sum == 100'000);
    CHECK(group.empty());
}

TEST_CASE("10,000 nested calls end, and are cancelled, in one go") {
    Scheduler scheduler;
    int alive = 0;
    int result = 0;
    {
        TaskGroup group;
        group.run(keep(nested(scheduler, 10'000, alive), result));
        CHECK(alive == 10'001);
        scheduler.run_until(Time(2s));
        CHECK(result == 10'001);
        CHECK(alive == 0);
        group.run(keep(nested(scheduler, 10'000, alive), result));
        CHECK(alive == 10'001);
    }
    CHECK(alive == 0);
    const auto fired = scheduler.events();
    scheduler.run_until(Time(10s));
    CHECK(scheduler.events() == fired);  // the cancelled sleep never fires
}

TEST_CASE("within gives the result of a task that is in time, and nothing otherwise") {
    Scheduler scheduler;
    TaskGroup group;
    std::vector<std::pair<sim::Duration, std::optional<int>>> ends;
    const auto ask = [&](sim::Duration takes, TaskGroup* heirs) -> Task<void> {
        const auto value = co_await sim::within(scheduler, 10ms, later(scheduler, takes, 7), heirs);
        ends.emplace_back(scheduler.now().time_since_epoch(), value);
    };
    group.run(ask(4ms, nullptr));
    group.run(ask(40ms, nullptr));
    TaskGroup heirs;
    group.run(ask(50ms, &heirs));
    scheduler.run_until(Time(20ms));
    REQUIRE(ends.size() == 3);
    CHECK(ends[0] == std::pair<sim::Duration, std::optional<int>>(4ms, 7));
    CHECK(ends[1] == std::pair<sim::Duration, std::optional<int>>(10ms, std::nullopt));
    CHECK(ends[2] == std::pair<sim::Duration, std::optional<int>>(10ms, std::nullopt));
    CHECK_FALSE(heirs.empty());  // given up on, but it goes on
    scheduler.run_until(Time(50ms));
    CHECK(heirs.empty());
}

TEST_CASE("all waits for the slowest, and keeps the order of what it was given") {
    Scheduler scheduler;
    TaskGroup group;
    std::vector<int> values;
    const auto gather = [&]() -> Task<void> {
        std::vector<Task<int>> tasks;
        tasks.push_back(later(scheduler, 3s, 1));
        tasks.push_back(instantly(2));
        tasks.push_back(later(scheduler, 1s, 3));
        values = co_await sim::all(std::move(tasks));
        CHECK(scheduler.now() == Time(3s));
    };
    group.run(gather());
    scheduler.run_until(Time(5s));
    CHECK(values == std::vector{1, 2, 3});
}

TEST_CASE("a race is won by the first; the others are cancelled, or go on with their heirs") {
    Scheduler scheduler;
    TaskGroup group;
    TaskGroup heirs;
    int alive = 0;
    const auto run = [&](TaskGroup* to) -> Task<void> {
        std::vector<Task<int>> tasks;
        tasks.push_back(nested(scheduler, 3, alive));
        tasks.push_back(later(scheduler, 20ms, 5));
        const auto won = co_await sim::race(std::move(tasks), to);
        CHECK(won.winner == 1);
        CHECK(won.value == 5);
    };
    group.run(run(nullptr));
    scheduler.run_until(Time(100ms));
    CHECK(alive == 0);
    group.run(run(&heirs));
    scheduler.run_until(Time(200ms));
    CHECK(alive == 4);
    scheduler.run_until(Time(3s));
    CHECK(alive == 0);
    CHECK(heirs.empty());
}

TEST_CASE("a task ended from outside delivers the value it was given up with") {
    Scheduler scheduler;
    TaskGroup group;
    sim::ThisTask<int> inside;
    int alive = 0;
    int result = 0;
    const auto victim = [&]() -> Task<int> {
        inside = co_await sim::this_task<int>();
        co_return co_await nested(scheduler, 5, alive);
    };
    group.run(keep(victim(), result));
    CHECK(alive == 6);
    inside.receiver().give_up(-1);
    CHECK(result == -1);
    CHECK(alive == 0);
    CHECK(group.empty());
}

TEST_CASE("a cancelled waiter leaves the line, and one that was called passes its place on") {
    Scheduler scheduler;
    sim::Semaphore slots(scheduler, 1);
    std::vector<int> served;
    const auto use = [&](int who, sim::Duration time) -> Task<void> {
        const sim::Permit place = co_await slots.take();
        served.push_back(who);
        co_await sim::sleep(scheduler, time);
    };
    TaskGroup first;
    TaskGroup second;
    TaskGroup third;
    TaskGroup fourth;
    first.run(use(1, 10ms));
    second.run(use(2, 10ms));
    third.run(use(3, 10ms));
    fourth.run(use(4, 10ms));
    CHECK(slots.waiting() == 3);
    second.dismiss();
    CHECK(slots.waiting() == 2);
    // At 10 ms the place goes to 3, whose wake-up is on the way when it is destroyed.
    scheduler.at(Time(10ms), [&] {
        struct Destroyer final : sim::Event {
            TaskGroup* group = nullptr;
            void fire() override { group->dismiss(); }
        };
        static Destroyer destroyer;
        destroyer.group = &third;
        return sim::Wake(static_cast<sim::Event&>(destroyer));
    }());
    scheduler.run_until(Time(1s));
    CHECK((served == std::vector{1, 4} || served == std::vector{1, 3, 4}));
    CHECK(slots.taken() == 0);
}

TEST_CASE("places go by priority, then by arrival; a smaller pool lets them run out") {
    Scheduler scheduler;
    sim::Semaphore slots(scheduler, 2);
    std::vector<int> served;
    TaskGroup group;
    const auto use = [&](int who, int priority) -> Task<void> {
        const sim::Permit place = co_await slots.take(static_cast<sim::Priority>(priority));
        served.push_back(who);
        co_await sim::sleep(scheduler, 10ms);
    };
    for (int who = 0; who < 4; ++who) group.run(use(who, 0));
    group.run(use(4, 1));
    slots.resize(1);
    scheduler.run_until(Time(1s));
    CHECK(served == std::vector{0, 1, 4, 2, 3});
    CHECK(scheduler.now() == Time(1s));
}

TEST_CASE("a place that does not come in time is none") {
    Scheduler scheduler;
    sim::Semaphore slots(scheduler, 1);
    TaskGroup group;
    std::vector<std::pair<sim::Duration, bool>> got;
    const auto use = [&](sim::Duration patience) -> Task<void> {
        const sim::Permit place = co_await slots.take_until(scheduler.now() + patience);
        got.emplace_back(scheduler.now().time_since_epoch(), static_cast<bool>(place));
        co_await sim::sleep(scheduler, 20ms);
    };
    group.run(use(5ms));
    group.run(use(5ms));
    group.run(use(50ms));
    scheduler.run_until(Time(1s));
    using Got = std::pair<sim::Duration, bool>;
    CHECK(got == std::vector{Got{0ms, true}, Got{5ms, false}, Got{20ms, true}});
    CHECK(slots.taken() == 0);
}

TEST_CASE("an opened gate lets everybody through who waits, a closed one nobody") {
    Scheduler scheduler;
    sim::Gate gate(scheduler, false);
    TaskGroup group;
    int through = 0;
    const auto pass = [&]() -> Task<void> {
        co_await gate.pass();
        ++through;
    };
    group.run(pass());
    group.run(pass());
    scheduler.run_until(Time(1s));
    CHECK(through == 0);
    gate.open();
    group.run(pass());
    gate.close();
    group.run(pass());
    scheduler.run_until(Time(2s));
    CHECK(through == 3);
}
