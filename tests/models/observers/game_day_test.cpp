// Game days: the steady state is asked before, during and after the failures, and users who suffer
// too much end them.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/play.h"

namespace {

// One of ten instances is gone from 120 s on, for five minutes unless it is called off, and nobody
// looks at its health: a tenth of 100 requests/s fails. Ratios are over ten seconds.
std::string scenario(const std::string& game_day) {
    return R"({"run": {"warm_up": "30s", "measure": "570s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "100/s", "arrivals": "constant", "calls": "front"},
        "front": {"kind": "pool", "of": "web", "balancer": "round_robin"},
        "web": {"kind": "server", "replicas": 10, "endpoints": {"get": [{"wait": "1ms"}]}}},
        "failures": [{"kind": "crash", "target": "web", "instances": 1, "at": "2min",
                      "lasts": "5min"}],
        "alerts": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "game_day": {)" +
           game_day + "}}";
}

std::string answered_above(const std::string& share) {
    return R"("steady_state": {"answered": {"expr":
        "sum(rate(user_requests_total{status=~\"2..\"}[10s])) / sum(rate(user_requests_total[10s])) > )" +
           share + R"("}})";
}

double figure(const sim::Recording& recording, std::string_view name) {
    for (const sim::Watched& each : recording.watched) {
        if (each.of != "game_day" || each.name != "answered") continue;
        const auto found = std::ranges::find(each.measures, name, &sim::Measure::name);
        REQUIRE(found != each.measures.end());
        return found->value;
    }
    FAIL("no game day");
    return 0;
}

std::string problems_of(const std::string& text) {
    return models::load({"test.json", {}, {}, text}).problems.render();
}

}  // namespace

TEST_CASE(
    "a hypothesis that users notice less than a tenth holds, less than a twentieth does not") {
    const sim::Recording held = support::play(scenario(answered_above("0.89")));
    CHECK(figure(held, "held") == 1);
    CHECK(figure(held, "before") == 1);
    CHECK(figure(held, "during") == 1);
    CHECK(figure(held, "after") == 1);

    const sim::Recording refuted = support::play(scenario(answered_above("0.95")));
    CHECK(figure(refuted, "held") == 0);
    CHECK(figure(refuted, "before") == 1);
    // A tenth of ten seconds is above a twentieth after five, and until five after the end; a
    // scrape is a second old at most.
    CHECK(figure(refuted, "broken_s") == doctest::Approx(5).epsilon(0.25));
    CHECK(figure(refuted, "recovered_s") == doctest::Approx(5).epsilon(0.25));
    CHECK(figure(refuted, "during") == doctest::Approx(5.0 / 300).epsilon(0.3));
    CHECK(figure(refuted, "after") == doctest::Approx(1 - 5.0 / 180).epsilon(0.01));
}

TEST_CASE("what recovers in time is well after it") {
    const sim::Recording given =
        support::play(scenario(answered_above("0.95") + R"(, "recovers_within": "10s")"));
    CHECK(figure(given, "after") == 1);
    CHECK(figure(given, "held") == 0);
}

TEST_CASE("users who suffer too much call it off, and what they suffer is bounded") {
    const std::string abort = R"(, "abort": {"node": "users", "below": "95%", "over": "10s"})";
    const sim::Recording called_off = support::play(scenario(answered_above("0.95") + abort));
    const sim::Recording goes_on = support::play(scenario(answered_above("0.95")));
    const auto failed = [](const sim::Recording& recording) {
        return support::node(recording, "users").totals.of(sim::Outcome::failed);
    };
    // Ten of them a second, for the whole five minutes or until more than a twentieth of ten
    // seconds' requests have failed, which is known at the end of the sixth.
    CHECK(failed(goes_on) == 3000);
    CHECK(failed(called_off) == 60);
    const auto incident =
        std::ranges::find(called_off.incidents, "called off", &sim::Incident::what);
    REQUIRE(incident != called_off.incidents.end());
    CHECK(incident->at == sim::Time(std::chrono::seconds(126)));
    // Its end is the end of the failure, as far as the steady state goes.
    CHECK(figure(called_off, "after") == doctest::Approx(1 - 4.0 / 474).epsilon(0.01));
}

TEST_CASE("a limit that nobody falls below calls nothing off") {
    const std::string abort = R"(, "abort": {"node": "users", "below": "89%", "over": "10s"})";
    const sim::Recording watched = support::play(scenario(answered_above("0.95") + abort));
    CHECK(support::node(watched, "users").totals.of(sim::Outcome::failed) == 3000);
    CHECK(std::ranges::find(watched.incidents, "called off", &sim::Incident::what) ==
          watched.incidents.end());
}

TEST_CASE("a failure that has not struck when it is called off does not strike any more") {
    std::string text = scenario(answered_above("0.95") +
                                R"(, "abort": {"node": "users", "below": "95%", "over": "10s"})");
    const std::string one = R"("failures": [)";
    text.insert(text.find(one) + one.size(),
                R"({"kind": "crash", "target": "web", "at": "5min", "lasts": "2min"}, )");
    const sim::Recording recording = support::play(text);
    CHECK(support::node(recording, "users").totals.of(sim::Outcome::failed) == 60);
}

TEST_CASE("a game day without a steady state, or with nothing that goes wrong, is refused") {
    CHECK(problems_of(scenario("")).find("no steady-state metric") != std::string::npos);
    CHECK(problems_of(scenario(R"("steady_state": {})")).find("no steady-state metric") !=
          std::string::npos);
    CHECK(problems_of(
              scenario(R"("steady_state": {"errors": {"expr": "rate(nobody_has_it[1m]) < 1"}})"))
              .find("no steady-state metric \"nobody_has_it\"") != std::string::npos);
    CHECK(problems_of(scenario(R"("steady_state": {"errors": {"expr": "rate("}})")) != "");
    std::string text = scenario(answered_above("0.95"));
    CHECK(problems_of(text) == "");
    const std::size_t at = text.find(R"("failures")");
    text.erase(at, text.find(R"("alerts")") - at);
    CHECK(problems_of(text).find("nothing goes wrong") != std::string::npos);
    CHECK(problems_of(scenario(answered_above("0.95") + R"(, "abort": {"node": "usres"})"))
              .find("there is no node \"usres\"") != std::string::npos);
}
