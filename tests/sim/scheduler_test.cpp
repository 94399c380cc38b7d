#include "sim/scheduler.h"

#include <doctest/doctest.h>

#include <malloc.h>

#include <map>
#include <memory>
#include <vector>

#include "sim/rng.h"

using namespace std::chrono_literals;
using sim::Scheduler;
using sim::Time;

namespace {

struct Note final : sim::Event {
    Note(std::vector<int>& to, int what) : log(to), number(what) {}
    void fire() override { log.push_back(number); }
    std::vector<int>& log;
    int number;
};

sim::Wake wake(sim::Event& event) {
    return event;
}

}  // namespace

TEST_CASE("events fire in time, and in order of scheduling at one time") {
    Scheduler scheduler;
    std::vector<int> log;
    Note a(log, 1), b(log, 2), c(log, 3), d(log, 4);
    scheduler.at(Time(2ms), wake(a));
    scheduler.at(Time(1ms), wake(b));
    scheduler.at(Time(2ms), wake(c));
    scheduler.at(Time(1ms), wake(d));
    scheduler.run_until(Time(1s));
    CHECK(log == std::vector{2, 4, 1, 3});
    CHECK(scheduler.now() == Time(1s));
    CHECK(scheduler.events() == 4);
}

TEST_CASE("what is scheduled for now fires after all that was due already") {
    Scheduler scheduler;
    std::vector<int> log;
    Note now(log, 9), second(log, 2);
    struct First final : sim::Event {
        void fire() override {
            log->push_back(1);
            scheduler->post(static_cast<sim::Event&>(*next));
        }
        std::vector<int>* log = nullptr;
        Scheduler* scheduler = nullptr;
        Note* next = nullptr;
    } first;
    first.log = &log;
    first.scheduler = &scheduler;
    first.next = &now;
    scheduler.at(Time(1ms), wake(first));
    scheduler.at(Time(1ms), wake(second));
    scheduler.run_until(Time(1ms));
    CHECK(log == std::vector{1, 2, 9});
}

TEST_CASE("a cancelled event never fires, and its slot is used again") {
    Scheduler scheduler;
    std::vector<int> log;
    Note a(log, 1), b(log, 2);
    const sim::Ticket ticket = scheduler.at(Time(1ms), wake(a));
    scheduler.at(Time(2ms), wake(b));
    scheduler.cancel(ticket);
    const sim::Ticket posted = scheduler.post(wake(a));
    scheduler.cancel(posted);
    scheduler.run_until(Time(1s));
    CHECK(log == std::vector{2});
    CHECK(scheduler.pending() == 0);
}

TEST_CASE("new order numbers after 2^32 schedulings keep the order") {
    Scheduler scheduler;
    scheduler.start_order_at((std::uint32_t{1} << 31) - 500);
    std::vector<int> log;
    std::vector<std::unique_ptr<Note>> notes;
    for (int i = 0; i < 1000; ++i) {
        notes.push_back(std::make_unique<Note>(log, i));
        scheduler.at(Time(1ms * (1 + i % 3)), wake(*notes.back()));
    }
    scheduler.run_until(Time(1s));
    std::vector<int> expected;
    for (int third = 0; third < 3; ++third) {
        for (int i = third; i < 1000; i += 3) expected.push_back(i);
    }
    CHECK(log == expected);
}

// As when an instance dies with thousands of requests, each of which is answered a little later:
// between a look at the next event, far away, and that event.
TEST_CASE("many events before one that was looked at come before it, in their order") {
    sim::EventList list;
    std::uint64_t order = 0;
    const auto push = [&](std::uint64_t time) { list.push({time, ++order << 32U}); };
    constexpr std::uint64_t kFar = 1U << 18U;
    push(100);
    for (std::uint64_t i = 0; i < 200; ++i) push(kFar + 5000 + 1000 * i);
    sim::Entry entry{};
    REQUIRE(list.pop_until(~std::uint64_t{0}, entry));
    CHECK(list.top().time == kFar + 5000);
    for (std::uint64_t i = 0; i < 2000; ++i) push(kFar - 2000 + i);
    std::uint64_t last = entry.time;
    bool in_order = true;
    while (list.pop_until(~std::uint64_t{0}, entry)) {
        in_order = in_order && entry.time >= last;
        last = entry.time;
    }
    CHECK(in_order);
}

TEST_CASE("the event list pops what a multimap would, whatever the spread of times") {
    for (const std::uint64_t spread : {1ull, 50ull, 5'000ull, 1'000'000'000ull, 1ull << 44}) {
        sim::EventList list;
        std::multimap<std::pair<std::uint64_t, std::uint64_t>, int> oracle;
        sim::Draws draws(spread);
        std::uint64_t now = 0;
        std::uint64_t order = 0;
        bool same = true;
        for (int step = 0; step < 200'000; ++step) {
            const bool pushes = oracle.empty() || draws.below(100) < (step < 100'000 ? 60 : 40);
            if (pushes) {
                const std::uint64_t width = draws.chance(0.3) ? spread / 1000 + 1 : spread;
                const std::uint64_t time = now + draws.below(width);
                // As of an alarm: after all others of its time, and in an order of its own.
                const bool is_alarm = draws.chance(0.1);
                const std::uint64_t tie =
                    is_alarm ? std::uint64_t{1} << 63 | draws.below(1000) << 32 | order : order;
                list.push({time, tie});
                oracle.emplace(std::pair(time, tie), 0);
                ++order;
                continue;
            }
            sim::Entry entry{};
            same = same && list.pop_until(~std::uint64_t{0}, entry);
            const auto first = oracle.begin();
            same = same && entry.time == first->first.first && entry.tie == first->first.second;
            oracle.erase(first);
            now = entry.time;
        }
        CHECK_MESSAGE(same, "spread ", spread);
        CHECK(list.size() == oracle.size());
    }
}

namespace {

// Fires, and schedules itself again for as long as it is told to: one of many that hold the list.
struct Holder final : sim::Event {
    void fire() override {
        ++*fired;
        scheduler->after(sim::Duration(static_cast<std::int64_t>(draws->below(1'000'000))), *this);
    }
    Scheduler* scheduler = nullptr;
    sim::Draws* draws = nullptr;
    long* fired = nullptr;
};

// Bytes on the heap that are in use, as the C library counts them.
std::size_t heap_in_use() {
    return mallinfo2().uordblks;
}

}  // namespace

TEST_CASE("what lies past the end of time waits forever, and does not wrap into the past") {
    Scheduler scheduler;
    std::vector<int> log;
    Note near(log, 1), far(log, 2), last(log, 3), never(log, 4);
    scheduler.after(1ms, wake(near));
    scheduler.run_until(Time(1ms));
    scheduler.after(sim::Duration::max(), wake(never));
    scheduler.at(sim::kForever, wake(last));
    scheduler.at(Time(std::chrono::hours(24 * 365 * 200)), wake(far));
    scheduler.run_until(Time(std::chrono::hours(24 * 365 * 100)));
    CHECK(log == std::vector{1});
    scheduler.run_until(sim::kForever - 1ns);
    CHECK(log == std::vector{1, 2});
    CHECK(scheduler.pending() == 2);
    scheduler.run_until(sim::kForever);
    CHECK(log == std::vector{1, 2, 4, 3});
    CHECK(scheduler.now() == sim::kForever);
}

TEST_CASE("a time that has passed is now") {
    Scheduler scheduler;
    std::vector<int> log;
    Note first(log, 1), second(log, 2);
    scheduler.run_until(Time(1s));
    scheduler.at(Time(1ms), wake(first));
    scheduler.after(-5s, wake(second));
    scheduler.run_until(Time(1s));
    CHECK(log == std::vector{1, 2});
    CHECK(scheduler.now() == Time(1s));
}

// The whole scheduler against an oracle: a multimap keeps what was inserted first first. Steps of
// zero go through the lane for "now"; some are cancelled; the order counter runs over on the way.
TEST_CASE("the scheduler fires what a multimap would, in time and order of scheduling") {
    for (const std::uint64_t spread : {1ull, 3ull, 1'000ull, 1ull << 30, 1ull << 50}) {
        Scheduler scheduler;
        scheduler.start_order_at((std::uint32_t{1} << 31) - 10'000);
        sim::Draws draws(spread);
        std::multimap<Time, int> oracle;
        std::vector<int> log;
        std::vector<int> expected;
        std::vector<std::unique_ptr<Note>> notes;
        const auto schedule = [&] {
            const auto delay = static_cast<std::int64_t>(draws.below(spread));
            const bool forever = draws.chance(0.001);
            const Time when = forever ? sim::kForever : scheduler.now() + sim::Duration(delay);
            notes.push_back(std::make_unique<Note>(log, static_cast<int>(notes.size())));
            const sim::Ticket ticket = scheduler.at(when, wake(*notes.back()));
            if (draws.chance(0.2)) {
                scheduler.cancel(ticket);
            } else {
                oracle.emplace(when, notes.back()->number);
            }
        };
        for (int round = 0; round < 2'000; ++round) {
            for (std::uint64_t more = draws.below(40); more > 0; --more) schedule();
            const Time end =
                scheduler.now() + sim::Duration(static_cast<std::int64_t>(draws.below(spread)));
            scheduler.run_until(end);
            while (!oracle.empty() && oracle.begin()->first <= end) {
                expected.push_back(oracle.begin()->second);
                oracle.erase(oracle.begin());
            }
            REQUIRE(log.size() == expected.size());
        }
        CHECK_MESSAGE(log == expected, "spread ", spread);
        CHECK(scheduler.events() == expected.size());
    }
}

TEST_CASE("ten million events, with a thousand pending at any time, leave memory where it was") {
    Scheduler scheduler;
    sim::Draws draws(1);
    long fired = 0;
    std::vector<Holder> holders(1'000);
    for (Holder& holder : holders) {
        holder.scheduler = &scheduler;
        holder.draws = &draws;
        holder.fired = &fired;
        holder.fire();
    }
    const auto run_to = [&](long count) {
        while (fired < count && scheduler.step(sim::kForever)) {
        }
    };
    run_to(1'000'000);
    const std::size_t before = heap_in_use();
    run_to(10'000'000);
    CHECK(scheduler.pending() == 1'000);
    // Chunks of far times may still be added, a few KiB each; a leak of a byte an event is 9 MB.
    CHECK(heap_in_use() < before + 1'000'000);
}

TEST_CASE("a timer that is started and stopped again and again keeps no more than its own time") {
    Scheduler scheduler;
    std::vector<int> log;
    Note note(log, 1);
    const std::size_t before = heap_in_use();
    for (int i = 0; i < 3'000'000; ++i) {
        scheduler.cancel(scheduler.after(1us, wake(note)));
        if (i % 16 == 0) scheduler.run_until(scheduler.now() + 1us);
    }
    CHECK(log.empty());
    CHECK(scheduler.pending() <= 32);
    CHECK(heap_in_use() < before + 1'000'000);
}
