// Whom failures strike, when, and what each does.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tests/support/incidents.h"
#include "tests/support/play.h"

namespace {

using support::node;
using support::play;
using support::told;

// Instances of a server with a pool in front of them, and a user every 10 ms.
std::string shop(const std::string& failures, const std::string& web = R"("replicas": 10)",
                 const std::string& client = "", const std::string& steps = R"({"work": "1ms"})") {
    return fmt::format(R"({{"run": {{"measure": "20s"}}, "nodes": {{
        "users": {{"kind": "open_loop", "rate": "100/s", "arrivals": "constant", "calls": "front.get"{}}},
        "front": {{"kind": "pool", "of": "web", "balancer": "round_robin"}},
        "web": {{"kind": "server", {}, "endpoints": {{"get": [{}]}}}}}},
        "failures": [{}]}})",
                       client, web, steps, failures);
}

std::vector<std::string> struck(const std::string& aim, const std::string& web) {
    const auto run =
        play(shop(R"({"kind": "crash", "at": "5s", "lasts": "1s", )" + aim + "}", web));
    CHECK(told(run, "crash") == told(run, "crash healed"));
    return told(run, "crash");
}

std::string problem_with(const std::string& text) {
    const models::Loaded loaded = models::load({"test.json", {}, {}, text});
    if (loaded.scenario) return "none";
    REQUIRE(loaded.problems.count() == 1);
    const models::spec::Problem problem = loaded.problems.sorted().front();
    CHECK(problem.place.line > 0);
    return problem.pointer + ": " + problem.message + " | " + problem.hint;
}

std::string problem_of(const std::string& failure, const std::string& web = R"("replicas": 4)") {
    return problem_with(shop("{" + failure + R"(, "at": "5s"})", web));
}

}  // namespace

// --- whom ---

TEST_CASE("a failure is aimed at all, so many, one by its name, a share, a zone") {
    using Lines = std::vector<std::string>;
    const std::string ten = R"("replicas": 10, "zones": 3)";
    CHECK(struck(R"("target": "web")", ten) == Lines{"web: 10 of 10 instances"});
    CHECK(struck(R"("target": "web", "instances": 2)", ten) == Lines{"web: 2 of 10 instances"});
    CHECK(struck(R"("target": "web[3]")", ten) == Lines{"web[3]: 1 of 10 instances"});
    CHECK(struck(R"("target": "web", "share": "30%")", ten) == Lines{"web: 3 of 10 instances"});
    CHECK(struck(R"("target": "web", "share": "31%")", ten) == Lines{"web: 4 of 10 instances"});
    CHECK(struck(R"("target": "web", "zone": 0)", ten) == Lines{"web: 4 of 10 instances, zone 0"});
    CHECK(struck(R"("target": "web", "zone": "2", "share": 0.5)", ten) ==
          Lines{"web: 2 of 10 instances, zone 2"});
}

TEST_CASE("the instance that is named is the one that has no requests meanwhile") {
    const auto run = play(shop(
        R"({"kind": "crash", "target": "web[3]", "at": "0s", "lasts": "1h"})", R"("replicas": 5)"));
    // Round robin: each fifth request is refused, and only those.
    CHECK(node(run, "users").totals.of(sim::Outcome::failed) == 400);
}

TEST_CASE("a role is who has it when it strikes") {
    const auto run = play(R"({"run": {"measure": "60s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "50/s", "calls": [{"to": "redis", "writes": "100%"}]},
        "redis": {"kind": "redis", "masters": 1, "replicas": 2, "sentinels": 3, "down_after": "2s"}},
        "failures": [
            {"kind": "crash", "target": "redis", "role": "master", "at": "10s", "lasts": "40s"},
            {"kind": "crash", "target": "redis", "role": "master", "at": "20s", "lasts": "30s"},
            {"kind": "crash", "target": "redis", "role": "replica", "instances": 1, "at": "52s", "lasts": "1s"}]})");
    CHECK(told(run, "promoted").size() == 2);  // the first, and then the one that was promoted
    CHECK(told(run, "crash").back() == "redis: 1 of 3 instances, replica");
}

TEST_CASE("a zone takes what stands in it: servers by number, clusters with their pods, no other") {
    const auto run = play(R"({"run": {"measure": "20s"}, "nodes": {
        "of_web": {"kind": "open_loop", "rate": "100/s", "calls": "web.get"},
        "of_app": {"kind": "open_loop", "rate": "100/s", "calls": "app.get"},
        "of_far": {"kind": "open_loop", "rate": "100/s", "calls": "far.get"},
        "web": {"kind": "server", "replicas": 1, "cluster": "k8s", "endpoints": {"get": [{"work": "1ms"}]}},
        "app": {"kind": "server", "replicas": 4, "zones": 2, "balancer": "round_robin", "endpoints": {"get": [{"work": "1ms"}]}},
        "far": {"kind": "server", "replicas": 4, "endpoints": {"get": [{"call": "db"}]}},
        "db": {"kind": "database"},
        "k8s": {"kind": "cluster", "machines": [{"zone": "0"}]}},
        "failures": [{"kind": "zone_outage", "zone": 0, "at": "5s", "lasts": "10s"}]})");
    CHECK(told(run, "zone_outage") == std::vector<std::string>{"zone 0: 3 of 5 instances"});
    CHECK(node(run, "of_far").totals.availability() == 1);
    CHECK(node(run, "of_app").totals.availability() < 0.99);
    // Half of the time, as the only machine is gone.
    CHECK(node(run, "of_web").totals.availability() == doctest::Approx(0.5).epsilon(0.1));
}

TEST_CASE("with a network everything stands somewhere, and its zone takes it") {
    const auto run = play(R"({"run": {"measure": "20s"},
        "network": {"regions": {"eu": {"zones": ["a", "b", "c"]}},
                    "placement": {"web": ["a", "b"], "db": ["b"], "other": ["c"]}},
        "nodes": {
        "of_web": {"kind": "open_loop", "rate": "100/s", "calls": "web.get"},
        "of_db": {"kind": "open_loop", "rate": "100/s", "calls": "db"},
        "of_other": {"kind": "open_loop", "rate": "100/s", "calls": "other"},
        "web": {"kind": "server", "replicas": 4, "balancer": "round_robin", "endpoints": {"get": [{"work": "1ms"}]}},
        "db": {"kind": "database"},
        "other": {"kind": "database"}},
        "failures": [{"kind": "zone_outage", "zone": "b", "at": "5s", "lasts": "10s"}]})");
    CHECK(told(run, "zone_outage") == std::vector<std::string>{"zone b: 3 of 5 instances"});
    CHECK(node(run, "of_other").totals.availability() == 1);
    CHECK(node(run, "of_db").totals.availability() == doctest::Approx(0.5).epsilon(0.1));
    CHECK(node(run, "of_web").totals.availability() == doctest::Approx(0.75).epsilon(0.1));
}

TEST_CASE("a region takes its zones, and can be all that a failure is about") {
    const auto two_regions = [](const std::string& failure) {
        return play(R"({"run": {"measure": "20s"},
            "network": {"regions": {"eu": {"zones": ["a", "b"]}, "us": {"zones": ["c"]}},
                        "placement": {"web": ["a", "b", "c"], "db": ["a"]}},
            "nodes": {
            "users": {"kind": "open_loop", "rate": "300/s", "arrivals": "constant", "calls": "web.get"},
            "of_db": {"kind": "open_loop", "rate": "100/s", "arrivals": "constant", "calls": "db"},
            "web": {"kind": "server", "replicas": 6, "balancer": "round_robin", "endpoints": {"get": [{"work": "1ms"}]}},
            "db": {"kind": "database"}},
            "failures": [)" +
                    failure + R"(, "at": "5s", "lasts": "10s"}]})");
    };
    const auto dark = two_regions(R"({"kind": "region_outage", "region": "eu")");
    CHECK(told(dark, "region_outage") == std::vector<std::string>{"region eu: 5 of 7 instances"});
    // Two thirds of ten seconds, and what was under way: each request takes 1 ms.
    CHECK(node(dark, "users").totals.of(sim::Outcome::failed) ==
          doctest::Approx(2000).epsilon(0.002));
    CHECK(node(dark, "of_db").totals.of(sim::Outcome::failed) ==
          doctest::Approx(1000).epsilon(0.002));
    const auto some = two_regions(R"({"kind": "crash", "target": "web", "region": "eu")");
    CHECK(told(some, "crash") == std::vector<std::string>{"web: 4 of 6 instances, region eu"});
    CHECK(node(some, "of_db").totals.availability() == 1);
    const auto one =
        two_regions(R"({"kind": "crash", "target": "web", "region": "eu", "zone": "b")");
    CHECK(told(one, "crash") ==
          std::vector<std::string>{"web: 2 of 6 instances, zone b, region eu"});
}

// --- when ---

TEST_CASE("a failure on a condition strikes once, when it first holds at one of its looks") {
    const auto when = [](const std::string& condition) {
        // One more request a second each second: 1 s in the shop, so that many are there.
        const auto run = play(R"({"run": {"measure": "60s"}, "nodes": {
            "users": {"kind": "open_loop", "rate": "0/s", "stages": [{"target": "60/s", "duration": "60s"}],
                      "arrivals": "constant", "calls": "web.get"},
            "web": {"kind": "server", "replicas": 2, "endpoints": {"get": [{"wait": "1s"}, {"work": "10ms"}]}}},
            "failures": [{"kind": "slow", "target": "web", "factor": 2, "at": "7s", "lasts": "1s"},
                         {"kind": "slow", "target": "web", "factor": 2, "lasts": "2s", )" +
                              condition + "}]}");
        std::vector<double> times;
        for (const sim::Incident& each : run.incidents) {
            if (each.what == "slow")
                times.push_back(std::round(1000 * sim::seconds(each.at.time_since_epoch())) / 1000);
        }
        times.erase(std::ranges::find(times, 7.0));
        return times;
    };
    using Seconds = std::vector<double>;
    // t - 0.5 requests came in the second before t, and some are at work.
    CHECK(when(R"("when": "web.in_flight > 30")") == Seconds{31});
    CHECK(when(R"("when": "web.in_flight > 30", "every": "7s")") == Seconds{35});
    CHECK(when(R"("when": "web.in_flight > 30", "at": "40.5s")") == Seconds{40.5});
    CHECK(when(R"("when": "web.in_flight > 100")") == Seconds{});
    CHECK(when(R"("when": "failures[0].age >= 5s")") == Seconds{12});
    CHECK(when(R"("when": "failures[0].age >= 5s and web.in_flight >= 20")") == Seconds{21});
    CHECK(when(R"("when": "web.up < 2")") == Seconds{});
    CHECK(when(R"("when": "web.up <= 2")") == Seconds{0});
    // t x 10 ms of two cores: 25 % at 50 a second.
    const Seconds busy = when(R"("when": "web.cpu_in_use > 24.5%")");
    REQUIRE(busy.size() == 1);
    CHECK(busy.front() >= 50);
    CHECK(busy.front() <= 53);
}

TEST_CASE("a failure that waits for another strikes as often as the run, in every run the same") {
    const std::string text = shop(R"(
        {"kind": "crash", "target": "web[0]", "when": "web.in_flight >= 0", "at": "5s", "lasts": "1s"},
        {"kind": "crash", "target": "web[1]", "when": "failures[0].age > 0s", "every": "100ms", "lasts": "1s"},
        {"kind": "crash", "target": "web[2]", "when": "failures[1].age > 0s", "every": "100ms", "lasts": "1s"})");
    const auto run = play(text);
    CHECK(told(run, "crash").size() == 3);
    CHECK(run.fingerprint == play(text).fingerprint);
}

// --- what ---

TEST_CASE("who hangs answers nobody, and then works off what has come") {
    const std::string hang = R"({"kind": "hang", "target": "web", "at": "5s", "lasts": "2s"})";
    for (const std::string steps : {R"({"work": "1ms"})", R"({"wait": "0s"})"}) {
        const auto patient = play(shop(hang, R"("replicas": 1)", "", steps));
        CHECK(node(patient, "users").totals.of(sim::Outcome::succeeded) ==
              node(patient, "users").totals.finished());
        // The first of 200 waits for all of the 2 s, and shares the core with 1 ms of each then.
        CHECK(sim::seconds(node(patient, "users").latency.succeeded.max()) > 1.98);
        CHECK(sim::seconds(node(patient, "users").latency.succeeded.max()) < 2.25);
        // All but those of the last 100 ms; and those who meet the 200 ms of work of the others.
        const auto hasty =
            play(shop(hang, R"("replicas": 1)",
                      R"(, "policies": [{"kind": "timeout", "limit": "100ms"}])", steps));
        const auto late = node(hasty, "users").totals.of(sim::Outcome::timed_out);
        CHECK(late >= 189);
        CHECK(late <= 225);
    }
}

TEST_CASE("who hangs has threads and a line as before: more is rejected") {
    const auto run = play(shop(R"({"kind": "hang", "target": "web", "at": "5s", "lasts": "2s"})",
                               R"("replicas": 1, "threads": 10, "accept_queue": 20)"));
    CHECK(node(run, "users").totals.of(sim::Outcome::rejected) >= 168);
    CHECK(node(run, "users").totals.of(sim::Outcome::rejected) <= 172);
}

TEST_CASE("a crash ends what hangs") {
    const auto run = play(shop(R"({"kind": "hang", "target": "web", "at": "5s", "lasts": "4s"},
                     {"kind": "crash", "target": "web", "at": "6s", "lasts": "1s"})",
                               R"("replicas": 1)"));
    // A second's requests are reset, the next second's are refused; the rest waits.
    CHECK(node(run, "users").totals.of(sim::Outcome::failed) >= 199);
    CHECK(node(run, "users").totals.of(sim::Outcome::failed) <= 201);
}

TEST_CASE("errors are drawn by the request, not by who serves it") {
    const auto failed = [](const std::string& balancer) {
        const auto run =
            play(shop(R"({"kind": "errors", "target": "web", "rate": "30%", "cause": "unavailable",
                     "at": "0s", "lasts": "1h"})"),
                 1, {"nodes.front.balancer=" + balancer});
        const sim::NodeRecord& users = node(run, "users");
        CHECK(users.causes[static_cast<std::size_t>(models::cause::unavailable)] ==
              users.totals.of(sim::Outcome::failed));
        return users.totals.of(sim::Outcome::failed);
    };
    const auto first = failed("round_robin");
    // 30 % of 2,000, give or take four standard deviations of 20.5.
    CHECK(first > 518);
    CHECK(first < 682);
    CHECK(failed("random") == first);
}

TEST_CASE("latency is added to each request, and two failures add up") {
    const std::string one =
        R"({"kind": "latency", "target": "web", "time": "40ms", "at": "0s", "lasts": "1h"})";
    const auto mean = [](const std::string& failures) {
        const sim::Recording run = play(shop(failures));
        return node(run, "users").latency.succeeded.mean_seconds() * 1000;
    };
    CHECK(mean(one) == doctest::Approx(41).epsilon(0.001));
    CHECK(mean(one + ", " + one) == doctest::Approx(81).epsilon(0.001));
}

// --- bad input ---

TEST_CASE("a failure that cannot strike is one problem, with what can be said instead") {
    CHECK(problem_of(R"("kind": "partition", "target": "web", "lasts": "1s")") ==
          "/failures/0/kind: \"web\" (server) cannot have this failure: partition | "
          "it can have: crash, slow, hang, errors, latency, kill, wrong_answers, memory_stress");
    CHECK(problem_of(R"("kind": "crash", "target": "wep", "lasts": "1s")") ==
          "/failures/0/target: there is no node \"wep\" | did you mean \"web\"?");
    CHECK(problem_of(R"("kind": "crash", "target": "web[4]", "lasts": "1s")") ==
          "/failures/0/target: there is no instance web[4] | there are web[0] to web[3]");
    CHECK(problem_of(R"("kind": "crash", "target": "web", "zone": "b", "lasts": "1s")") ==
          "/failures/0/zone: \"web\" stands in no zone | give a server \"zones\", or the machines "
          "of a cluster a \"zone\"");
    CHECK(problem_of(R"("kind": "crash", "target": "web", "zone": "b", "lasts": "1s")",
                     R"("replicas": 4, "zones": 2)") ==
          "/failures/0/zone: no instance of \"web\" stands in zone \"b\" | its zones are 0, 1");
    CHECK(problem_of(R"("kind": "zone_outage", "zone": 7, "lasts": "1s")",
                     R"("replicas": 2, "zones": 3)")
              .starts_with("/failures/0/zone: nothing stands in zone \"7\" | "));
    CHECK(problem_of(R"("kind": "crash", "target": "web", "role": "primary", "lasts": "1s")") ==
          "/failures/0/role: no instance of \"web\" has the role \"primary\" | its instances are "
          "all alike");
    CHECK(problem_of(R"("kind": "crash", "target": "web", "share": "130%", "lasts": "1s")")
              .starts_with("/failures/0/share: "));
    CHECK(problem_of(R"("kind": "crash", "target": "front", "lasts": "1s")") ==
          "/failures/0/target: \"front\" has no instances that could fail | these have: web");
    CHECK(problem_of(R"("kind": "crash", "target": "web")")
              .starts_with("/failures/0: how long does it last? | "));
    CHECK(problem_of(R"("kind": "slow", "target": "web", "factor": 1, "lasts": "1s")")
              .starts_with("/failures/0/factor: must be above 1"));
}

TEST_CASE("a failure that would come after the end of the run is warned of") {
    const models::Loaded loaded = models::load({"test.json", {}, {}, R"({"run": {"measure": "5s"},
        "nodes": {"users": {"kind": "open_loop", "rate": "1/s", "calls": "web.get"},
                  "web": {"kind": "server", "endpoints": {"get": [{"work": "1ms"}]}}},
        "failures": [{"kind": "crash", "target": "web", "at": "9s", "lasts": "1s"}]})"});
    REQUIRE(loaded.scenario);
    CHECK(std::ranges::count(loaded.warnings,
                             "failure 0 (crash) would strike after the end of the run") == 1);
}

TEST_CASE("of what has so many and never more, more cannot fail") {
    const auto store = [](const std::string& number) {
        return problem_with(R"({"nodes": {
            "users": {"kind": "open_loop", "rate": "1/s", "calls": "store"},
            "store": {"kind": "quorum", "machines": 3}},
            "failures": [{"kind": "crash", "target": "store", "lasts": "1s", "instances": )" +
                            number + "}]}");
    };
    CHECK(store("3") == "none");
    CHECK(store("4") ==
          "/failures/0/instances: \"store\" has no 4 instances | it has 3; leave it out to strike "
          "all");
}

TEST_CASE("a condition asks for what is there, and for failures before it") {
    const auto refusal = [](const std::string& when) {
        return problem_of(R"("kind": "crash", "target": "web", "lasts": "1s", "when": ")" + when +
                          "\"");
    };
    CHECK(refusal("wbe.up < 2") ==
          "/failures/0/when: there is no node \"wbe\" | did you mean \"web\"?");
    CHECK(refusal("web.in_fligth > 2") ==
          "/failures/0/when: \"web\" has no figure \"in_fligth\" to look at | did you mean "
          "\"in_flight\"?");
    CHECK(refusal("users.up > 2") ==
          "/failures/0/when: \"users\" has no figure \"up\" to look at | it has: in_flight");
    CHECK(refusal("failures[0].age > 2s") ==
          "/failures/0/when: failures[0] is not before this one | this is the first: name a node's "
          "figure");
    for (const char* wrong :
         {"", "web", "web.up", "web.up = 2", "web.up < many", "web.up < 2 or web.up > 3",
          "failures[0].up > 1", "web.up < 2 and "}) {
        CAPTURE(wrong);
        CHECK(refusal(wrong).starts_with("/failures/0/when: not a condition | write "));
    }
    CHECK(
        problem_of(R"("kind": "crash", "target": "web", "when": "web.up < 2", "time_to_fail": "9s",
                        "time_to_repair": "1s")")
            .starts_with("/failures/0/when: it strikes when something is so, or at random"));
}

TEST_CASE("what needs no core cannot be slowed") {
    CHECK(problem_with(shop(R"({"kind": "slow", "target": "web", "lasts": "1s"})",
                            R"("replicas": 1)", "", R"({"wait": "5ms"})"))
              .starts_with("/failures/0/kind: \"web\" (server) cannot have"));
}
