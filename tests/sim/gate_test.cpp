#include "sim/gate.h"

#include <doctest/doctest.h>

#include <vector>

#include "sim/sleep.h"
#include "sim/task.h"
#include "sim/task_group.h"

using namespace std::chrono_literals;
using sim::Gate;
using sim::Scheduler;
using sim::Task;
using sim::TaskGroup;
using sim::Time;

namespace {

Task<void> pass(Gate& gate, std::vector<int>& through, int who) {
    co_await gate.pass();
    through.push_back(who);
}

// Who has passed is positive, who has not is negative.
Task<void> pass_within(Gate& gate, sim::Duration limit, std::vector<int>& ends, int who) {
    const bool is_through = co_await gate.pass_within(limit);
    ends.push_back(is_through ? who : -who);
}

}  // namespace

TEST_CASE("an open gate stops nobody") {
    Scheduler scheduler;
    Gate gate(scheduler, true);
    TaskGroup tasks;
    std::vector<int> through;
    tasks.run(pass(gate, through, 1));
    CHECK(gate.is_open());
    CHECK(through == std::vector{1});
    CHECK(scheduler.pending() == 0);
}

TEST_CASE("opening lets all through in the order they came, and not before the opener is done") {
    Scheduler scheduler;
    Gate gate(scheduler, false);
    TaskGroup tasks;
    std::vector<int> through;
    for (int who = 0; who < 4; ++who) tasks.run(pass(gate, through, who));
    gate.open();
    CHECK(through.empty());
    scheduler.run_until(Time{});
    CHECK(through == std::vector{0, 1, 2, 3});
    CHECK(tasks.empty());
}

TEST_CASE("whoever was called goes through, even if the gate closes at the same moment") {
    Scheduler scheduler;
    Gate gate(scheduler, false);
    TaskGroup tasks;
    std::vector<int> through;
    tasks.run(pass(gate, through, 1));
    gate.open();
    gate.close();
    tasks.run(pass(gate, through, 2));
    scheduler.run_until(Time(1s));
    CHECK(through == std::vector{1});
    gate.open();
    scheduler.run_until(Time(2s));
    CHECK(through == std::vector{1, 2});
}

TEST_CASE("a cancelled waiter never passes, whether it still waits or was called already") {
    Scheduler scheduler;
    Gate gate(scheduler, false);
    TaskGroup kept;
    std::vector<int> through;
    {
        TaskGroup waiting;
        waiting.run(pass(gate, through, 1));
    }
    TaskGroup called;
    called.run(pass(gate, through, 2));
    kept.run(pass(gate, through, 3));
    gate.open();
    called.dismiss();
    scheduler.run_until(Time(1s));
    CHECK(through == std::vector{3});
}

TEST_CASE("a pulse lets through who waits now, and nobody after them") {
    Scheduler scheduler;
    Gate gate(scheduler, false);
    TaskGroup tasks;
    std::vector<int> through;
    tasks.run(pass(gate, through, 1));
    gate.pulse();
    tasks.run(pass(gate, through, 2));
    scheduler.run_until(Time(1s));
    CHECK(through == std::vector{1});
    CHECK_FALSE(gate.is_open());
}

TEST_CASE("a wait within a time ends by the gate or by the time, whichever comes first") {
    Scheduler scheduler;
    Gate gate(scheduler, false);
    TaskGroup tasks;
    std::vector<int> ends;
    tasks.run(pass_within(gate, 2s, ends, 1));
    tasks.run(pass_within(gate, 5s, ends, 2));
    scheduler.run_until(Time(1s));
    CHECK(ends.empty());
    scheduler.run_until(Time(3s));
    CHECK(ends == std::vector{-1});
    gate.open();
    scheduler.run_until(Time(4s));
    CHECK(ends == std::vector{-1, 2});
    // The time of the second does not come any more.
    scheduler.run_until(Time(9s));
    CHECK(ends == std::vector{-1, 2});
    tasks.run(pass_within(gate, 0s, ends, 3));
    CHECK(ends == std::vector{-1, 2, 3});
    CHECK(tasks.empty());
}

TEST_CASE("of a gate that opens as the time is over, what comes first counts") {
    Scheduler scheduler;
    Gate gate(scheduler, false);
    TaskGroup tasks;
    std::vector<int> ends;
    tasks.run(pass_within(gate, 2s, ends, 1));
    const auto open_at = [&](sim::Duration when) -> Task<void> {
        co_await sim::sleep(scheduler, when);
        gate.pulse();
    };
    // Called after the time of the first is over, and before that of the second is.
    tasks.run(open_at(2s));
    tasks.run(pass_within(gate, 2s, ends, 2));
    scheduler.run_until(Time(3s));
    CHECK(ends == std::vector{-1, -2});
}

TEST_CASE("a wait within a time may be for ever, and may be cancelled") {
    Scheduler scheduler;
    Gate gate(scheduler, false);
    std::vector<int> ends;
    {
        TaskGroup tasks;
        tasks.run(pass_within(gate, sim::Duration::max(), ends, 1));
        tasks.run(pass_within(gate, 1s, ends, 2));
        gate.open();
    }
    scheduler.run_until(Time(2s));
    CHECK(ends.empty());
}
