// Failures that come at random: times to fail and to repair, crews, common causes.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "tests/support/incidents.h"
#include "tests/support/play.h"

using support::play;
using support::told;

namespace {

// How long each instance was down in all, and how often.
struct Downtime {
    double seconds = 0;
    double failures = 0;
    double common = 0;
};

struct Random {
    std::string replicas = "20";
    std::string more{};
    std::string target = R"("target": "web")";
    double seconds = 10000;
};

sim::Recording play_random(const Random& how) {
    return play(fmt::format(R"({{"run": {{"measure": "{}s"}}, "nodes": {{
        "users": {{"kind": "open_loop", "rate": "0.1/s", "calls": "web.get"}},
        "web": {{"kind": "server", "replicas": {}, "endpoints": {{"get": [{{"work": "1ms"}}]}}}}}},
        "failures": [{{"kind": "crash", {},
            "time_to_fail": {{"kind": "exponential", "mean": "100s"}},
            "time_to_repair": {{"kind": "exponential", "mean": "10s"}}{}}}]}})",
                            how.seconds, how.replicas, how.target, how.more));
}

std::map<std::string, Downtime> downtimes(const sim::Recording& run, double end) {
    std::map<std::string, Downtime> all;
    std::map<std::string, double> since;
    for (const sim::Incident& each : run.incidents) {
        const double at = sim::seconds(each.at.time_since_epoch());
        if (each.what == "crash") {
            since[each.node] = at;
            ++all[each.node].failures;
            all[each.node].common += each.detail == "common cause";
        } else if (each.what == "crash healed") {
            all[each.node].seconds += at - since[each.node];
            since.erase(each.node);
        }
    }
    for (const auto& [name, at] : since) all[name].seconds += end - at;
    return all;
}

Downtime sum_of(const std::map<std::string, Downtime>& all) {
    Downtime sum;
    for (const auto& [name, each] : all) {
        sum.seconds += each.seconds;
        sum.failures += each.failures;
        sum.common += each.common;
    }
    return sum;
}

}  // namespace

TEST_CASE("at random: who fails every 100 s and is repaired in 10 s is up 100 / 110 of the time") {
    const auto run = play_random({});
    const Downtime sum = sum_of(downtimes(run, 10000));
    // The share of time down has the variance 2 l m / (l + m)^3 / T of an alternating renewal
    // process with rates l and m: with 0.01, 0.1 and T = 200,000 s a standard deviation of 0.0027.
    CHECK(sum.seconds / 200000 == doctest::Approx(1.0 / 11).epsilon(0.12));
    // 200,000 s / 110 s failures, give or take four times their standard deviation of 2.2 %.
    CHECK(sum.failures == doctest::Approx(200000 / 110.0).epsilon(0.09));
}

TEST_CASE("one more instance moves nobody else's failures") {
    const auto four = downtimes(play_random({.replicas = "4"}), 10000);
    const auto five = downtimes(play_random({.replicas = "5"}), 10000);
    CHECK(four.size() == 4);
    CHECK(five.size() == 5);
    for (const auto& [name, each] : four) CHECK(five.at(name).seconds == each.seconds);
    CHECK(four.at("web[0]").seconds != four.at("web[1]").seconds);
}

TEST_CASE("a crew of one: the machine-repair model M/M/1//N") {
    const double seconds = 200000;
    const auto run = play_random({.replicas = "5", .more = R"(, "crew": 1)", .seconds = seconds});
    const double mean_down = sum_of(downtimes(run, seconds)).seconds / seconds;
    // p(k) = N! / (N - k)! (l / m)^k p(0); the mean number down is N - m / l (1 - p(0)).
    double sum = 0;
    double term = 1;
    for (int k = 0; k <= 5; ++k) {
        sum += term;
        term *= (5 - k) * 0.1;
    }
    // 8,700 repairs in busy periods of some 1.6: about 3 % is three standard deviations.
    CHECK(mean_down == doctest::Approx(5 - 10 * (1 - 1 / sum)).epsilon(0.04));
}

TEST_CASE("common causes: a share of each instance's failures, and no more failures in all") {
    const auto run = play_random({.more = R"(, "common_cause": "20%")", .seconds = 50000});
    const Downtime sum = sum_of(downtimes(run, 50000));
    // 50,000 s / 500 s = 100 common causes: a standard deviation of 10 %. Who is down already is
    // not struck, so that some 9 % of both are missing.
    CHECK(sum.common / sum.failures == doctest::Approx(0.2).epsilon(0.35));
    CHECK(sum.failures == doctest::Approx(20 * 50000 / 110.0).epsilon(0.15));
    const auto commons = std::ranges::count_if(run.incidents, [](const sim::Incident& each) {
        return each.detail == "common cause" && each.what == "crash";
    });
    CHECK(commons > 1000);  // most of the twenty at a time
}

TEST_CASE("an abort of the game day heals all that came at random, and nothing more comes") {
    const auto run = play(R"({"run": {"measure": "60s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "100/s", "calls": "web.get"},
        "web": {"kind": "server", "replicas": 2, "endpoints": {"get": [{"work": "1ms"}]}}},
        "game_day": {"hypothesis": "none", "steady_state": {"up": {"expr": "sum(rate(user_requests_total[10s])) > 0"}},
                     "abort": {"node": "users", "below": "90%", "over": "2s"}},
        "failures": [{"kind": "errors", "target": "web", "at": "10s",
            "time_to_fail": {"kind": "exponential", "mean": "1s"},
            "time_to_repair": {"kind": "exponential", "mean": "10s"}}]})");
    const auto called_off = std::ranges::find(run.incidents, "called off", &sim::Incident::what);
    REQUIRE(called_off != run.incidents.end());
    CHECK(told(run, "errors") == told(run, "errors healed"));
    for (const sim::Incident& each : run.incidents) CHECK(each.at <= called_off->at);
}
