// A journey: what is asked for, in which order, by whom.
#include "models/clients/journey.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "models/clients/users.h"
#include "tests/support/play.h"

using support::measure;

namespace {

// A session is 1 login, then 4 rounds of watching on average (a geometric number), each of five
// segments and a page.
const std::string kLearners = R"({"run": {"measure": "2000s"}, "nodes": {
    "people": {"kind": "users", "users": 200, "think_time": "1s",
               "between_sessions": "9s",
               "calls": [{"to": "web.login", "name": "log_in"}, {"to": "web.page", "name": "browse"},
                         {"to": "web.segment", "name": "watch"}],
               "journey": {"log_in": {"next": {"browse": 1}},
                           "browse": {"think_time": "3s", "next": {"watch": 1}},
                           "watch":  {"requests": 5, "next": {"browse": 3}, "log_off": 1}}},
    "web": {"kind": "server", "cores": 64, "threads": 10000,
            "endpoints": {"login": [], "page": [], "segment": [{"wait": "0.5s"}]}}}})";

double asked(const sim::Recording& run, const std::string& endpoint) {
    const auto& parts = support::node(run, "people").splits;
    const auto part = std::ranges::find(parts, endpoint, &sim::Split::name);
    REQUIRE(part != parts.end());
    return static_cast<double>(part->totals.offered);
}

}  // namespace

TEST_CASE("a journey asks for its activities as often as its Markov chain visits them") {
    const auto run = support::play(kLearners);
    const double sessions = measure(support::node(run, "people"), "sessions_ended");
    // 1 + 4 * 3 + 4 * 5 * 1.5 - 1 + 9 = 51 s: the last segment is followed by the pause between
    // sessions instead of a thought. 7,843 sessions; four standard errors of the number of rounds
    // in one, sqrt(12), are 4 %.
    CHECK(sessions == doctest::Approx(200 * 2000 / 51.0).epsilon(0.04));
    CHECK(asked(run, "log_in") / sessions == doctest::Approx(1).epsilon(0.04));
    CHECK(asked(run, "browse") / sessions == doctest::Approx(4).epsilon(0.06));
    CHECK(asked(run, "watch") / asked(run, "browse") == doctest::Approx(5).epsilon(0.01));
}

TEST_CASE("what theory makes of a journey is the chain's closed form") {
    const auto scenario = support::scenario_from(kLearners);
    const auto& spec = *scenario.nodes.find("people")->as<models::Users::Spec>();
    const models::Journey journey(spec.journey, spec.calls, spec.think_time.build());
    const std::vector<double> visits = journey.visits();
    CHECK(visits[0] == doctest::Approx(1));
    CHECK(visits[1] == doctest::Approx(4));
    CHECK(visits[2] == doctest::Approx(4));
    // 25 requests a session, which pauses for 1 + 12 + 19 + 9 s.
    CHECK(journey.call_shares()[2] == doctest::Approx(20.0 / 25));
    CHECK(journey.mean_pause_s(9) == doctest::Approx(41.0 / 25));
}

TEST_CASE(
    "those who are there from the start are anywhere in their session; who arrives begins it") {
    // In the first second nobody who arrives is further than the login; of the others most watch.
    const auto there = support::play(kLearners, 1, {"run.measure=1s"});
    const auto arriving =
        support::play(kLearners, 1, {"run.measure=1s", "nodes.people.arrive_over=1s"});
    CHECK(asked(there, "watch") > 5 * asked(there, "log_in"));
    CHECK(asked(arriving, "log_in") > 190);
    CHECK(asked(arriving, "watch") == 0);
}

TEST_CASE("who is let down asks for the same again, and goes no further") {
    const auto run = support::play(kLearners, 1,
                                   {"run.measure=100s", "nodes.people.arrive_over=1s",
                                    "nodes.web.endpoints.page=[{\"fail\": 1}]"});
    CHECK(asked(run, "log_in") == doctest::Approx(200).epsilon(0.01));
    CHECK(asked(run, "browse") > 200 * 30);
    CHECK(asked(run, "watch") == 0);
}

TEST_CASE("a person is one identity from logging in to logging off, and then it is another") {
    // One place that a million people take in turn, an address each, in front of a limit of so many
    // requests an address: nobody gets as far as ten when sessions are of six, but one person who
    // stays does.
    const std::string text = R"({"run": {"measure": "1000s"}, "nodes": {
        "people": {"kind": "users", "users": 1, "think_time": "1s", "between_sessions": "1s",
                   "population": {"people": 1000000},
                   "calls": [{"to": "web.a", "name": "a"}, {"to": "web.b", "name": "b"}],
                   "journey": {"a": {"next": {"b": 1}}, "b": {"requests": 5}}},
        "web": {"kind": "server", "admission": [{"kind": "rate_limiter", "per": "user",
                "limiter": {"kind": "fixed_window", "limit": 10, "period": "1000s"}}],
                "endpoints": {"a": [], "b": []}}}})";
    const auto many = support::play(text);
    const auto one = support::play(text, 1, {"nodes.people.population.people=1"});
    CHECK(support::node(one, "people").totals.of(sim::Outcome::succeeded) == 10);
    // Of 166 sessions no two are by the same person, but for 1.4 %.
    const auto& totals = support::node(many, "people").totals;
    CHECK(static_cast<double>(totals.of(sim::Outcome::succeeded)) >
          0.9 * static_cast<double>(totals.offered));
}

TEST_CASE("a journey that cannot be gone is refused") {
    const auto problem = [](const std::string& set) {
        return models::load({"test.json", {}, {set}, kLearners}).problems.render();
    };
    CHECK(problem("nodes.people.journey.watch.next={\"pay\": 1}").find("no activity") !=
          std::string::npos);
    CHECK(problem("nodes.people.journey.browse.next={\"browse\": 1}")
              .find("nobody comes to \"watch\"") != std::string::npos);
    CHECK(problem("nodes.people.requests_per_session=5").find("a journey says itself") !=
          std::string::npos);
}
