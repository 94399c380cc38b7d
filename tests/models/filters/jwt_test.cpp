// Tokens: who has one, and until when.
#include "models/filters/jwt.h"

#include <doctest/doctest.h>

#include "tests/support/play.h"

namespace {

sim::Recording play(const std::string& filter, const std::string& calls) {
    return support::play(R"({"run": {"measure": "100s"}, "nodes": {
        "c": {"kind": "open_loop", "rate": "10/s", "arrivals": "constant", "calls": )" +
                         calls + R"(, "population": {"people": 1, "segments": {"known": {}}}},
        "it": {"kind": "gateway", "cores": 1, "work": "0ms", "filters": [)" +
                         filter + R"(],
               "routes": [{"path": "/login", "to": "web"}, {"path": "/get", "to": "web"}]},
        "web": {"kind": "server", "endpoints": {"any": []}}}})");
}

double jwt_measure(const sim::Recording& run, const char* name) {
    return support::measure(run, "it", name);
}

}  // namespace

TEST_CASE("a token that is missing costs no check, one that is forged does") {
    const auto missing =
        play(R"({"kind": "jwt", "verify": "10ms", "missing": ["known"]})", R"("it./get")");
    const auto forged =
        play(R"({"kind": "jwt", "verify": "10ms", "invalid": ["known"]})", R"("it./get")");
    CHECK(support::node(missing, "web").totals.offered == 0);
    CHECK(support::node(forged, "web").totals.offered == 0);
    CHECK(support::node(missing, "it").utilisation == 0);
    CHECK(support::node(forged, "it").utilisation == doctest::Approx(0.1).epsilon(0.01));
}

TEST_CASE("who logs in has a token from then on, and until it expires") {
    const auto never = play(R"({"kind": "jwt", "issued_by": ["/login"]})", R"("it./get")");
    CHECK(support::node(never, "web").totals.offered == 0);
    const std::string both =
        R"([{"to": "it./login", "weight": 1}, {"to": "it./get", "weight": 9}])";
    const auto once = play(R"({"kind": "jwt", "issued_by": ["/login"]})", both);
    CHECK(jwt_measure(once, "tokens_expired") == 0);
    CHECK(jwt_measure(once, "tokens_missing") < 100);
    // No request comes within a millisecond of another.
    const auto brief =
        play(R"({"kind": "jwt", "issued_by": ["/login"], "expires_in": "1ms"})", both);
    CHECK(support::node(brief, "web").totals.of(sim::Outcome::succeeded) ==
          jwt_measure(brief, "tokens_issued"));
}

TEST_CASE("a path that is listed needs no token") {
    const auto run = play(R"({"kind": "jwt", "missing": ["known"], "skip": ["/ge"]})",
                          R"([{"to": "it./login"}, {"to": "it./get"}])");
    CHECK(support::node(run, "it").totals.of(sim::Outcome::rejected) ==
          jwt_measure(run, "tokens_missing"));
    CHECK(support::node(run, "web").totals.offered + jwt_measure(run, "tokens_missing") ==
          support::node(run, "it").totals.offered);
}
