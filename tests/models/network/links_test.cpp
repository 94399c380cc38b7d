// Which link joins two places, and what it does to what is sent over it.
#include "models/network/links.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "tests/support/network_world.h"

using namespace std::chrono_literals;
using models::LinkClass;
using models::LinkFault;
using models::Passage;
using models::PlaceId;
using support::NetworkWorld;

namespace {

const std::string kTwoRegions = R"({
    "regions": {"eu": {"zones": ["eu-a", "eu-b"]}, "us": {"zones": ["us-a", "us-b"]}},
    "same_machine": {"latency": "1us"},
    "same_zone": {"latency": "10us"},
    "across_zones": {"latency": "100us"},
    "across_regions": {"latency": "40ms"},
    "to_users": {"latency": "20ms"})";

std::string one_zone(const std::string& link) {
    return R"({"regions": {"eu": {"zones": ["a", "b"]}}, "across_zones": )" + link + "}";
}

sim::Duration way(NetworkWorld& at, const std::string& from, const std::string& to) {
    const Passage passage = at.carry(from, to);
    REQUIRE(passage.arrives());
    return passage.at - at.scheduler.now();
}

}  // namespace

TEST_CASE("places: a machine is in its zone, and that in its region") {
    NetworkWorld at(kTwoRegions + "}");
    const PlaceId machine = at.links.add_machine(at.place("eu-b"), "web/0");
    const models::Places& places = at.links.places();
    CHECK(places.zone_of(machine) == at.place("eu-b"));
    CHECK(places.region_of(machine) == at.place("eu"));
    CHECK(places.is_in(machine, at.place("eu")));
    CHECK_FALSE(places.is_in(machine, at.place("eu-a")));
    CHECK(places.find("web/0") == machine);
    CHECK_FALSE(places.find("web/1"));
    CHECK(at.links.zones() == 4);
    CHECK(at.links.zone(2) == at.place("us-a"));
    CHECK(at.links.users() == at.place("users"));
}

TEST_CASE("links: the class of two places says what they are like") {
    NetworkWorld at(kTwoRegions + "}");
    at.links.add_machine(at.place("eu-a"), "m0");
    at.links.add_machine(at.place("eu-a"), "m1");
    at.links.add_machine(at.place("eu-b"), "m2");
    at.links.add_machine(at.place("us-a"), "m3");
    CHECK(way(at, "m0", "m0") == 1us);
    CHECK(way(at, "m0", "m1") == 10us);
    CHECK(way(at, "eu-a", "eu-a") == 10us);
    CHECK(way(at, "eu-a", "m0") == 10us);
    CHECK(way(at, "m0", "m2") == 100us);
    CHECK(way(at, "m0", "m3") == 40ms);
    CHECK(way(at, "users", "m3") == 20ms);
    CHECK(way(at, "m3", "users") == 20ms);
    CHECK(at.link("m0", "m0").name() == "within m0");
    CHECK(at.link("m0", "m1").name() == "m0 to eu-a");
    CHECK(at.link("m0", "m2").name() == "eu-a to eu-b");
    CHECK(at.link("m0", "m3").name() == "eu to us");
    CHECK(at.link("users", "m3").name() == "users to us-a");
    CHECK(at.link("m0", "m3").link_class() == LinkClass::across_regions);
}

TEST_CASE("links: one for each ordered pair at the level of its class, made when it is used") {
    NetworkWorld at(kTwoRegions + "}");
    CHECK(at.links.made().empty());
    for (int i = 0; i < 100; ++i) {
        at.links.add_machine(at.links.zone(static_cast<std::size_t>(i % 4)),
                             "m" + std::to_string(i));
    }
    for (int i = 0; i < 100; ++i) {
        for (int j = 0; j < 100; ++j) at.carry("m" + std::to_string(i), "m" + std::to_string(j));
    }
    // Of each machine two; both ways between two zones, twice; both ways between the regions.
    CHECK(at.links.made().size() == 100 * 2 + 2 * 2 + 2);
    std::set<std::string> names;
    std::uint64_t messages = 0;
    for (const models::Link& each : at.links.made()) {
        names.insert(each.name());
        messages += each.figures().messages;
    }
    CHECK(names.size() == at.links.made().size());
    CHECK(messages == 100 * 100);
    CHECK(&at.link("m0", "m2") == &at.link("m4", "m3"));
    CHECK(&at.link("m0", "m2") != &at.link("m2", "m0"));
}

TEST_CASE("links: a pair of places may have values of its own, the nearer before the farther") {
    NetworkWorld at(kTwoRegions + R"(, "pairs": {
        "eu": {"us": {"latency": "38ms"}},
        "us": {"eu": {"latency": "45ms"}},
        "eu-a": {"us-a": {"latency": "33ms"}, "eu-b": {"latency": "0ms"}},
        "users": {"eu": {"latency": "5ms"}, "us-b": {"latency": "7ms", "loss": "1%"}}}})");
    CHECK(way(at, "eu-b", "us-a") == 38ms);
    CHECK(way(at, "us-a", "eu-b") == 45ms);
    CHECK(way(at, "eu-a", "us-a") == 33ms);
    CHECK(way(at, "us-a", "eu-a") == 33ms);
    CHECK(way(at, "eu-a", "us-b") == 38ms);
    CHECK(way(at, "eu-b", "eu-a") == 0ms);
    CHECK(way(at, "users", "eu-b") == 5ms);
    CHECK(way(at, "eu-b", "users") == 5ms);
    CHECK(way(at, "users", "us-a") == 20ms);
    CHECK(way(at, "users", "us-b") == 7ms);
    CHECK(at.link("eu-a", "us-a").name() == "eu-a to us-a");
    CHECK(at.link("eu-a", "us-b").name() == "eu to us");
}

TEST_CASE("links: nothing said, no time passes") {
    NetworkWorld at(R"({"regions": {"eu": {"zones": ["a", "b"]}}})");
    CHECK(way(at, "a", "b") == 0ns);
    CHECK(way(at, "users", "b") == 0ns);
    CHECK_FALSE(at.link("a", "b").has_bandwidth());
}

TEST_CASE("links: the mean of what is drawn is the law's") {
    NetworkWorld at(one_zone(R"({"latency": {"kind": "exponential", "mean": "10ms"}})"));
    constexpr int kMessages = 200'000;
    double sum = 0;
    for (int i = 0; i < kMessages; ++i) {
        sum += sim::seconds(at.carry("a", "b", 0, static_cast<std::uint64_t>(i)).at -
                            at.scheduler.now());
    }
    // The standard deviation of the mean is 0.22 %.
    CHECK(sum / kMessages == doctest::Approx(0.010).epsilon(0.009));
}

TEST_CASE("bandwidth: a link of 10 Gbit/s that is offered twice that carries 10 Gbit/s") {
    NetworkWorld at(one_zone(R"({"bandwidth": "10Gbit/s"})"));
    // 1,500 bytes take 1.2 us; they come every 600 ns.
    std::uint64_t bits = 0;
    for (int i = 0; i < 100'000; ++i) {
        at.scheduler.run_until(sim::Time(i * 600ns));
        if (at.carry("a", "b", 1500).at <= sim::Time(60ms)) bits += 1500 * 8;
    }
    CHECK(bits == 10'000'000'000 * 60 / 1000);
    const models::Link& link = at.link("a", "b");
    at.scheduler.run_until(sim::Time(60ms));
    CHECK(link.busy(at.scheduler.now()) == 60ms);
    CHECK(link.use(at.scheduler.now()) == 1);
    CHECK(link.waiting_bytes(at.scheduler.now()) == 50'000 * 1500);
    CHECK(at.link("b", "a").use(at.scheduler.now()) == 0);
}

TEST_CASE("bandwidth: parts of a nanosecond add up") {
    models::ByteQueue queue(100e9);  // 64 bytes take 5.12 ns
    sim::Time last{};
    for (int i = 0; i < 1'000'000; ++i) last = *queue.pass(sim::Time{}, 64);
    CHECK(std::abs((last - sim::Time(5'120'000ns)).count()) <= 1);
}

TEST_CASE("bandwidth: M/D/1 at rho = 0.8 waits twice the service time") {
    models::ByteQueue queue(1e9);  // 1,250 bytes take 10 us
    sim::Draws draws(17);
    double at_s = 0;
    double sum = 0;
    constexpr int kMessages = 10'000'000;
    for (int i = 0; i < kMessages; ++i) {
        at_s += 12.5e-6 * draws.exponential();
        const sim::Time now(sim::from_seconds(at_s));
        sum += static_cast<double>((*queue.pass(now, 1250) - now).count());
    }
    // W = rho / (2 (1 - rho)) s = 2 s. Waiting times of one busy period are alike: 10^7 are worth
    // about 2 * 10^5 independent ones, whose mean has a standard deviation of 0.3 %.
    CHECK(sum / kMessages - 10'000 == doctest::Approx(20'000).epsilon(0.01));
}

TEST_CASE("bandwidth: what finds no room in the queue is dropped, and the link is still full") {
    NetworkWorld at(one_zone(R"({"bandwidth": "8Mbit/s", "queue": "10kB"})"));
    std::uint64_t carried = 0;
    for (int i = 0; i < 10'000; ++i) {  // 1 kB takes 1 ms; they come twice as fast
        at.scheduler.run_until(sim::Time(i * 500us));
        const Passage passage = at.carry("a", "b", 1000);
        carried += passage.arrives();
        if (passage.arrives()) {
            CHECK(passage.at - at.scheduler.now() <= 11ms);
        } else {
            CHECK(passage.fate == Passage::Fate::dropped);
        }
    }
    const models::LinkFigures& figures = at.link("a", "b").figures();
    CHECK(carried == doctest::Approx(5000 + 10).epsilon(0.001));
    CHECK(figures.messages == carried);
    CHECK(figures.dropped == 10'000 - carried);
}

TEST_CASE("loss: so many are lost, and the others arrive when they would without it") {
    const std::string latency = R"("latency": {"kind": "exponential", "mean": "10ms"})";
    NetworkWorld with(one_zone("{" + latency + R"(, "loss": "20%"})"));
    NetworkWorld without(one_zone("{" + latency + "}"));
    int lost = 0;
    double sum = 0;
    constexpr int kMessages = 100'000;
    for (std::uint64_t i = 0; i < kMessages; ++i) {
        const Passage passage = with.carry("a", "b", 0, i);
        lost += passage.fate == Passage::Fate::lost;
        if (!passage.arrives()) continue;
        REQUIRE(passage.at == without.carry("a", "b", 0, i).at);
        sum += sim::seconds(passage.at - with.scheduler.now());
    }
    // 4 sigma: sqrt(0.16 / 10^5) is 0.6 % of 0.2.
    CHECK(lost == doctest::Approx(0.2 * kMessages).epsilon(0.025));
    CHECK(with.link("a", "b").figures().lost == static_cast<std::uint64_t>(lost));
    // Neither the slow nor the fast are more easily lost: 4 sigma of 80,000 are 1.4 %.
    CHECK(sum / (kMessages - lost) == doctest::Approx(0.010).epsilon(0.014));
}

TEST_CASE("chance: traffic on one link changes nothing on another, nor does the order") {
    const std::string jittery =
        one_zone(R"({"latency": {"kind": "exponential", "mean": "10ms"}, "loss": "10%"})");
    NetworkWorld alone(jittery);
    NetworkWorld busy(jittery);
    std::vector<Passage> expected;
    for (std::uint64_t i = 0; i < 1000; ++i) expected.push_back(alone.carry("a", "b", 100, i));
    for (std::uint64_t i = 1000; i-- > 0;) {
        busy.carry("b", "a", 100, i);
        busy.carry("users", "b", 100, i);
        const Passage passage = busy.carry("a", "b", 100, i);
        CHECK(passage.fate == expected[i].fate);
        CHECK(passage.at == expected[i].at);
    }
    CHECK(NetworkWorld(jittery, 2).carry("a", "b", 100, 5).at != expected[5].at);
    CHECK(alone.carry("b", "a", 100, 5).at != expected[5].at);
}

TEST_CASE("bandwidth: more than a link will ever carry is through never, and time does not wrap") {
    NetworkWorld at(one_zone(R"({"bandwidth": "0.001bit/s", "latency": "1d"})"));
    for (int i = 0; i < 1000; ++i) {
        const Passage passage = at.carry("a", "b", 4'000'000'000u);
        CHECK(passage.arrives());
        CHECK(passage.at > sim::Time(sim::Duration(std::chrono::hours(24 * 366 * 50))));
    }
}
