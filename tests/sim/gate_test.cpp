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
