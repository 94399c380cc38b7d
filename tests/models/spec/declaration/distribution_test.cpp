#include "models/spec/declaration/distribution.h"

#include <doctest/doctest.h>

#include "models/spec/json/json_text.h"
#include "tests/models/spec/declaration/small_world.h"

using namespace small_world;

namespace {

template <class T = sim::Duration>
auto of(std::string text) {
    return parsed<spec::Distribution<T>>(std::move(text));
}

}  // namespace

TEST_CASE("a bare value is the constant distribution") {
    const auto [five, problems] = of(R"("5ms")");
    CHECK(problems.empty());
    CHECK(five.kind() == "constant");
    CHECK(spec::compact_text(spec::echo(five)) == R"("5ms")");
    CHECK(of<double>("2.5").value.kind() == "constant");
    CHECK(of<sim::Bytes>(R"("4KiB")").value.kind() == "constant");
}

TEST_CASE("every kind of distribution reads back from its echo") {
    for (const char* text : {
             R"({"kind":"uniform","min":"1ms","max":"2ms"})",
             R"({"kind":"exponential","mean":"5ms"})",
             R"({"kind":"normal","mean":"5ms","stddev":"1ms"})",
             R"({"kind":"lognormal","mean":"4ms","p99":"20ms"})",
             R"({"kind":"gamma","mean":"4ms","shape":2.5})",
             R"({"kind":"weibull","mean":"4ms","shape":0.5})",
             R"({"kind":"pareto","mean":"4ms","min":null,"alpha":1.5})",
             R"({"kind":"pareto","mean":null,"min":"1ms","alpha":0.5})",
             R"({"kind":"bimodal","usual":"1ms","rare":"1s","rare_share":"1%"})",
             R"({"kind":"mixture","parts":[{"weight":3.0,"of":"1ms"},)"
             R"({"weight":1.0,"of":{"kind":"exponential","mean":"9ms"}}]})",
             R"({"kind":"empirical","quantiles":[{"share":"0%","value":"1ms"},)"
             R"({"share":"50%","value":"2ms"},{"share":"100%","value":"9ms"}]})",
         }) {
        const auto [value, problems] = of(text);
        CHECK(problems == Lines{});
        CHECK(spec::compact_text(spec::echo(value)) == text);
    }
}

TEST_CASE("a distribution that cannot be is refused where it is written") {
    CHECK(of(R"({"kind": "uniform", "min": "3ms", "max": "2ms"})").problems ==
          Lines{"1:42 max is below min"});
    CHECK(of(R"({"kind": "exponential"})").problems ==
          Lines{"1:1 \"mean\" is missing (The mean.)"});
    CHECK(of(R"({"kind": "exponential", "mean": "0s"})").problems ==
          Lines{"1:33 must be above 0s"});
    CHECK(of(R"({"kind": "pareto", "mean": "1ms", "alpha": 1})").problems ==
          Lines{"1:44 must be above 1 for there to be a mean"});
    CHECK(of(R"({"kind": "pareto"})").problems == Lines{"1:1 give either \"mean\" or \"min\""});
    CHECK(of(R"({"kind": "mixture", "parts": [{"weight": 0, "of": "1ms"}]})").problems ==
          Lines{"1:30 all the weights are zero"});
    CHECK(of(R"({"kind": "lognormal", "mean": "4ms", "p99": "1ms"})").problems.size() == 1);
    CHECK(of(R"({"kind": "empirical", "quantiles": [{"share": 1, "value": "1ms"}]})")
              .problems.size() == 1);
    CHECK(of(R"("fast")").problems ==
          Lines{"1:1 \"fast\" is not a duration (write \"250ms\" or \"1.5s\")"});
    CHECK(of("5").problems == Lines{"1:1 a duration needs its unit (write \"5ms\" or \"5s\")"});
    CHECK(of<double>("-5").problems == Lines{"1:1 must not be negative"});
}

TEST_CASE("a distribution builds the sampler it describes, in seconds, bytes or plain numbers") {
    CHECK(of(R"("5ms")").value.build().mean() == doctest::Approx(0.005));
    CHECK(of(R"({"kind": "exponential", "mean": "2s"})").value.build().mean() ==
          doctest::Approx(2));
    CHECK(of<sim::Bytes>(R"({"kind": "uniform", "max": "2KiB"})").value.build().mean() ==
          doctest::Approx(1024));
    CHECK(of<double>(R"({"kind": "bimodal", "usual": 1, "rare": 101, "rare_share": "10%"})")
              .value.build()
              .mean() == doctest::Approx(11));
}
