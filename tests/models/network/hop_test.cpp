// Calls over links: there and back, sent again by TCP's timer when they do not get through.
#include "models/network/hop.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>

#include "models/network/crossing.h"
#include "sim/sleep.h"
#include "tests/support/network_world.h"

using namespace std::chrono_literals;
using models::Cause;
using models::FaultId;
using models::LinkFault;
using models::Outcome;
using support::Calling;
using support::NetworkWorld;

namespace {

std::string two_zones(const std::string& link) {
    return R"({"regions": {"eu": {"zones": ["a", "b"]}}, "across_zones": )" + link + "}";
}
const std::string kTenMilliseconds = two_zones(R"({"latency": "10ms"})");

struct Ended {
    models::Response response;
    sim::Time at;
};

sim::Task<void> note_end(NetworkWorld& at, sim::Task<models::Response> call, Ended& into) {
    into.response = co_await std::move(call);
    into.at = at.scheduler.now();
}

sim::Task<void> cross_once(NetworkWorld& at, std::uint64_t key, Ended& into) {
    const bool arrived = co_await models::cross(at.world, {at.place("a"), at.place("b"), 0, key});
    into.response.outcome = arrived ? Outcome::succeeded : Outcome::timed_out;
    into.at = at.scheduler.now();
}

}  // namespace

TEST_CASE("a call is there after one latency and back after two") {
    NetworkWorld at(kTenMilliseconds);
    Calling calling(at, "a", "b");
    Ended ended;
    at.world.abandoned.run(note_end(at, calling.call(1), ended));
    at.scheduler.run_until(sim::Time(1s));
    CHECK(calling.arrived == std::vector{sim::Time(10ms)});
    CHECK(ended.at == sim::Time(20ms));
    CHECK(ended.response.ok());
    CHECK(at.context.meter.record().spent[static_cast<std::size_t>(sim::Spent::network)] == 20ms);
    CHECK(at.scheduler.events() == 2);
}

TEST_CASE("a link that takes no time takes no event") {
    NetworkWorld at(two_zones("{}"));
    Calling calling(at, "a", "b");
    Ended ended{{}, sim::Time(1s)};
    at.world.abandoned.run(note_end(at, calling.call(1), ended));
    CHECK(ended.at == sim::Time{});
    CHECK(at.scheduler.events() == 0);
}

TEST_CASE("nobody at home: the reset has the way there and back") {
    NetworkWorld at(kTenMilliseconds);
    Calling calling(at, "a", "b");
    calling.answer = {Outcome::failed, models::cause::refused};
    Ended ended;
    at.world.abandoned.run(note_end(at, calling.call(1), ended));
    at.scheduler.run_until(sim::Time(1s));
    CHECK(ended.at == sim::Time(20ms));
    CHECK(ended.response.cause == models::cause::refused);
}

TEST_CASE("bodies take their time on the line, requests there and answers back") {
    NetworkWorld at(two_zones(R"({"latency": "10ms", "bandwidth": "8Mbit/s"})"));
    Calling calling(at, "a", "b");
    calling.answer.bytes = 5000;
    Ended first;
    Ended second;
    at.world.abandoned.run(note_end(at, calling.call(1, 2000), first));
    at.world.abandoned.run(note_end(at, calling.call(2, 2000), second));
    at.scheduler.run_until(sim::Time(1s));
    CHECK(calling.arrived == std::vector{sim::Time(12ms), sim::Time(14ms)});
    CHECK(first.at == sim::Time(27ms));
    CHECK(second.at == sim::Time(32ms));
}

// RTO = 20 ms + 200 ms: sent at 0, 220, 660, 1540 ms, ...
TEST_CASE("a cut that heals: the next retransmission of the doubled timer gets through") {
    NetworkWorld at(kTenMilliseconds);
    Calling calling(at, "a", "b");
    Ended ended;
    const FaultId cut = at.cut("a", "b");
    at.world.abandoned.run(note_end(at, calling.call(1), ended));
    at.scheduler.run_until(sim::Time(1s));
    CHECK(calling.arrived.empty());
    at.links.heal(cut);
    at.scheduler.run_until(sim::Time(10s));
    CHECK(calling.arrived == std::vector{sim::Time(1550ms)});
    CHECK(ended.at == sim::Time(1560ms));
    CHECK(ended.response.ok());
    CHECK(at.link("a", "b").figures().retransmissions == 3);
    CHECK(at.link("a", "b").figures().cut == 3);
}

TEST_CASE("cut on the way back: requests arrive and their answers do not, until it heals") {
    NetworkWorld at(kTenMilliseconds);
    Calling calling(at, "a", "b");
    Ended ended;
    const FaultId cut = at.cut("b", "a");
    at.world.abandoned.run(note_end(at, calling.call(1), ended));
    at.scheduler.run_until(sim::Time(500ms));
    CHECK(calling.arrived == std::vector{sim::Time(10ms)});
    CHECK(ended.at == sim::Time{});
    at.links.heal(cut);
    at.scheduler.run_until(sim::Time(10s));
    CHECK(calling.arrived.size() == 1);
    CHECK(ended.at == sim::Time(10ms + 660ms + 10ms));
}

TEST_CASE("TCP gives up after fifteen retransmissions") {
    NetworkWorld at(kTenMilliseconds);
    Calling calling(at, "a", "b");
    Ended ended;
    at.cut("a", "b");
    at.world.abandoned.run(note_end(at, calling.call(1), ended));
    at.scheduler.run_until(sim::Time(2000s));
    // 0.22 (1 + 2 + ... + 512) and six times 120 s.
    CHECK(ended.at == sim::Time(225'060ms + 720s));
    CHECK(ended.response.outcome == Outcome::timed_out);
    CHECK(ended.response.cause == models::cause::timeout);
    CHECK(at.link("a", "b").figures().retransmissions == 15);
    CHECK(calling.arrived.empty());
}

TEST_CASE("TCP's timer: 924.6 s in all at the least of its timeouts, 127 s for a SYN") {
    const auto in_vain = [](const models::Retransmission& timer) {
        sim::Duration sum{};
        for (std::uint32_t sent = 1;; ++sent) {
            sum += timer.wait_after(sent);
            if (timer.gives_up_after(sent)) return sum;
        }
    };
    CHECK(in_vain(models::Retransmission::of_data(0ms, 0ms)) == 924'600ms);
    CHECK(in_vain(models::Retransmission::of_syn()) == 127s);
    CHECK(models::Retransmission::of_data(100ms, 10ms).wait_after(1) == 300ms);
    CHECK(models::Retransmission::of_data(100ms, 80ms).wait_after(1) == 420ms);
    CHECK(models::Retransmission::of_data(100ms, sim::Duration::max()).wait_after(1) == 120s);
}

TEST_CASE("loss: a call is sent 1 / (1 - p) times each way, and waits for the doubled timer") {
    NetworkWorld at(two_zones(R"({"latency": "10ms", "loss": "20%"})"));
    constexpr std::size_t kCalls = 20'000;
    constexpr double kLoss = 0.2;
    std::vector<Ended> ended(kCalls);
    Calling calling(at, "a", "b");
    for (std::size_t i = 0; i < kCalls; ++i) {
        at.world.abandoned.run(note_end(at, calling.call(i), ended[i]));
    }
    at.scheduler.run_until(sim::Time(3000s));
    // Of n tries the standard deviation is sqrt(p) / (1 - p) = 0.56: 4 sigma of the mean of 20,000
    // are 1.3 % of 1.25.
    for (const auto& [from, to] : {std::pair("a", "b"), std::pair("b", "a")}) {
        const models::LinkFigures& figures = at.link(from, to).figures();
        CHECK(figures.messages == kCalls);
        CHECK(figures.lost == figures.retransmissions);
        CHECK(kCalls + figures.retransmissions ==
              doctest::Approx(kCalls / (1 - kLoss)).epsilon(0.013));
    }
    // P(n retransmissions there) = p^n (1 - p), after (2^n - 1) RTO.
    std::map<sim::Time, int> arrivals;
    for (const sim::Time each : calling.arrived) ++arrivals[each];
    for (int n = 0; n <= 4; ++n) {
        const double expected = kCalls * (1 - kLoss) * std::pow(kLoss, n);
        const int found = arrivals[sim::Time(((1 << n) - 1) * 220ms + 10ms)];
        CHECK(std::abs(found - expected) < 4 * std::sqrt(expected));
    }
    for (const Ended& each : ended) CHECK(each.response.ok());
}

TEST_CASE("calls of one sender may overtake each other, each on a connection of its own") {
    NetworkWorld at(two_zones(R"({"latency": {"kind": "uniform", "min": "1ms", "max": "9ms"}})"));
    Calling calling(at, "a", "b");
    std::vector<Ended> ended(100);
    for (std::size_t i = 0; i < ended.size(); ++i) {
        at.world.abandoned.run(note_end(at, calling.call(i), ended[i]));
    }
    at.scheduler.run_until(sim::Time(1s));
    CHECK_FALSE(std::ranges::is_sorted(ended, {}, &Ended::at));
}

TEST_CASE("the way back has luck of its own, on one and the same link too") {
    NetworkWorld at(R"({"regions": {"eu": {"zones": ["a"]}},
        "same_zone": {"latency": {"kind": "exponential", "mean": "10ms"}}})");
    Calling calling(at, "a", "a");
    Ended ended;
    at.world.abandoned.run(note_end(at, calling.call(1), ended));
    at.scheduler.run_until(sim::Time(1s));
    CHECK(ended.at - calling.arrived.front() != calling.arrived.front() - sim::Time{});
    CHECK(at.links.made().size() == 1);
}

TEST_CASE("whose caller has gone, arrives all the same") {
    NetworkWorld at(kTenMilliseconds);
    Calling calling(at, "a", "b");
    Ended ended;
    {
        sim::TaskGroup tasks;
        tasks.run(note_end(at, calling.call(1), ended));
        at.scheduler.run_until(sim::Time(5ms));
        tasks.dismiss();
    }
    at.scheduler.run_until(sim::Time(1s));
    CHECK(calling.arrived.size() == 1);
    CHECK(ended.at == sim::Time{});
    CHECK(at.world.calls.live() == 0);
}

TEST_CASE("a coroutine crosses as a call does") {
    NetworkWorld at(kTenMilliseconds);
    Ended first;
    Ended second;
    Ended third;
    at.world.abandoned.run(cross_once(at, 1, first));
    at.scheduler.run_until(sim::Time(1s));
    CHECK(first.at == sim::Time(10ms));
    const FaultId cut = at.cut("a", "b");
    at.world.abandoned.run(cross_once(at, 2, second));
    at.scheduler.run_until(sim::Time(2s));
    at.links.heal(cut);
    at.scheduler.run_until(sim::Time(10s));
    CHECK(second.at == sim::Time(1s + 1540ms + 10ms));
    at.cut("a", "b");
    at.world.abandoned.run(cross_once(at, 3, third));
    at.scheduler.run_until(sim::Time(2000s));
    CHECK(third.response.outcome == Outcome::timed_out);
    CHECK(third.at == sim::Time(10s + 225'060ms + 720s));
}
