#include "sim/scheduler.h"

#include <doctest/doctest.h>

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
    scheduler.start_order_at(~std::uint32_t{0} - 500);
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
                list.push({time, order});
                oracle.emplace(std::pair(time, order), 0);
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
