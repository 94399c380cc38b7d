// What failures do to links, and that nothing of it is left when they have healed.
#include <doctest/doctest.h>

#include <vector>

#include "tests/support/network_world.h"

using namespace std::chrono_literals;
using models::FaultId;
using models::LinkFault;
using models::Passage;
using models::PlaceId;
using support::NetworkWorld;

namespace {

const std::string kThreeZones =
    R"({"regions": {"eu": {"zones": ["a", "b"]}, "us": {"zones": ["c"]}},
        "across_zones": {"latency": "1ms"}, "across_regions": {"latency": "40ms"}})";

bool reaches(NetworkWorld& at, const std::string& from, const std::string& to) {
    return at.carry(from, to).arrives();
}

}  // namespace

TEST_CASE("a cut is one way, and of those places only") {
    NetworkWorld at(kThreeZones);
    const FaultId cut = at.cut("a", "b");
    CHECK(at.carry("a", "b").fate == Passage::Fate::cut);
    CHECK(reaches(at, "b", "a"));
    CHECK(reaches(at, "a", "c"));
    CHECK(reaches(at, "a", "a"));
    CHECK(reaches(at, "users", "b"));
    at.links.heal(cut);
    CHECK(reaches(at, "a", "b"));
    CHECK(at.link("a", "b").figures().cut == 1);
}

TEST_CASE("of two cuts that overlap, both must heal") {
    NetworkWorld at(kThreeZones);
    const FaultId zone = at.cut("a", "b");
    const FaultId region = at.cut("eu", "b");
    at.links.heal(zone);
    CHECK_FALSE(reaches(at, "a", "b"));
    const FaultId again = at.cut("a", "b");  // takes the place of the one that has healed
    at.links.heal(region);
    CHECK_FALSE(reaches(at, "a", "b"));
    at.links.heal(again);
    CHECK(reaches(at, "a", "b"));
}

TEST_CASE("without places on one side a failure is about all the others") {
    NetworkWorld at(kThreeZones);
    LinkFault fault{{at.place("a")}, {}, {}};
    fault.effect.cuts = true;
    const FaultId out = at.links.strike(fault);
    std::swap(fault.from, fault.to);
    const FaultId in = at.links.strike(fault);
    for (const char* const other : {"b", "c", "users"}) {
        CHECK_FALSE(reaches(at, "a", other));
        CHECK_FALSE(reaches(at, other, "a"));
        CHECK(reaches(at, other, "b"));
    }
    CHECK(reaches(at, "a", "a"));
    at.links.heal(out);
    CHECK(reaches(at, "a", "c"));
    CHECK_FALSE(reaches(at, "c", "a"));
    at.links.heal(in);

    fault.to.clear();
    const FaultId everything = at.links.strike(fault);
    CHECK_FALSE(reaches(at, "b", "c"));
    CHECK_FALSE(reaches(at, "a", "a"));
    at.links.heal(everything);
    CHECK(reaches(at, "a", "a"));
}

TEST_CASE("a zone stands for its machines, those that come later included") {
    NetworkWorld at(kThreeZones);
    at.links.add_machine(at.place("a"), "m0");
    const FaultId cut = at.cut("eu", "us");
    at.links.add_machine(at.place("a"), "m1");
    at.links.add_machine(at.place("c"), "m2");
    CHECK_FALSE(reaches(at, "m0", "m2"));
    CHECK_FALSE(reaches(at, "m1", "c"));
    CHECK(reaches(at, "m2", "m1"));
    CHECK(reaches(at, "m0", "m1"));
    at.links.heal(cut);
    CHECK(reaches(at, "m1", "m2"));
}

TEST_CASE("one machine is cut from another, and its neighbours are not") {
    NetworkWorld at(kThreeZones);
    for (const char* name : {"m0", "m1"}) at.links.add_machine(at.place("a"), name);
    for (const char* name : {"m2", "m3"}) at.links.add_machine(at.place("b"), name);
    const FaultId cut = at.cut("m0", "m2");
    CHECK_FALSE(reaches(at, "m0", "m2"));
    CHECK(reaches(at, "m1", "m2"));
    CHECK(reaches(at, "m0", "m3"));
    at.links.heal(cut);
    CHECK(reaches(at, "m0", "m2"));
}

TEST_CASE("what failures do adds up, and goes as it came") {
    NetworkWorld at(R"({"regions": {"eu": {"zones": ["a", "b"]}},
        "across_zones": {"latency": "10ms", "bandwidth": "8Mbit/s"}})");
    const auto way = [&] {
        const Passage passage = at.carry("a", "b", 1000);
        const sim::Duration took = passage.at - at.scheduler.now();
        at.scheduler.run_until(passage.at);
        return took;
    };
    CHECK(way() == 11ms);
    const FaultId slow = at.links.strike({{at.place("a")}, {at.place("b")}, {.latency_factor = 3}});
    CHECK(way() == 31ms);
    const FaultId late =
        at.links.strike({{at.place("a")}, {at.place("b")}, {.more_latency = 100ms}});
    CHECK(way() == 131ms);
    const FaultId narrow =
        at.links.strike({{at.place("eu")}, {at.place("eu")}, {.bandwidth_share = 0.25}});
    CHECK(way() == 134ms);
    at.links.heal(slow);
    CHECK(way() == 114ms);
    at.links.heal(late);
    CHECK(way() == 14ms);
    at.links.heal(narrow);
    CHECK(way() == 11ms);
    int lost = 0;
    at.links.strike({{at.place("a")}, {at.place("b")}, {.loss = 0.5}});
    const FaultId more = at.links.strike({{at.place("a")}, {at.place("b")}, {.loss = 0.5}});
    for (std::uint64_t i = 0; i < 10'000; ++i) lost += !at.carry("a", "b", 0, i).arrives();
    CHECK(lost == doctest::Approx(7500).epsilon(0.025));  // 4 sigma are 173
    at.links.heal(more);
    lost = 0;
    for (std::uint64_t i = 0; i < 10'000; ++i) lost += !at.carry("a", "b", 0, i).arrives();
    CHECK(lost == doctest::Approx(5000).epsilon(0.04));
}

TEST_CASE("more failures at a time than have a bit each are kept apart all the same") {
    NetworkWorld at(kThreeZones);
    constexpr int kMachines = 200;
    std::vector<PlaceId> machines;
    for (int i = 0; i < kMachines; ++i) {
        machines.push_back(at.links.add_machine(at.links.zone(static_cast<std::size_t>(i % 3)),
                                                "m" + std::to_string(i)));
    }
    const auto reached = [&](int from, int to) {
        return at.links
            .carry({machines[static_cast<std::size_t>(from)],
                    machines[static_cast<std::size_t>(to)], 0, 0})
            .arrives();
    };
    std::vector<FaultId> cuts;
    for (int i = 0; i + 1 < kMachines; ++i) {
        const auto from = static_cast<std::size_t>(i);
        LinkFault fault{{machines[from]}, {machines[from + 1]}, {}};
        fault.effect.cuts = true;
        cuts.push_back(at.links.strike(fault));
    }
    for (int healed = 0; healed <= 2; ++healed) {
        for (int i = 0; i + 1 < kMachines; ++i) {
            CHECK(reached(i, i + 1) == (i % 3 < healed));
            CHECK(reached(i + 1, i));
            CHECK(reached(i, (i + 2) % kMachines));
        }
        for (std::size_t i = static_cast<std::size_t>(healed); i < cuts.size(); i += 3) {
            at.links.heal(cuts[i]);
        }
    }
    for (int i = 0; i + 1 < kMachines; ++i) CHECK(reached(i, i + 1));
}

TEST_CASE("what is under way when a link is cut arrives; what is sent then does not") {
    NetworkWorld at(kThreeZones);
    const Passage before = at.carry("a", "c");
    const FaultId cut = at.cut("a", "c");
    CHECK_FALSE(reaches(at, "a", "c"));
    at.links.heal(cut);
    CHECK(before.arrives());
    CHECK(before.at == sim::Time(40ms));
}
