// Row locks: lines, timeouts and deadlocks.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "models/locks/row_locks.h"
#include "sim/sleep.h"
#include "sim/task_group.h"

using models::Cause;
using models::RowLocks;
using namespace std::chrono_literals;

namespace {

struct Story {
    sim::Scheduler scheduler;
    RowLocks locks;
    sim::TaskGroup tasks;
    std::vector<std::pair<sim::Duration, Cause>> got;  // when, and what, in that order

    explicit Story(RowLocks::Rules rules) : locks(scheduler, rules) {}

    // Wants the rows one after another, a while apart, holds them for that long, and lets go.
    sim::Task<void> transaction(sim::Duration begins, std::vector<RowLocks::Key> rows,
                                sim::Duration each) {
        co_await sim::sleep(scheduler, begins);
        RowLocks::Transaction mine(locks);
        for (const RowLocks::Key row : rows) {
            const Cause cause = co_await locks.lock(mine, row);
            got.emplace_back(scheduler.now().time_since_epoch(), cause);
            if (cause != Cause::none) co_return;
            co_await sim::sleep(scheduler, each);
        }
    }
    void play() { scheduler.run_until(sim::Time(1h)); }
};

}  // namespace

TEST_CASE("a row is had by one after another, in the order they came") {
    Story story({.wait_timeout = 1min});
    for (int i = 0; i < 4; ++i) story.tasks.run(story.transaction(i * 1ms, {7}, 5ms));
    story.play();
    REQUIRE(story.got.size() == 4);
    for (int i = 0; i < 4; ++i) {
        CHECK(story.got[static_cast<std::size_t>(i)].first == i * 5ms);
        CHECK(story.got[static_cast<std::size_t>(i)].second == Cause::none);
    }
    CHECK(story.locks.locked() == 0);
    CHECK(story.locks.waiting_peak() == 3);
}

TEST_CASE("other rows are not waited for, and one's own is had already") {
    Story story({.wait_timeout = 1min});
    story.tasks.run(story.transaction(0ms, {1, 1}, 5ms));
    story.tasks.run(story.transaction(0ms, {2}, 5ms));
    story.play();
    for (const auto& [at, cause] : story.got) CHECK(cause == Cause::none);
    CHECK(story.got.back().first == 5ms);
}

TEST_CASE("nobody waits for longer than the timeout, and the next in line is not kept") {
    Story story({.wait_timeout = 3ms});
    story.tasks.run(story.transaction(0ms, {1}, 5ms));
    story.tasks.run(story.transaction(1ms, {1}, 5ms));  // gives up at 4 ms
    story.tasks.run(story.transaction(3ms, {1}, 5ms));  // has it at 5 ms
    story.play();
    REQUIRE(story.got.size() == 3);
    CHECK(story.got[1] == std::pair<sim::Duration, Cause>{4ms, models::cause::lock_timeout});
    CHECK(story.got[2] == std::pair<sim::Duration, Cause>{5ms, Cause::none});
}

TEST_CASE("whoever closes a circle of waits is sent away, and the others go on") {
    // Three of them, each with a row that the next wants.
    Story story({.wait_timeout = 1min});
    story.tasks.run(story.transaction(0ms, {1, 2}, 5ms));
    story.tasks.run(story.transaction(1ms, {2, 3}, 5ms));
    story.tasks.run(story.transaction(2ms, {3, 1}, 5ms));
    story.play();
    int deadlocks = 0;
    for (const auto& [at, cause] : story.got) deadlocks += cause == models::cause::deadlock;
    CHECK(deadlocks == 1);
    // The third at 7 ms: the second then has row 3 at once, and the first row 2 at 12 ms.
    CHECK(story.got.back() == std::pair<sim::Duration, Cause>{12ms, Cause::none});
    CHECK(story.locks.locked() == 0);
}

TEST_CASE("without detection a circle lasts until the timeout") {
    Story story({.wait_timeout = 50ms, .detect_deadlocks = false});
    story.tasks.run(story.transaction(0ms, {1, 2}, 5ms));
    story.tasks.run(story.transaction(1ms, {2, 1}, 5ms));
    story.play();
    CHECK(story.got[2] == std::pair<sim::Duration, Cause>{55ms, models::cause::lock_timeout});
    CHECK(story.got[3].second == Cause::none);
}

TEST_CASE("in one order there are no circles") {
    Story story({.wait_timeout = 1min});
    for (int i = 0; i < 20; ++i) story.tasks.run(story.transaction(i * 100us, {1, 2, 3}, 1ms));
    story.play();
    for (const auto& [at, cause] : story.got) CHECK(cause == Cause::none);
    CHECK(story.got.size() == 60);
}
