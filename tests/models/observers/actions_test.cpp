// What alerts do in a run: when, to whom, and what is refused before.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/play.h"

namespace {

using namespace std::chrono_literals;

// Ten failures a second from two minutes on: one of ten instances, whose health nobody looks at. An
// alert sees 60 of them at 2:10, and fires at 2:20.
std::string failing(const std::string& actions, const std::string& route = "{}") {
    return R"({"run": {"measure": "10min"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "100/s", "arrivals": "constant", "calls": "front"},
        "front": {"kind": "pool", "of": "web", "balancer": "round_robin"},
        "web": {"kind": "server", "replicas": 10, "lifecycle": {"start_time": "20s"},
                "endpoints": {"get": [{"wait": "1ms"}]}},
        "db": {"kind": "database", "cores": 1, "service_time": "1ms"}},
        "failures": [{"kind": "crash", "target": "web", "instances": 1, "at": "2min",
                      "lasts": "1h"}],
        "alerts": {"scrape_interval": "1s", "evaluation_interval": "5s",
          "rules": {"Errors": {"expr": "user_requests_total{outcome=\"failed\"} > 50",
                               "for": "10s", "actions": [)" +
           actions + R"(]}}, "route": )" + route + "}}";
}

// Every request fails at the new version, of which the first instance is ready at 80 s. The alert
// fires at 95 s.
std::string releasing(const std::string& rollout, const std::string& actions) {
    return R"({"run": {"measure": "5min"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "100/s", "arrivals": "constant", "calls": "front"},
        "front": {"kind": "pool", "of": "web", "balancer": "round_robin"},
        "web": {"kind": "server", "replicas": 4, "lifecycle": {"start_time": "20s"},
                "rollouts": [{"at": "1min", "faults": "100%")" +
           rollout + R"(}], "endpoints": {"get": [{"wait": "1ms"}]}}},
        "alerts": {"scrape_interval": "1s", "evaluation_interval": "5s",
          "rules": {"Errors": {
            "expr": "http_requests_total{service=\"web\", outcome=\"failed\"} > 10",
            "for": "10s", "actions": [)" +
           actions + "]}}}}";
}

const std::string kRollBack = R"({"kind": "roll_back", "node": "web", "after": "15s"})";

std::uint64_t failed(const sim::Recording& recording) {
    return support::node(recording, "users").totals.of(sim::Outcome::failed);
}

// When something of that name happened, in the order of time.
std::vector<sim::Duration> times(const sim::Recording& recording, std::string_view what) {
    std::vector<sim::Duration> all;
    for (const sim::Incident& each : recording.incidents) {
        if (each.what == what) all.push_back(each.at.time_since_epoch());
    }
    return all;
}

std::string what_is_wrong_with(const std::string& text) {
    return models::load({"test.json", {}, {}, text}).problems.render();
}

using Times = std::vector<sim::Duration>;

}  // namespace

TEST_CASE("an alert aborts the experiment after its delay") {
    const auto run = support::play(failing(R"({"kind": "abort", "after": "20s"})"));
    CHECK(times(run, "firing") == Times{140s});
    CHECK(times(run, "called off") == Times{160s});
    CHECK(failed(run) == 400);
    CHECK(failed(support::play(failing(R"({"kind": "abort"})"))) == 200);
    // Without an action it goes on to the end, eight minutes.
    CHECK(failed(support::play(failing(""))) == 4800);
}

TEST_CASE("people act on what they are notified of, in the time that it takes them") {
    const std::string heal = R"([{"kind": "heal", "failure": "failures[0]", "after": "5min"}])";
    const auto run = support::play(
        failing("", R"({"receiver": "on-call", "group_wait": "30s", "actions": )" + heal + "}"));
    REQUIRE(run.messages.size() == 1);
    CHECK(run.messages[0].at == sim::Time(170s));
    CHECK(times(run, "crash healed") == Times{470s});
    CHECK(failed(run) == 3500);
    // A route inside acts as the one around it, unless it says otherwise.
    const std::string inside =
        R"({"group_wait": "30s", "actions": )" + heal + R"(, "routes": [{"receiver": "team"}]})";
    CHECK(failed(support::play(failing("", inside))) == 3500);
    const std::string other = R"({"group_wait": "30s", "actions": )" + heal +
                              R"(, "routes": [{"receiver": "team", "actions": [{"kind": "heal",
                                 "failure": "failures[0]", "after": "1min"}]}]})";
    CHECK(failed(support::play(failing("", other))) == 1100);
}

TEST_CASE("a runbook's steps follow one another, each after its own time") {
    const auto run = support::play(failing(R"({"kind": "runbook", "after": "1min", "steps": [
        {"kind": "scale", "node": "web", "replicas": 12, "after": "30s"},
        {"kind": "heal", "failure": "failures[0]", "after": "2min"}]})"));
    CHECK(times(run, "firing") == Times{140s});
    CHECK(times(run, "scaled up") == Times{230s});
    CHECK(times(run, "crash healed") == Times{350s});
    // Whoever is notified may follow one as well, and within one there may be another.
    const auto told =
        support::play(failing("", R"({"receiver": "on-call", "group_wait": "30s", "actions": [
            {"kind": "runbook", "steps": [{"kind": "runbook", "after": "10s", "steps": [
                {"kind": "heal", "failure": "failures[0]", "after": "20s"}]}]}]})"));
    CHECK(times(told, "crash healed") == Times{200s});
}

TEST_CASE("a step of a runbook that cannot be done is a problem with its place") {
    const std::string wrong =
        what_is_wrong_with(failing(R"({"kind": "runbook", "steps": [{"kind": "abort"},
                    {"kind": "heal", "failure": "failures[7]"}]})"));
    // The second step's line, and where its failure is named.
    CHECK_MESSAGE(wrong.starts_with("test.json:12:49: there is no failure \"failures[7]\""), wrong);
    CHECK(what_is_wrong_with(failing(R"({"kind": "runbook", "steps": []})")) != "");
}

TEST_CASE("how long people take is drawn from a stream of their own") {
    const std::string drawn = R"({"kind": "heal", "failure": "failures[0]",
                                  "after": {"kind": "uniform", "min": "1min", "max": "3min"}})";
    const auto one = times(support::play(failing(drawn), 1), "crash healed");
    const auto again = times(support::play(failing(drawn), 1), "crash healed");
    const auto other = times(support::play(failing(drawn), 2), "crash healed");
    REQUIRE(one.size() == 1);
    CHECK(one == again);
    CHECK(one != other);
    CHECK(one[0] >= 200s);
    CHECK(one[0] <= 320s);
}

TEST_CASE("what is healed early is not healed again, and can be struck again") {
    std::string text = failing(R"({"kind": "heal", "failure": "failures[0]"})");
    const std::string lasts = R"("lasts": "1h")";
    text.replace(text.find(lasts), lasts.size(), R"("lasts": "3min")");
    const auto run = support::play(text);
    CHECK(times(run, "crash healed") == Times{140s});
    CHECK(failed(run) == 200);

    const std::string two = R"("failures": [)";
    text.insert(text.find(two) + two.size(),
                R"({"kind": "crash", "target": "db", "at": "6min", "lasts": "1min"}, )");
    // Now it is db that is healed, which has not failed by then.
    const auto none = support::play(text);
    CHECK(times(none, "nothing to heal") == Times{140s});
    CHECK(times(none, "crash healed") == Times{300s, 420s});
}

TEST_CASE("a rollout is rolled back while it is under way") {
    const auto run = support::play(releasing("", kRollBack));
    CHECK(times(run, "firing") == Times{95s});
    CHECK(times(run, "rollback") == Times{110s});
    CHECK(support::measure(run, "web", "rollback_time") == 50);
    CHECK(times(run, "rolled out").size() == 1);
    // The last bad instance leaves when the last good one is ready again.
    const auto& slices = support::node(run, "users").slices;
    const sim::Slice last = sim::sum_of(slices, 200, 300);
    CHECK(last.finished == last.succeeded);
    CHECK(last.finished >= 9900);
}

TEST_CASE("a rollout that is done is rolled back as one more") {
    const std::string late = R"({"kind": "roll_back", "node": "web", "after": "75s"})";
    const auto run = support::play(releasing(R"(, "max_surge": 4)", late));
    // All four came at once: rolled out at 80 s, and back at 170 s, 20 s long.
    REQUIRE(times(run, "rolled out").size() == 2);
    CHECK(times(run, "rolled out")[0] < 82s);
    CHECK(times(run, "rollback") == Times{170s});
    CHECK(times(run, "rolled out")[1] >= 190s);
    CHECK(times(run, "rolled out")[1] < 192s);
    const sim::Slice last = sim::sum_of(support::node(run, "users").slices, 200, 300);
    CHECK(last.finished == last.succeeded);
}

TEST_CASE("a switch of colours is undone at once") {
    const auto run =
        support::play(releasing(R"(, "strategy": "blue_green", "keep_old": "2min")", kRollBack));
    REQUIRE(times(run, "switched").size() == 1);
    CHECK(times(run, "rollback") == Times{110s});
    // All fail from the switch on until it is undone, and none after it.
    const sim::Slice after = sim::sum_of(support::node(run, "users").slices, 111, 300);
    CHECK(after.finished == after.succeeded);
    CHECK(failed(run) == doctest::Approx(3000).epsilon(0.05));
}

TEST_CASE("what was rolled back is not rolled back again") {
    const auto run = support::play(
        releasing("", kRollBack + R"(, {"kind": "roll_back", "node": "web", "after": "20s"})"));
    CHECK(times(run, "rollback") == Times{110s});
    CHECK(times(run, "nothing to roll back") == Times{115s});
}

TEST_CASE("an alert scales a server, which takes its time") {
    const auto run = support::play(
        failing(R"({"kind": "scale", "node": "web", "replicas": 12, "after": "1min"})"));
    CHECK(times(run, "scaled up") == Times{200s});
    CHECK(support::measure(run, "web", "replicas_last") == 12);
    CHECK(support::measure(run, "web", "scale_ups") == 1);
    // One of eleven, then of twelve, from when the new ones are ready.
    CHECK(failed(run) < 4800);
    const auto fewer = support::play(failing(R"({"kind": "scale", "node": "web", "replicas": 5})"));
    CHECK(times(fewer, "scaled down") == Times{140s});
}

TEST_CASE("without actions, rules add no event to a run") {
    const auto watched = support::play(failing(""));
    const auto alone = models::simulate(support::scenario_from(failing(""), {"alerts={}"}), {1, 0});
    CHECK(watched.fingerprint == alone.fingerprint);
    CHECK(watched.events == alone.events);
}

TEST_CASE("an action that its target cannot do is refused with its place") {
    const auto refuses = [](const std::string& action, const std::string& said) {
        const std::string problems = what_is_wrong_with(failing(action));
        CAPTURE(action);
        CAPTURE(problems);
        CHECK(problems.find(said) != std::string::npos);
        CHECK(problems.find("test.json:") != std::string::npos);
    };
    refuses(R"({"kind": "scale", "node": "db", "replicas": 2})",
            "\"db\" (database) cannot be scaled");
    refuses(R"({"kind": "scale", "node": "wbe", "replicas": 2})", "there is no node \"wbe\"");
    refuses(R"({"kind": "scale", "node": "web", "replicas": 0})", "replicas");
    refuses(R"({"kind": "scale", "node": "web"})", "replicas");
    refuses(R"({"kind": "roll_back", "node": "web"})",
            "\"web\" (server) has no rollout to roll back");
    refuses(R"({"kind": "roll_back", "node": "users"})",
            "\"users\" (open_loop) has no rollout to roll back");
    refuses(R"({"kind": "heal", "failure": "failures[1]"})", "there is no failure \"failures[1]\"");
    refuses(R"({"kind": "heal", "failure": "the crash"})", "there is no failure \"the crash\"");
    refuses(R"({"kind": "heal"})", "failure");
    refuses(R"({"kind": "reboot"})", "reboot");
    refuses(R"({"kind": "abort", "after": "-1s"})", "after");
    std::string calm = failing(R"({"kind": "abort"})");
    const std::size_t begin = calm.find(R"("failures": [)");
    calm.erase(begin, calm.find("],", begin) + 2 - begin);
    CHECK(what_is_wrong_with(calm).find("there is nothing to abort") != std::string::npos);
}
