#include "sim/record.h"

#include <doctest/doctest.h>

#include <map>
#include <vector>

#include "sim/rng.h"
#include "sim/scheduler.h"

using namespace std::chrono_literals;
using sim::Scheduler;
using sim::Time;

namespace {

struct Item final : sim::Record {
    explicit Item(std::uint32_t number) : Record(number) {}
    std::uint64_t padding[4] = {};
};

class Items final : public sim::Records {
public:
    explicit Items(Scheduler& of) : Records(sizeof(Item)), scheduler(of) { of.serve(*this); }

    Item& add() { return static_cast<Item&>((*this)[take()]); }
    void drop(Item& item) { give_back(item.index); }
    using Records::for_each;
    using Records::resize;

    void woken(sim::Record& record) override { log.emplace_back(scheduler.now(), record.index); }
    void rung(sim::Record& record) override { rings.emplace_back(scheduler.now(), record.index); }

    using Log = std::vector<std::pair<Time, std::uint32_t>>;
    Log log;
    Log rings;
    Scheduler& scheduler;

private:
    void make(std::byte* room, std::uint32_t index, std::size_t) override {
        new (room) Item(index);
    }
};

}  // namespace

TEST_CASE("records are found by their index, and their pool by their address") {
    Scheduler scheduler;
    Items items(scheduler);
    std::vector<Item*> all;
    for (int i = 0; i < 5000; ++i) all.push_back(&items.add());
    for (std::uint32_t i = 0; i < 5000; ++i) {
        CHECK(all[i]->index == i);
        CHECK(&items[i] == all[i]);
        CHECK(&sim::Records::of(*all[i]) == &items);
    }
    CHECK(items.live() == 5000);
    items.drop(*all[7]);
    CHECK(items.live() == 4999);
    CHECK(items.add().index == 7);  // the one given back last is taken first
}

TEST_CASE("records of another size lie beside the older ones, which keep theirs") {
    Scheduler scheduler;
    Items items(scheduler);
    std::vector<Item*> small;
    for (int i = 0; i < 700; ++i) small.push_back(&items.add());
    items.resize(1000);
    std::vector<Item*> large;
    for (int i = 0; i < 700; ++i) large.push_back(&items.add());
    const auto bytes_between = [](const Item* one, const Item* next) {
        return reinterpret_cast<const std::byte*>(next) - reinterpret_cast<const std::byte*>(one);
    };
    CHECK(bytes_between(small[0], small[1]) == sizeof(Item));
    CHECK(bytes_between(large[0], large[1]) == 1000);
    std::size_t all = 0;
    items.for_each([&](std::uint32_t index) {
        CHECK(items[index].index == index);
        ++all;
    });
    CHECK(all >= 1400);
    // An old one that comes back is not taken while those of the new size are.
    items.drop(*small[3]);
    const Item& next = items.add();
    CHECK(next.index != small[3]->index);
    CHECK(&sim::Records::of(next) == &items);
    CHECK(items.live() == 1400);
    scheduler.at(Time(1ms), *small[5]);
    scheduler.at(Time(1ms), *large[5]);
    scheduler.run_until(Time(1s));
    CHECK(items.log == Items::Log{{Time(1ms), small[5]->index}, {Time(1ms), large[5]->index}});
}

TEST_CASE("a record wakes once, in the order of scheduling, and not after it was cancelled") {
    Scheduler scheduler;
    Items items(scheduler);
    Item& a = items.add();
    Item& b = items.add();
    Item& c = items.add();
    scheduler.at(Time(2ms), a);
    scheduler.at(Time(2ms), b);
    scheduler.at(Time(1ms), c);
    CHECK(a.wakes());
    scheduler.cancel(b);
    scheduler.run_until(Time(1s));
    CHECK(items.log == Items::Log{{Time(1ms), c.index}, {Time(2ms), a.index}});
    CHECK(!a.wakes());
    CHECK(scheduler.events() == 2);
}

TEST_CASE("a cancelled entry does not wake what the record waits for next") {
    Scheduler scheduler;
    Items items(scheduler);
    Item& item = items.add();
    scheduler.at(Time(5ms), item);
    scheduler.cancel(item);
    scheduler.at(Time(9ms), item);
    scheduler.run_until(Time(1s));
    CHECK(items.log == Items::Log{{Time(9ms), item.index}});
}

TEST_CASE("an alarm rings after all else in the list for its time, and counts as no event") {
    Scheduler scheduler;
    Items items(scheduler);
    Item& a = items.add();
    Item& b = items.add();
    scheduler.ring_at(Time(3ms), 1, a);
    scheduler.at(Time(3ms), b);
    scheduler.at(Time(3ms), a);
    scheduler.run_until(Time(1s));
    CHECK(items.log == Items::Log{{Time(3ms), b.index}, {Time(3ms), a.index}});
    CHECK(items.rings == Items::Log{{Time(3ms), a.index}});
    CHECK(scheduler.events() == 2);
}

// An oracle: a multimap keeps what was inserted first first. Renumbering comes in between.
TEST_CASE("any number of records that wake, cancel and ring, as a sorted map has them") {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Scheduler scheduler;
        Items items(scheduler);
        scheduler.start_order_at((std::uint32_t{1} << 31) - 700);
        sim::Draws draws(sim::mix(seed));
        std::vector<Item*> all;
        for (int i = 0; i < 50; ++i) all.push_back(&items.add());
        std::multimap<Time, std::uint32_t> expected;
        std::uint32_t rung = 0;
        Items::Log fired;
        for (int round = 0; round < 3000; ++round) {
            Item& item = *all[draws.below(all.size())];
            if (!item.wakes()) {
                const Time when = scheduler.now() + sim::Duration(1 + draws.below(1000));
                scheduler.at(when, item);
                expected.emplace(when, item.index);
            } else if (draws.chance(0.3)) {
                scheduler.cancel(item);
                std::erase_if(expected,
                              [&](const auto& each) { return each.second == item.index; });
            }
            if (draws.chance(0.2))
                scheduler.ring_at(scheduler.now() + sim::Duration(500), ++rung, item);
            if (!draws.chance(0.5)) continue;
            const Time until = scheduler.now() + sim::Duration(draws.below(100));
            scheduler.run_until(until);
            while (!expected.empty() && expected.begin()->first <= until) {
                fired.emplace_back(*expected.begin());
                expected.erase(expected.begin());
            }
        }
        CHECK(items.log == fired);
    }
}

// Those of a time that lie in a bucket are sorted; those that come when it is open are put in
// place.
TEST_CASE("alarms of a time ring in their order, whenever they were set") {
    for (const sim::Duration early : {sim::Duration(0), sim::Duration(2)}) {
        Scheduler scheduler;
        Items items(scheduler);
        std::vector<Item*> all;
        for (int i = 0; i < 4; ++i) all.push_back(&items.add());
        scheduler.at(Time(1ms) - early, *all[3]);
        scheduler.run_until(Time(1ms) - early);
        items.log.clear();
        scheduler.ring_at(Time(1ms + 1ns), 9, *all[0]);
        scheduler.ring_at(Time(1ms + 1ns), 3, *all[1]);
        scheduler.ring_at(Time(1ms + 1ns), 5, *all[2]);
        scheduler.at(Time(1ms + 1ns), *all[3]);
        CHECK(Scheduler::rings_as(9, *all[0]));
        scheduler.run_until(Time(1s));
        const Time when(1ms + 1ns);
        CHECK(items.log == Items::Log{{when, 3}});
        CHECK(items.rings == Items::Log{{when, 1}, {when, 2}, {when, 0}});
    }
}
