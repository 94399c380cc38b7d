// A server's log: how much is written at each level, and who waits for the disk.
#include <doctest/doctest.h>

#include "tests/support/play.h"

namespace {

// 100 requests/s whose lines of 1,000 bytes are one at ERROR, nine more at INFO and 90 more at
// DEBUG; a millisecond of their own.
sim::Recording play(const std::string& logging, const std::string& disk) {
    return support::play(R"({"run": {"measure": "100s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "100/s", "arrivals": "constant", "calls": "web"},
        "web": {"kind": "server", "threads": 10000,
                "logging": {"line": "1kB",
                            "lines": {"error": 1, "warn": 0, "info": 9, "debug": 90, "trace": 0}, )" +
                         logging + R"(},
                "disk": {"size": "1TB", )" +
                         disk + R"(},
                "endpoints": {"get": [{"wait": "1ms"}]}}}})");
}

double web_measure(const sim::Recording& recording, const std::string& name) {
    return support::measure(recording, "web", name);
}

double logged_mean_ms(const sim::Recording& recording) {
    return support::node(recording, "users").latency.succeeded.mean_seconds() * 1e3;
}

}  // namespace

TEST_CASE("each level writes its lines and those above") {
    const auto bytes = [](const char* level) {
        const sim::Recording recording =
            play(std::string(R"("level": ")") + level + R"(")", R"("used": "0B")");
        const auto requests = static_cast<double>(support::node(recording, "web").totals.offered);
        CHECK(web_measure(recording, "disk_used") == web_measure(recording, "logged"));
        return web_measure(recording, "logged") / requests;
    };
    CHECK(bytes("off") == 0);
    CHECK(bytes("error") == 1000);
    CHECK(bytes("warn") == 1000);
    CHECK(bytes("info") == 10'000);
    CHECK(bytes("debug") == 100'000);
}

// One every 10 ms, and 10 kB at 2 MB/s take 5 ms: nobody meets anybody.
TEST_CASE("a request waits until its lines are written, exactly as long as that takes") {
    const sim::Recording recording = play(R"("level": "info")", R"("written_per_second": "2MB")");
    CHECK(logged_mean_ms(recording) == doctest::Approx(6.0).epsilon(1e-6));
    CHECK(web_measure(recording, "disk_busy") == doctest::Approx(0.5).epsilon(0.001));
    CHECK(logged_mean_ms(play(R"("level": "error")", R"("written_per_second": "2MB")")) ==
          doctest::Approx(1.5).epsilon(1e-6));
}

// 10 kB every 10 ms for a disk of 0.8 MB/s: each writes for 12.5 ms and comes 10 ms after the one
// before, so the n-th waits 2.5 ms longer than the first; 10,000 of them 12.5 s on average.
TEST_CASE("more than the disk takes: the line grows by what is too much") {
    const sim::Recording recording = play(R"("level": "info")", R"("written_per_second": "800kB")");
    CHECK(support::node(recording, "users").totals.in_flight ==
          doctest::Approx(2000).epsilon(0.01));
}

TEST_CASE("a queue takes the lines of a burst while their requests go on") {
    const auto burst = [](const std::string& logging) {
        return play(R"("level": "info", )" + logging, R"("written_per_second": "800kB")");
    };
    // 0.2 MB/s too much for 100 s: 20 MB, or 20,000 lines.
    const sim::Recording all = burst(R"("queue_size": 20100)");
    CHECK(logged_mean_ms(all) == doctest::Approx(1.0).epsilon(1e-6));
    CHECK(web_measure(all, "log_lines_dropped") == 0);
    // Room for 8 MB: after 40 s it is full, and from then on who comes waits for the excess.
    CHECK(logged_mean_ms(burst(R"("queue_size": 8000)")) > 1000);
    // The same, but what finds no room is dropped: a fifth of what comes from then on.
    const sim::Recording some = burst(R"("queue_size": 8000, "never_block": true)");
    CHECK(logged_mean_ms(some) == doctest::Approx(1.0).epsilon(1e-6));
    CHECK(web_measure(some, "log_lines_dropped") ==
          doctest::Approx(100'000 * 0.2 * 0.6).epsilon(0.05));
}

TEST_CASE("a disk that is full of log fails requests, and one that rotates does not") {
    const auto played = [](const std::string& kept) {
        return play(R"("level": "debug")", R"("used": "999.5GB")" + kept);
    };
    // 500 MB hold 5,000 requests of 100 kB.
    CHECK(support::node(played(""), "users").totals.of(sim::Outcome::succeeded) == 5000);
    CHECK(support::node(played(R"(, "kept": "100MB")"), "users").totals.availability() == 1);
}

TEST_CASE("logging without a disk is only counted, and costs what it costs") {
    const sim::Recording recording = support::play(R"({"run": {"measure": "100s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "100/s", "arrivals": "constant", "calls": "web"},
        "web": {"kind": "server", "endpoints": {"get": [{"wait": "1ms"}]},
                "logging": {"level": "error", "lines": {"error": 1024}, "line": "1KiB",
                            "usd_per_gib": 0.5}}}})");
    const auto& web = support::node(recording, "web");
    const auto requests = static_cast<double>(web.totals.offered);
    CHECK(web.cost_usd == doctest::Approx(requests / 1024 * 0.5));
    CHECK(web_measure(recording, "logged_per_day") ==
          doctest::Approx(requests * 1024 * 1024 * 864).epsilon(1e-9));
}
