// Messages: one way, lost or late or before others, to whoever is there.
#include "models/network/mailbox.h"

#include <doctest/doctest.h>

#include <memory>
#include <vector>

#include "models/network/channel.h"
#include "tests/support/network_world.h"

using namespace std::chrono_literals;
using models::Channel;
using models::FaultId;
using models::Mailbox;
using models::PlaceId;
using models::Sender;
using support::NetworkWorld;

namespace {

struct Vote {
    int number;
};

struct Heard {
    std::vector<int> numbers;
    std::vector<sim::Time> times;
};

std::string link_like(const std::string& link) {
    return R"({"regions": {"eu": {"zones": ["a", "b", "c"]}}, "across_zones": )" + link + "}";
}
const std::string kJittery =
    link_like(R"({"latency": {"kind": "uniform", "min": "1ms", "max": "9ms"}})");

void listen(NetworkWorld& at, Mailbox<Vote>& box, Heard& heard) {
    box.handle([&at, &heard](const Vote& vote) {
        heard.numbers.push_back(vote.number);
        heard.times.push_back(at.scheduler.now());
    });
}

sim::Task<void> listen_in_turn(NetworkWorld& at, Mailbox<Vote>& box, Heard& heard) {
    for (;;) {
        const Vote vote = co_await box.receive();
        heard.numbers.push_back(vote.number);
        heard.times.push_back(at.scheduler.now());
    }
}

}  // namespace

TEST_CASE("a message arrives after the link's latency, by one event") {
    NetworkWorld at(link_like(R"({"latency": "3ms"})"));
    Mailbox<Vote> box(at.world, at.place("b"));
    Sender sender(at.context, at.place("a"), "votes");
    Heard heard;
    listen(at, box, heard);
    sender.send(box, Vote{7}, 64);
    CHECK(heard.numbers.empty());
    at.scheduler.run_until(sim::Time(1s));
    CHECK(heard.numbers == std::vector{7});
    CHECK(heard.times == std::vector{sim::Time(3ms)});
    CHECK(at.scheduler.events() == 1);
    CHECK(at.link("a", "b").figures().bytes == 64);
}

TEST_CASE("without a network a message arrives now, but not before its sender has gone on") {
    support::BlockWorld at;
    Mailbox<Vote> box(at.world, PlaceId{});
    Sender sender(at.context, PlaceId{}, "votes");
    int heard = 0;
    box.handle([&](const Vote& vote) { heard = vote.number; });
    sender.send(box, Vote{7}, 64);
    CHECK(heard == 0);
    at.scheduler.run_until(sim::Time{});
    CHECK(heard == 7);
}

TEST_CASE("a coroutine takes what is there, and waits for the next") {
    NetworkWorld at(link_like(R"({"latency": "3ms"})"));
    Mailbox<Vote> box(at.world, at.place("b"));
    Sender sender(at.context, at.place("a"), "votes");
    Heard heard;
    sender.send(box, Vote{1}, 0);
    sender.send(box, Vote{2}, 0);
    at.scheduler.run_until(sim::Time(10ms));
    CHECK(box.waiting() == 2);
    sim::TaskGroup tasks;
    tasks.run(listen_in_turn(at, box, heard));
    CHECK(heard.numbers == std::vector{1, 2});
    sender.send(box, Vote{3}, 0);
    at.scheduler.run_until(sim::Time(1s));
    CHECK(heard.numbers == std::vector{1, 2, 3});
    CHECK(heard.times.back() == sim::Time(13ms));
    tasks.dismiss();
    sender.send(box, Vote{4}, 0);
    at.scheduler.run_until(sim::Time(2s));
    CHECK(heard.numbers.size() == 3);
    CHECK(box.waiting() == 1);
}

TEST_CASE("where latency varies, messages overtake each other, and none is lost") {
    NetworkWorld at(kJittery);
    Mailbox<Vote> box(at.world, at.place("b"));
    Sender sender(at.context, at.place("a"), "votes");
    Heard heard;
    listen(at, box, heard);
    for (int i = 0; i < 100; ++i) CHECK(sender.send(box, Vote{i}, 0));
    at.scheduler.run_until(sim::Time(1s));
    CHECK_FALSE(std::ranges::is_sorted(heard.numbers));
    std::ranges::sort(heard.numbers);
    CHECK(heard.numbers.size() == 100);
    CHECK(std::ranges::adjacent_find(heard.numbers) == heard.numbers.end());
    CHECK(heard.times.back() <= sim::Time(9ms));
}

TEST_CASE("on a line of one latency they keep their order") {
    NetworkWorld at(link_like(R"({"latency": "3ms", "bandwidth": "8Mbit/s"})"));
    Mailbox<Vote> box(at.world, at.place("b"));
    Sender sender(at.context, at.place("a"), "votes");
    Heard heard;
    listen(at, box, heard);
    for (int i = 0; i < 5; ++i) sender.send(box, Vote{i}, 1000);
    at.scheduler.run_until(sim::Time(1s));
    CHECK(heard.numbers == std::vector{0, 1, 2, 3, 4});
    CHECK(heard.times == std::vector{sim::Time(4ms), sim::Time(5ms), sim::Time(6ms), sim::Time(7ms),
                                     sim::Time(8ms)});
}

TEST_CASE("what is lost or cut is gone, and what is under way when a cut comes is not") {
    NetworkWorld at(link_like(R"({"latency": "3ms", "loss": "30%"})"));
    Mailbox<Vote> box(at.world, at.place("b"));
    Sender sender(at.context, at.place("a"), "votes");
    Heard heard;
    listen(at, box, heard);
    std::size_t arriving = 0;
    for (int i = 0; i < 1000; ++i) arriving += sender.send(box, Vote{i}, 0);
    CHECK(arriving == doctest::Approx(700).epsilon(0.083));  // 4 sigma are 58
    const FaultId cut = at.cut("a", "b");
    CHECK_FALSE(sender.send(box, Vote{-1}, 0));
    at.scheduler.run_until(sim::Time(1s));
    at.links.heal(cut);
    at.scheduler.run_until(sim::Time(2000s));
    CHECK(heard.numbers.size() == arriving);
    CHECK(std::ranges::find(heard.numbers, -1) == heard.numbers.end());
}

TEST_CASE("a closed mailbox loses what it had and what comes") {
    NetworkWorld at(link_like(R"({"latency": "3ms"})"));
    Mailbox<Vote> box(at.world, at.place("b"));
    Sender sender(at.context, at.place("a"), "votes");
    sender.send(box, Vote{1}, 0);
    at.scheduler.run_until(sim::Time(5ms));
    sender.send(box, Vote{2}, 0);
    box.close();
    CHECK(box.waiting() == 0);
    at.scheduler.run_until(sim::Time(9ms));
    CHECK(box.missed() == 1);
    sender.send(box, Vote{3}, 0);
    box.open();
    at.scheduler.run_until(sim::Time(20ms));
    CHECK(box.waiting() == 1);
}

TEST_CASE("a mailbox takes with it what is under way") {
    NetworkWorld at(link_like(R"({"latency": "3ms"})"));
    auto box = std::make_unique<Mailbox<Vote>>(at.world, at.place("b"));
    Mailbox<Vote> other(at.world, at.place("b"));
    Sender sender(at.context, at.place("a"), "votes");
    Heard heard;
    listen(at, *box, heard);
    sender.send(*box, Vote{1}, 0);
    sender.send(other, Vote{2}, 0);
    sender.send(*box, Vote{3}, 0);
    box.reset();
    at.scheduler.run_until(sim::Time(1s));
    CHECK(heard.numbers.empty());
    CHECK(other.waiting() == 1);
    CHECK(at.scheduler.events() == 1);
}

TEST_CASE("what one sends changes nothing for another's messages") {
    const auto heard_with = [&](bool others) {
        NetworkWorld at(kJittery);
        Mailbox<Vote> box(at.world, at.place("b"));
        Mailbox<Vote> noise(at.world, at.place("b"));
        Sender sender(at.context, at.place("a"), "votes");
        Sender other(at.context, at.place("a"), "gossip");
        Heard heard;
        listen(at, box, heard);
        for (int i = 0; i < 100; ++i) {
            if (others) other.send(noise, Vote{i}, 100);
            sender.send(box, Vote{i}, 0);
        }
        at.scheduler.run_until(sim::Time(1s));
        return heard;
    };
    const Heard alone = heard_with(false);
    const Heard among = heard_with(true);
    CHECK(alone.numbers == among.numbers);
    CHECK(alone.times == among.times);
}

// --- channels ---

TEST_CASE("a channel delivers all in order, whatever the link does") {
    NetworkWorld at(link_like(
        R"({"latency": {"kind": "uniform", "min": "1ms", "max": "9ms"}, "loss": "20%"})"));
    Mailbox<Vote> box(at.world, at.place("b"));
    Channel<Vote> channel(at.context, at.place("a"), box, "log");
    Heard heard;
    listen(at, box, heard);
    for (int i = 0; i < 1000; ++i) channel.send(Vote{i}, 0);
    at.scheduler.run_until(sim::Time(10'000s));
    CHECK(heard.numbers.size() == 1000);
    CHECK(std::ranges::is_sorted(heard.numbers));
    CHECK(std::ranges::is_sorted(heard.times));
    CHECK(channel.waiting() == 0);
    CHECK(at.link("a", "b").figures().lost == at.link("a", "b").figures().retransmissions);
}

TEST_CASE("a channel that was cut goes on with the next retransmission, and all behind follow") {
    NetworkWorld at(link_like(R"({"latency": "10ms"})"));
    Mailbox<Vote> box(at.world, at.place("b"));
    Channel<Vote> channel(at.context, at.place("a"), box, "log");
    Heard heard;
    listen(at, box, heard);
    const FaultId cut = at.cut("a", "b");
    channel.send(Vote{1}, 0);
    at.scheduler.run_until(sim::Time(500ms));
    channel.send(Vote{2}, 0);
    at.links.heal(cut);
    channel.send(Vote{3}, 0);
    CHECK(channel.waiting() == 3);
    at.scheduler.run_until(sim::Time(10s));
    CHECK(heard.numbers == std::vector{1, 2, 3});
    CHECK(heard.times == std::vector(3, sim::Time(660ms + 10ms)));
    channel.send(Vote{4}, 0);
    at.scheduler.run_until(sim::Time(20s));
    CHECK(heard.times.back() == sim::Time(10s + 10ms));
}

TEST_CASE("a channel breaks when its timer gives up, and begins anew") {
    NetworkWorld at(link_like(R"({"latency": "10ms"})"));
    Mailbox<Vote> box(at.world, at.place("b"));
    Channel<Vote> channel(at.context, at.place("a"), box, "log");
    Heard heard;
    listen(at, box, heard);
    const FaultId cut = at.cut("a", "b");
    channel.send(Vote{1}, 0);
    at.scheduler.run_until(sim::Time(225'060ms + 720s) - 1ns);
    CHECK_FALSE(channel.is_broken());
    at.scheduler.run_until(sim::Time(225'060ms + 720s));
    CHECK(channel.is_broken());
    channel.send(Vote{2}, 0);
    at.links.heal(cut);
    channel.reconnect();
    channel.send(Vote{3}, 0);
    at.scheduler.run_until(sim::Time(2000s));
    CHECK(heard.numbers == std::vector{3});
}
