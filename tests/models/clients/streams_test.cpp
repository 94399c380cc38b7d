// Players of videos: which rendition they fetch, and what they do about a segment that fails.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

// One viewer after the other on a line of 4 Mbit/s, with a segment of a second at a time.
double rate_of(const std::string& player) {
    return measure(
        play(fmt::format(R"({{"run": {{"warm_up": "5min", "measure": "10min"}}, "nodes": {{
        "viewers": {{"kind": "streams", "concurrent": 1, "watch": "1h", "segment": "1s",
                    "bandwidth": "4Mbit/s", "calls": "videos",
                    "renditions": [{{"bitrate": "1Mbit/s"}}, {{"bitrate": "2Mbit/s"}},
                                   {{"bitrate": "3Mbit/s"}}] {}}},
        "videos": {{"kind": "server", "endpoints": {{"get": []}}}}}}}})",
                         player)),
        "viewers", "bit_rate");
}

}  // namespace

// What came last came at 4 Mbit/s: 80 % of that is above 3, 70 % above 2, 45 % above 1 only.
TEST_CASE("an adaptive player counts on a part of the bandwidth that it has seen") {
    CHECK(rate_of(R"(, "adaptive": true)") == doctest::Approx(3e6).epsilon(0.01));
    CHECK(rate_of(R"(, "adaptive": true, "bandwidth_fraction": "70%")") ==
          doctest::Approx(2e6).epsilon(0.01));
    CHECK(rate_of(R"(, "adaptive": true, "bandwidth_fraction": "45%")") ==
          doctest::Approx(1e6).epsilon(0.01));
}

TEST_CASE("a segment that fails is asked for again after the delay") {
    for (const int seconds : {1, 5}) {
        const sim::Recording run = play(fmt::format(R"({{"run": {{"measure": "100s"}}, "nodes": {{
            "viewers": {{"kind": "streams", "concurrent": 1, "retry_delay": "{}s",
                        "calls": "videos"}},
            "videos": {{"kind": "server", "endpoints": {{"get": [{{"fail": "100%"}}]}}}}}}}})",
                                                    seconds));
        CHECK(static_cast<double>(node(run, "viewers").totals.offered) ==
              doctest::Approx(100.0 / seconds).epsilon(0.02));
    }
}
