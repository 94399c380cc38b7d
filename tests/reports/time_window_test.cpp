// Expectations of a part of a run, and what is said where they cannot be.
#include "reports/time_window.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "reports/expression.h"
#include "tests/support/batch.h"

using namespace reports;
using namespace std::chrono_literals;

namespace {

// Twelve minutes in slices of ten seconds, 100 requests each that take 10 ms; from 6 to 8 min every
// second one is refused after 1 ms, and the others take 100 ms.
sim::Recording incident() {
    sim::Recording made;
    made.slice = 10s;
    made.warm_up = 1min;
    made.simulated = 12min;
    sim::NodeRecord users;
    users.name = "users";
    users.is_client = true;
    sim::NodeRecord web;
    web.name = "web";
    for (std::uint32_t slice = 0; slice < 72; ++slice) {
        const bool is_bad = slice >= 36 && slice < 48;
        const std::uint32_t good = is_bad ? 50 : 100;
        users.slices.add(slice, {100, 100, good, 100 - good, 0});
        users.latencies.record(
            slice,
            support::batch_of(std::vector<sim::Duration>(good, is_bad ? 100ms : 10ms)).counts);
        users.failed_after.record(
            slice, support::batch_of(std::vector<sim::Duration>(100 - good, 1ms)).counts);
    }
    web.slices = users.slices;
    made.nodes = {users, web};
    return made;
}

Vocabulary words() {
    Vocabulary words = vocabulary_of(incident());
    words.time = RunTime{60, 720, 10};
    return words;
}

Value value(const std::string& text) {
    ExpressionError error;
    const auto expression = Expression::parse_quantity(text, words(), error);
    REQUIRE_MESSAGE(expression, text, ": ", error.message);
    const sim::Recording run = incident();
    const Summary summary = summarise({&run, 1}, expression->windows());
    return expression->value([&](const std::string&) -> const Summary& { return summary; });
}

bool holds(const std::string& text) {
    ExpressionError error;
    const auto expression = Expression::parse(text, words(), error);
    REQUIRE_MESSAGE(expression, text, ": ", error.message);
    const sim::Recording run = incident();
    const Summary summary = summarise({&run, 1}, expression->windows());
    return expression->ask([&](const std::string&) -> const Summary& { return summary; }) ==
           Answer::holds;
}

ExpressionError wrong(const std::string& text) {
    ExpressionError error;
    CHECK_MESSAGE(!Expression::parse(text, words(), error), text);
    return error;
}

}  // namespace

TEST_CASE("what happened in a window is told from what happened around it") {
    CHECK(
        holds("availability during 6min..8min == 50% and availability during 1min..6min == 100%"));
    CHECK(holds("availability after 8min == 100% and availability during 5min..7min == 75%"));
    CHECK(holds("throughput during 6min..8min == 5/s and throughput after 8min == 10/s"));
    CHECK(holds("offered during 6min..8min == 1200 and rejected during 6min..8min == 600"));
    CHECK(holds("errors_per_s during 360s..8min == 5/s"));
    CHECK(holds("web.availability during 6min..8min < 60%"));
    CHECK(holds("p(99) after 8min < 10.4ms and p(99) during 1min..6min < p(50) during 6min..8min"));
}

TEST_CASE("a percentile in a window ranks failures after successes, and says how long they took") {
    const Value p50 = value("p(50) during 6min..8min");
    CHECK(p50.number == doctest::Approx(0.1).epsilon(0.04));
    const Value p99 = value("p(99) during 6min..8min");
    CHECK(std::isinf(p99.number));
    CHECK(p99.waited_s == doctest::Approx(0.001).epsilon(0.04));
    CHECK(value("succeeded.p(99) during 6min..8min").number == doctest::Approx(0.1).epsilon(0.04));
    CHECK(value("failed.p(99) during 6min..8min").number == doctest::Approx(0.001).epsilon(0.04));
    CHECK(std::isnan(value("failed.p(99) after 8min").number));
}

TEST_CASE("replications are added up window by window") {
    const std::vector<sim::Recording> both = {incident(), incident()};
    const TimeWindow window{360, 480};
    const Summary summary = summarise(both, {window});
    CHECK(summary.windows.at(window)[0].finished == 2400);
    CHECK(summary.windows.at(window)[0].length_s == 240);
}

TEST_CASE("a window outside of the run is refused at its place") {
    CHECK(wrong("availability during 6min..13min > 9%").message ==
          "the window goes beyond the run, which ends at 720s");
    CHECK(wrong("availability during 6min..13min > 9%").offset == 13);
    CHECK(wrong("availability after 12min > 9%").offset == 13);
    CHECK(wrong("p(99) during 30s..8min < 1s").message ==
          "the window begins in the warm-up, which ends at 60s");
    CHECK(wrong("p(99) during 8min..6min < 1s").message == "the window ends before it begins");
    CHECK(wrong("p(99) during 65s..8min < 1s").message ==
          "the window cuts a slice of time: the run is recorded in slices of 10s");
}

TEST_CASE("a window that cannot be read is answered with how to write one") {
    CHECK(wrong("p(99) during 6min < 1s").message == "expected .. and when the window ends");
    CHECK(wrong("p(99) after 6 < 1s").message == "expected a time since the run began");
    CHECK(wrong("p(99) during 6..8min < 1s").message == "expected a time since the run began");
    const ExpressionError error = wrong("p(99) durin 6min..8min < 1s");
    CHECK(error.unknown == "durin");
    CHECK(error.offset == 6);
}

TEST_CASE("what is one number a run is refused in a window, and so are latencies of a node") {
    CHECK(wrong("cost after 6min < $1").message == "this is known of the whole run only");
    CHECK(wrong("web.p(99) after 6min < 1s").offset == 4);
    CHECK(wrong("web.p(99) after 6min < 1s").message ==
          "latencies in a window are known of users only");
}
