#include "sim/semaphore.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "sim/rng.h"
#include "sim/sleep.h"
#include "sim/task.h"
#include "sim/task_group.h"

using namespace std::chrono_literals;
using sim::Permit;
using sim::Priority;
using sim::Scheduler;
using sim::Semaphore;
using sim::Task;
using sim::TaskGroup;
using sim::Time;

namespace {

// Takes a place, notes who got it and when, and holds it for a while.
struct OfficeOfSlots {
    explicit OfficeOfSlots(std::size_t capacity) : slots(scheduler, capacity) {}

    Task<void> visit(std::string who, sim::Duration holds, Priority priority = Priority::normal) {
        const Permit place = co_await slots.take(priority);
        note(who);
        co_await sim::sleep(scheduler, holds);
    }
    Task<void> visit_until(std::string who, sim::Duration patience, sim::Duration holds) {
        const Permit place = co_await slots.take_until(scheduler.now() + patience);
        note(place ? who : who + " gave up");
        if (place) co_await sim::sleep(scheduler, holds);
    }
    void note(const std::string& who) {
        log.push_back(std::to_string(scheduler.now().time_since_epoch() / 1ms) + " " + who);
    }

    Scheduler scheduler;
    Semaphore slots;
    std::vector<std::string> log;
};

// Ends somebody's work at a given moment.
struct Dismissal final : sim::Event {
    explicit Dismissal(TaskGroup& whose) : tasks(whose) {}
    void fire() override { tasks.dismiss(); }
    TaskGroup& tasks;
};

using Log = std::vector<std::string>;

}  // namespace

TEST_CASE("places are given first come, first served, and nobody overtakes") {
    OfficeOfSlots office(2);
    TaskGroup tasks;
    tasks.run(office.visit("a", 10ms));
    tasks.run(office.visit("b", 20ms));
    tasks.run(office.visit("c", 10ms));
    tasks.run(office.visit("d", 10ms));
    CHECK(office.slots.full());
    CHECK(office.slots.waiting() == 2);
    CHECK_FALSE(office.slots.try_take());
    office.scheduler.run_until(Time(1s));
    CHECK(office.log == Log{"0 a", "0 b", "10 c", "20 d"});
    CHECK(office.slots.taken() == 0);
}

TEST_CASE("a place that was given back is not free while somebody waits for it") {
    OfficeOfSlots office(1);
    TaskGroup tasks;
    tasks.run(office.visit("first", 10ms));
    tasks.run(office.visit("waiting", 10ms));
    // Comes at 10 ms, when the place was given back and the waiter has been called.
    const auto late = [&]() -> Task<void> {
        co_await sim::sleep(office.scheduler, 10ms);
        CHECK_FALSE(office.slots.try_take());
        co_await office.visit("late", 1ms);
    };
    tasks.run(late());
    office.scheduler.run_until(Time(1s));
    CHECK(office.log == Log{"0 first", "10 waiting", "20 late"});
}

TEST_CASE("a higher priority goes first, and within one priority who came first") {
    OfficeOfSlots office(1);
    TaskGroup tasks;
    tasks.run(office.visit("holder", 1ms));
    tasks.run(office.visit("low 1", 1ms, Priority{-1}));
    tasks.run(office.visit("normal 1", 1ms));
    tasks.run(office.visit("high 1", 1ms, Priority{1}));
    tasks.run(office.visit("normal 2", 1ms));
    tasks.run(office.visit("high 2", 1ms, Priority{1}));
    tasks.run(office.visit("low 2", 1ms, Priority{-1}));
    office.scheduler.run_until(Time(1s));
    CHECK(office.log == Log{"0 holder", "1 high 1", "2 high 2", "3 normal 1", "4 normal 2",
                            "5 low 1", "6 low 2"});
}

TEST_CASE("a cancelled waiter leaves the line") {
    OfficeOfSlots office(1);
    TaskGroup tasks;
    TaskGroup cancelled;
    tasks.run(office.visit("a", 10ms));
    cancelled.run(office.visit("b", 10ms));
    tasks.run(office.visit("c", 10ms));
    CHECK(office.slots.waiting() == 2);
    cancelled.dismiss();
    CHECK(office.slots.waiting() == 1);
    office.scheduler.run_until(Time(1s));
    CHECK(office.log == Log{"0 a", "10 c"});
    CHECK(office.slots.taken() == 0);
}

TEST_CASE("a waiter destroyed after it was called passes its place on") {
    for (const bool with_limit : {false, true}) {
        OfficeOfSlots office(1);
        TaskGroup tasks;
        TaskGroup called;
        tasks.run(office.visit("a", 10ms));
        if (with_limit) {
            called.run(office.visit_until("b", 1s, 10ms));
        } else {
            called.run(office.visit("b", 10ms));
        }
        tasks.run(office.visit("c", 10ms));
        // At 10 ms "a" ends first and calls "b"; then "b" is destroyed, before it goes on.
        Dismissal dismissal(called);
        office.scheduler.at(Time(10ms), static_cast<sim::Event&>(dismissal));
        office.scheduler.run_until(Time(1s));
        CHECK(office.log == Log{"0 a", "10 c"});
        CHECK(office.slots.taken() == 0);
        CHECK(office.slots.waiting() == 0);
    }
}

TEST_CASE("a holder that is destroyed gives its place to the next") {
    OfficeOfSlots office(1);
    TaskGroup tasks;
    TaskGroup holder;
    holder.run(office.visit("a", 1h));
    tasks.run(office.visit("b", 10ms));
    Dismissal dismissal(holder);
    office.scheduler.at(Time(5ms), static_cast<sim::Event&>(dismissal));
    office.scheduler.run_until(Time(1s));
    CHECK(office.log == Log{"0 a", "5 b"});
}

TEST_CASE("take_until gives up at its time, out of the middle of the line") {
    OfficeOfSlots office(1);
    TaskGroup tasks;
    tasks.run(office.visit("a", 10ms));
    tasks.run(office.visit_until("b", 4ms, 1ms));
    tasks.run(office.visit_until("c", 40ms, 5ms));
    tasks.run(office.visit_until("d", 12ms, 1ms));
    tasks.run(office.visit("e", 1ms));
    office.scheduler.run_until(Time(1s));
    CHECK(office.log == Log{"0 a", "4 b gave up", "10 c", "12 d gave up", "15 e"});
    CHECK(office.slots.taken() == 0);
    CHECK(office.scheduler.pending() == 0);
}

TEST_CASE("a place given at the very moment of the limit counts, if it was given first") {
    OfficeOfSlots office(1);
    TaskGroup tasks;
    tasks.run(office.visit("a", 10ms));  // its end was scheduled before the limit
    tasks.run(office.visit_until("b", 10ms, 5ms));
    office.scheduler.run_until(Time(1s));
    CHECK(office.log == Log{"0 a", "10 b"});

    OfficeOfSlots other(1);
    tasks.run([](OfficeOfSlots& at) -> Task<void> {
        const Permit place = co_await at.slots.take();
        co_await sim::sleep(at.scheduler, 5ms);
        co_await sim::sleep(at.scheduler, 5ms);  // scheduled after the limit of "b"
    }(other));
    tasks.run(other.visit_until("b", 10ms, 5ms));
    other.scheduler.run_until(Time(1s));
    CHECK(other.log == Log{"10 b gave up"});
    CHECK(other.slots.taken() == 0);
}

TEST_CASE("more places serve the line at once; fewer let those that are held run out") {
    OfficeOfSlots office(1);
    TaskGroup tasks;
    for (const char* who : {"a", "b", "c", "d", "e", "f"}) tasks.run(office.visit(who, 10ms));
    office.slots.resize(4);
    office.scheduler.run_until(Time(1ms));
    CHECK(office.log == Log{"0 a", "0 b", "0 c", "0 d"});
    office.slots.resize(1);
    CHECK(office.slots.taken() == 4);
    office.scheduler.run_until(Time(9ms));
    CHECK(office.slots.taken() == 4);
    office.scheduler.run_until(Time(1s));
    CHECK(office.log == Log{"0 a", "0 b", "0 c", "0 d", "10 e", "20 f"});
    CHECK(office.slots.taken() == 0);
}

TEST_CASE("no places: everybody waits until there are some") {
    OfficeOfSlots office(0);
    TaskGroup tasks;
    tasks.run(office.visit("a", 1ms));
    office.scheduler.run_until(Time(5ms));
    CHECK(office.log.empty());
    office.slots.resize(1);
    office.scheduler.run_until(Time(1s));
    CHECK(office.log == Log{"5 a"});
}

TEST_CASE("usage is the mean over time of the places held, since it was asked for") {
    OfficeOfSlots office(2);
    sim::Gauge& usage = office.slots.usage();
    TaskGroup tasks;
    tasks.run(office.visit("a", 10ms));
    tasks.run(office.visit("b", 30ms));
    tasks.run(office.visit("c", 10ms));  // holds from 10 to 20
    office.scheduler.run_until(Time(100ms));
    // (10 + 30 + 10) ms of places over 100 ms.
    CHECK(usage.mean(office.scheduler.now()) == doctest::Approx(0.5).epsilon(1e-12));
    CHECK(usage.peak() == 2);
    usage.restart(office.scheduler.now());
    CHECK(usage.mean(office.scheduler.now()) == 0);
    CHECK(usage.peak() == 0);
}

// Whatever happens in whatever order, places are neither lost nor invented.
TEST_CASE("random takes, limits, cancellations and resizes lose no place") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        OfficeOfSlots office(3);
        sim::Draws draws(seed);
        std::vector<std::unique_ptr<TaskGroup>> groups(40);
        std::size_t most = 3;
        for (int step = 0; step < 2'000; ++step) {
            auto& tasks = groups[draws.below(groups.size())];
            const sim::Duration holds = 1ms * static_cast<int>(draws.below(20));
            const auto priority = static_cast<Priority>(draws.below(3));
            switch (draws.below(8)) {
                case 0:
                    tasks.reset();
                    break;
                case 1:
                    most = draws.below(6);
                    office.slots.resize(most);
                    break;
                case 2:
                case 3:
                    office.scheduler.run_until(office.scheduler.now() + 1ms);
                    break;
                case 4:
                    tasks = std::make_unique<TaskGroup>();
                    tasks->run(office.visit_until("x", holds, 3ms));
                    break;
                default:
                    tasks = std::make_unique<TaskGroup>();
                    tasks->run(office.visit("y", holds, priority));
            }
            // Once called waiters have gone on, nobody waits beside a free place.
            office.scheduler.run_until(office.scheduler.now());
            REQUIRE((office.slots.waiting() == 0 || office.slots.full()));
        }
        office.slots.resize(3);
        groups.clear();
        CHECK_MESSAGE(office.slots.taken() == 0, "seed ", seed);
        CHECK_MESSAGE(office.slots.waiting() == 0, "seed ", seed);
    }
}

TEST_CASE("served newest first, a line is a stack, within each priority") {
    OfficeOfSlots office(1);
    TaskGroup tasks;
    office.slots.serve_newest_first(true);
    tasks.run(office.visit("inside", 1ms));
    for (const char* who : {"old", "middle", "new"}) tasks.run(office.visit(who, 1ms));
    tasks.run(office.visit("important old", 1ms, Priority{1}));
    tasks.run(office.visit("important new", 1ms, Priority{1}));
    tasks.run(office.visit("unimportant", 1ms, Priority{-1}));
    office.scheduler.run_until(Time(1s));
    CHECK(office.log == Log{"0 inside", "1 important new", "2 important old", "3 new", "4 middle",
                            "5 old", "6 unimportant"});
}

TEST_CASE("the newest of the least important can be sent away, by somebody more important only") {
    OfficeOfSlots office(1);
    TaskGroup tasks;
    tasks.run(office.visit("inside", 5ms));
    tasks.run(office.visit_until("first", 9ms, 1ms));
    tasks.run(office.visit_until("second", 9ms, 1ms));
    CHECK(!office.slots.send_away_below(Priority::normal));
    CHECK(office.slots.send_away_below(Priority{1}));
    CHECK(office.slots.waiting() == 1);
    office.scheduler.run_until(Time(1s));
    CHECK(office.log == Log{"0 inside", "0 second gave up", "5 first"});
    CHECK(office.slots.taken() == 0);
    CHECK(!office.slots.send_away_below(Priority{1}));
}

TEST_CASE("who was sent away and is gone before hearing of it gives nothing back") {
    OfficeOfSlots office(1);
    TaskGroup tasks;
    tasks.run(office.visit("inside", 5ms));
    {
        TaskGroup brief;
        brief.run(office.visit_until("sent away", 9ms, 1ms));
        CHECK(office.slots.send_away_below(Priority{1}));
    }
    CHECK(office.slots.taken() == 1);
    office.scheduler.run_until(Time(1s));
    CHECK(office.log == Log{"0 inside"});
    CHECK(office.slots.taken() == 0);
}
