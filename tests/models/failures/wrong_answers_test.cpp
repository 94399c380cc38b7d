// Wrong answers that look right: who takes them, who notices, and what becomes of them on the way.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>
#include <string>

#include "models/failures/crash.h"
#include "models/failures/failures.h"
#include "tests/support/play.h"

namespace {

using support::measure;
using support::node;
using support::play;

// One of four instances answers wrongly, in turn; what `client` says is the users'.
std::string shop_with_a_liar(const std::string& client,
                             const std::string& failure = R"("target": "web[0]")") {
    return fmt::format(R"({{"run": {{"measure": "20s"}}, "nodes": {{
        "users": {{"kind": "open_loop", "rate": "100/s", "arrivals": "constant", "calls": "front.get"{}}},
        "front": {{"kind": "server", "cores": 64, "endpoints": {{"get": [{{"call": "web.get"}}, {{"work": "1ms"}}]}}}},
        "web": {{"kind": "server", "replicas": 4, "balancer": "round_robin", "endpoints": {{"get": [{{"work": "1ms"}}]}}}}}},
        "failures": [{{"kind": "wrong_answers", {}, "at": "0s", "lasts": "1h"}}]}})",
                       client, failure);
}

}  // namespace

TEST_CASE("a wrong answer is wrong for whoever asked for it, and nobody fails or waits") {
    const auto run = play(shop_with_a_liar(""));
    // Each fourth of 2,000, but for who is under way at the end.
    CHECK(measure(run, "users", "wrong_answers") == doctest::Approx(500).epsilon(0.004));
    CHECK(node(run, "users").totals.of(sim::Outcome::failed) == 0);
    CHECK(node(run, "web").totals.of(sim::Outcome::failed) == 0);
    CHECK(node(run, "users").latency.succeeded.percentile(100) < std::chrono::milliseconds(3));
}

TEST_CASE("a share of them is drawn by the request, not by who serves it") {
    const auto wrong = [](const std::string& balancer) {
        const auto run = play(shop_with_a_liar("", R"("target": "web", "rate": "30%")"), 1,
                              {"nodes.web.balancer=" + balancer});
        return measure(run, "users", "wrong_answers");
    };
    const double first = wrong("round_robin");
    // 30 % of 2,000, give or take four standard deviations of 20.5.
    CHECK(first > 518);
    CHECK(first < 682);
    CHECK(wrong("random") == first);
}

TEST_CASE("when it heals answers are right again") {
    const auto run = play(shop_with_a_liar("", R"("target": "web")"), 1, {"failures.0.lasts=5s"});
    CHECK(measure(run, "users", "wrong_answers") == doctest::Approx(500).epsilon(0.004));
}

TEST_CASE("who verifies answers fails instead, and with a retry asks somebody else") {
    const auto verified = play(shop_with_a_liar(R"(, "policies": [{"kind": "verify"}])"));
    CHECK(measure(verified, "users", "wrong_answers") == 0);
    const sim::NodeRecord& users = node(verified, "users");
    CHECK(users.causes[static_cast<std::size_t>(models::cause::wrong_answer)] ==
          users.totals.of(sim::Outcome::failed));
    CHECK(measure(verified, "users", "wrong_answers_caught") ==
          doctest::Approx(500).epsilon(0.004));

    const auto asked_again =
        play(shop_with_a_liar(R"(, "policies": [{"kind": "retry"}, {"kind": "verify"}])"));
    CHECK(measure(asked_again, "users", "wrong_answers") == 0);
    // Three tries that met the same one of four by chance would be 1 of 64; in turn they hardly do.
    CHECK(node(asked_again, "users").totals.of(sim::Outcome::failed) < 2000 / 64);
}

TEST_CASE("a check of plausibility catches its share of them") {
    const auto run =
        play(shop_with_a_liar(R"(, "policies": [{"kind": "verify", "catches": "60%"}])"));
    const double caught = measure(run, "users", "wrong_answers_caught");
    const double taken = measure(run, "users", "wrong_answers");
    CHECK(caught + taken == doctest::Approx(500).epsilon(0.004));
    // 60 % of 500, give or take four standard deviations of 11.
    CHECK(caught > 256);
    CHECK(caught < 344);
}

TEST_CASE("what a step forgets of its call's answer it does not forget of its being wrong") {
    // In a transaction, beside another call, under a lock: the database's answers are right.
    const auto run = play(R"({"run": {"measure": "20s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "50/s", "arrivals": "constant", "calls": "web.get"},
        "web": {"kind": "server", "cores": 8, "endpoints": {"get": [
            {"transaction": "db", "steps": [{"call": "db"}]}, {"parallel": [[{"call": "db"}], [{"call": "db"}]]}]}},
        "db": {"kind": "database"}},
        "failures": [{"kind": "wrong_answers", "target": "web", "at": "0s", "lasts": "1h"}]})");
    CHECK(measure(run, "users", "wrong_answers") == doctest::Approx(1000).epsilon(0.004));
}

TEST_CASE("every class of failure has kinds, and what has a common cause is correlated") {
    std::set<std::string_view> classes;
    for (const models::FailureChoice& each : models::Failures::each()) {
        classes.insert(models::Failures::class_of(each));
    }
    CHECK(classes == std::set<std::string_view>{"crash", "omission", "timing", "byzantine",
                                                "partial", "exhaustion", "correlated"});
    models::Crash::Spec crash;
    CHECK(models::Failures::class_of(crash) == "crash");
    crash.common_cause.value = 0.1;
    CHECK(models::Failures::class_of(crash) == "correlated");
}
