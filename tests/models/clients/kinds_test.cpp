// Clients of each kind, by what must come out of them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/play.h"

using support::measure;

namespace {

const std::string kStuck = R"({"run": {"measure": "100s"}, "nodes": {
    "c": {"kind": "loops", "concurrency": 10, "rate": "100/s", "calls": "db"},
    "db": {"kind": "database", "cores": 10, "connections": 10, "service_time": "10ms"}},
    "failures": [{"kind": "slow", "target": "db", "at": "50s", "lasts": "10s", "factor": 1000}]})";

}  // namespace

TEST_CASE("loops: so many at a time, as many as were asked for, one after another") {
    const std::string text = R"({"run": {"measure": "1min"}, "nodes": {
        "c": {"kind": "loops", "concurrency": 10, "requests": 1000, "calls": "web.get"},
        "web": {"kind": "server", "threads": 100, "endpoints": {"get": [{"wait": "10ms"}]}}}})";
    for (const int concurrency : {1, 3, 10, 100}) {
        const auto run =
            support::play(text, 1, {"nodes.c.concurrency=" + std::to_string(concurrency)});
        const auto& client = support::node(run, "c");
        CHECK(client.totals.offered == 1000);
        CHECK(measure(client, "in_flight_peak") == concurrency);
        // Each does its share, rounded up, 10 ms after 10 ms.
        CHECK(measure(client, "duration") ==
              doctest::Approx(0.01 * std::ceil(1000.0 / concurrency)).epsilon(1e-9));
    }
}

TEST_CASE("a service that answers at once does not stop time") {
    const auto run = support::play(R"({"run": {"measure": "10ms"}, "nodes": {
        "c": {"kind": "loops", "concurrency": 2, "calls": "web.get"},
        "web": {"kind": "server", "endpoints": {"get": []}}}})");
    CHECK(support::node(run, "c").totals.offered == doctest::Approx(20'000).epsilon(0.001));
}

TEST_CASE("latency from the intended start sees a stall; from the sending it does not") {
    // For ten seconds nothing moves: a thousand requests were meant to be sent in them, and those
    // wait five seconds on average. Of 10,000, the 95th percentile is within the stall when they
    // count; else only the ten that were on their way when it began are late.
    const auto intended = support::play(kStuck);
    const auto sent = support::play(kStuck, 1, {"nodes.c.latency_from=sent"});
    const auto p95 = [](const sim::Recording& run) {
        return sim::seconds(support::node(run, "c").latency.succeeded.percentile(95));
    };
    CHECK(p95(intended) > 4);
    CHECK(p95(sent) == doctest::Approx(0.010).epsilon(0.01));
    CHECK(support::node(intended, "c").totals.offered >= 9990);
}

TEST_CASE("users who are let down leave, and nobody comes for them") {
    const auto run = support::play(R"({"run": {"measure": "10min"}, "nodes": {
        "c": {"kind": "users", "users": 1000, "think_time": "1s", "leave_after_failure": "20%",
              "calls": "web.get"},
        "web": {"kind": "server", "cores": 64, "threads": 10000, "endpoints": {"get": [{"fail": 1}]}}}})");
    const auto& client = support::node(run, "c");
    CHECK(measure(client, "abandoned_users") == 1000);
    // Geometric: five tries each on average; standard error sqrt(20 / 1000) of 5, four of them 11
    // %.
    CHECK(static_cast<double>(client.totals.offered) == doctest::Approx(5000).epsilon(0.12));
}

TEST_CASE("a second try is the same operation, and is counted apart") {
    const auto run = support::play(R"({"run": {"measure": "200s"}, "nodes": {
        "c": {"kind": "open_loop", "rate": "100/s", "calls": "web.get",
              "resubmit": {"double_click": "10%", "after_failure": "50%", "most": 1}},
        "web": {"kind": "server", "cores": 64, "endpoints": {"get": [{"fail": 0.2}]}}}})");
    const auto& client = support::node(run, "c");
    const double originals = measure(client, "originals");
    const double duplicates = measure(client, "duplicates");
    CHECK(originals == doctest::Approx(20'000).epsilon(0.03));
    // 10 % double clicks and half of the 20 % that fail; 4 standard errors are about 6 %.
    CHECK(duplicates / originals == doctest::Approx(0.2).epsilon(0.06));
    CHECK(std::abs(static_cast<double>(client.totals.offered) - originals - duplicates) < 1);
}

TEST_CASE("a user who tries again thinks when he has the last answer") {
    // A second of thinking, three tries of 100 ms and 300 ms before two of them: 1.9 s.
    const auto run = support::play(R"({"run": {"measure": "190s"}, "nodes": {
        "c": {"kind": "users", "users": 7, "think_time": "1s", "calls": "web.get",
              "resubmit": {"after_failure": 1, "most": 2}},
        "web": {"kind": "server", "cores": 64,
                "endpoints": {"get": [{"wait": "100ms"}, {"fail": 1}]}}}})");
    const auto& client = support::node(run, "c");
    CHECK(measure(client, "originals") == 700);
    CHECK(measure(client, "duplicates") == 1400);
    CHECK(measure(client, "in_flight_peak") == 7);
}

TEST_CASE("who is at a place is anybody of all the people, until they log off") {
    const auto run = support::play(R"({"run": {"measure": "1000s"}, "nodes": {
        "c": {"kind": "users", "users": 10, "think_time": "1s", "requests_per_session": 1,
              "between_sessions": "1s", "calls": "web.get",
              "population": {"people": 100000, "segments": {"a": {}, "b": {"weight": 3}}}},
        "web": {"kind": "server", "cores": 64, "endpoints": {"get": [{"work": "1us"}]}}}})");
    const auto& client = support::node(run, "c");
    CHECK(measure(client, "people") == 100'000);
    REQUIRE(client.splits.size() == 2);
    // 10,000 sessions: four standard errors of the share, 0.25, are 7 % of it. Ten people who stay
    // would have a multiple of 0.1.
    CHECK(static_cast<double>(client.splits[0].totals.offered) ==
          doctest::Approx(0.25 * static_cast<double>(client.totals.offered)).epsilon(0.07));
}

TEST_CASE("bodies take their time on a user's line") {
    const auto run = support::play(R"({"run": {"measure": "10s"}, "nodes": {
        "c": {"kind": "open_loop", "rate": "10/s", "bandwidth": "8Mbit/s",
              "calls": [{"to": "web.get", "bytes": "1kB", "answer": "99kB"}]},
        "web": {"kind": "server", "endpoints": {"get": [{"wait": "10ms"}]}}}})");
    const auto& client = support::node(run, "c");
    CHECK(client.latency.succeeded.min() == std::chrono::milliseconds(110));  // 100 kB at 1 MB/s
    CHECK(client.latency.succeeded.max() == std::chrono::milliseconds(110));
    CHECK(measure(client, "bytes_received") ==
          doctest::Approx(99e3 * static_cast<double>(client.totals.finished())));
}

TEST_CASE("connections: those of a server that dies are cut off and come back, the others stay") {
    const auto run = support::play(R"({"run": {"warm_up": "20s", "measure": "100s"}, "nodes": {
        "c": {"kind": "connections", "count": 400, "holds": "sockets.socket", "calls": "web.frame",
              "open_over": "10s", "back_off": {"kind": "uniform", "min": "0s", "max": "2s"}},
        "sockets": {"kind": "pool", "of": "web", "balancer": "round_robin"},
        "web": {"kind": "server", "replicas": 4, "threads": 10000,
                "endpoints": {"socket": [{"wait": "1h"}], "frame": [{"work": "1ms"}]}}},
        "failures": [{"kind": "crash", "target": "web", "at": "50s", "lasts": "10s",
                      "instances": 1}]})");
    const auto& client = support::node(run, "c");
    CHECK(measure(client, "dropped") == 100);
    CHECK(measure(client, "reconnects") == 100);
    CHECK(measure(client, "open") == 400);
    // Every 30 s a frame on each.
    CHECK(static_cast<double>(client.totals.offered) ==
          doctest::Approx(400 * 100 / 30.0).epsilon(0.12));
}

TEST_CASE("streams: bytes are the volume, and a line that is too slow stalls") {
    const std::string text = R"({"run": {"warm_up": "1h", "measure": "10h"}, "nodes": {
        "c": {"kind": "streams", "volume_per_day": "1TB", "calls": "cdn", "segment": "1min",
              "renditions": [{"bitrate": "2Mbit/s", "weight": 1}, {"bitrate": "8Mbit/s"}],
              "watch": "10min", "bandwidth": "20Mbit/s"},
        "cdn": {"kind": "database", "cores": 64, "connections": 1000, "service_time": "1ms"}}})";
    const auto run = support::play(text);
    const auto& client = support::node(run, "c");
    // 10 h of 24 h of 10^12 bytes; 1,111 viewers of 2 or 8 Mbit/s: sqrt((1 + 0.36) / 1111) is 3.5
    // %.
    CHECK(measure(client, "bytes_streamed") == doctest::Approx(1e12 * 10 / 24).epsilon(0.14));
    CHECK(measure(client, "stalls") == 0);
    const auto slow =
        support::play(text, 1,
                      {R"(nodes.c.bandwidth="4Mbit/s")",
                       R"(nodes.c.renditions=[{"bitrate": "8Mbit/s"}])", "nodes.c.buffer=1min"});
    const auto& waiting = support::node(slow, "c");
    // At twice the bit rate of the line, a minute of video takes two. The next one is fetched as
    // soon as the last is there: a minute's stall for each of the ten but a viewer's first.
    CHECK(measure(waiting, "stalled") / measure(waiting, "watched") ==
          doctest::Approx(0.9).epsilon(0.05));
}

TEST_CASE("keep_alive: one handshake for many requests, or one for each") {
    const std::string text = R"({"run": {"measure": "100s"}, "nodes": {
        "c": {"kind": "loops", "concurrency": 4, "calls": "web.get",
              "policies": [{"kind": "keep_alive", "handshake": "30ms", "max_requests": 1000000}]},
        "web": {"kind": "server", "endpoints": {"get": [{"wait": "10ms"}]}}}})";
    const auto play = [&](const std::string& set) {
        const auto run = support::play(text, 1, {set});
        const auto& client = support::node(run, "c");
        return std::pair(measure(client, "connections_opened"),
                         static_cast<double>(client.totals.finished()));
    };
    CHECK(play("nodes.c.policies.0.max_idle=100").first == 4);
    CHECK(play("nodes.c.policies.0.max_idle=100").second == doctest::Approx(40'000).epsilon(0.001));
    CHECK(play("nodes.c.policies.0.max_idle=0").second == doctest::Approx(10'000).epsilon(0.001));
}

TEST_CASE("what clients cannot be is said") {
    const auto has = [](const std::string& client, const char* part) {
        const std::string text =
            models::load({"test.json",
                          {},
                          {},
                          R"({"nodes": {"db": {"kind": "database"}, "c": )" + client + "}}"})
                .problems.render();
        CHECK_MESSAGE(text.find(part) != std::string::npos, text);
    };
    has(R"({"kind": "loops", "concurrency": 0, "calls": "db"})", "at least 1");
    has(R"({"kind": "loops"})", "calls");
    has(R"({"kind": "streams", "calls": "db"})", "nothing would be sent");
    has(R"({"kind": "streams", "calls": "db", "viewers": "1/s", "renditions": []})",
        "must not be empty");
    has(R"({"kind": "streams", "calls": "db", "viewers": "1/s", "renditions": [{"bitrate": "5"}]})",
        "not a bit rate");
    has(R"({"kind": "connections", "calls": "db"})", "holds");
    has(R"({"kind": "connections", "calls": "db", "holds": "db", "back_off": "0s"})",
        "come back without end");
    has(R"({"kind": "connections", "calls": "db", "holds": "nowhere"})", "there is no node");
}
