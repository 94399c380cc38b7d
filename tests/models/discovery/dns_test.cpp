// Names that are resolved at run time: whose answer it is, how long it is kept, and what it costs.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

struct NamePlan {
    std::string name{};  // what else is said of the name
    std::string records = R"({"to": "old"}, {"to": "new", "weight": 0})";
    std::string clients = R"("rate": "400/s", "population": {"people": 400})";
    std::string measure = "120s";
    std::string more{};
};

std::string system_of(const NamePlan& plan) {
    return fmt::format(R"({{"run": {{"measure": "{}"}}, "nodes": {{
        "users": {{"kind": "open_loop", {}, "calls": "shop.get"}},
        "shop": {{"kind": "dns", "records": [{}] {}}},
        "old": {{"kind": "server", "cores": 8, "endpoints": {{"other": [], "get": [{{"wait": "5ms"}}]}}}},
        "new": {{"kind": "server", "cores": 8, "endpoints": {{"get": [{{"wait": "5ms"}}]}}}}}} {}}})",
                       plan.measure, plan.clients, plan.records, plan.name, plan.more);
}

double offered(const sim::Recording& run, const std::string& name) {
    return static_cast<double>(node(run, name).totals.offered);
}

// Share of a second's requests that failed.
double failing(const sim::Recording& run, std::size_t second) {
    const sim::Slice& slice = node(run, "users").slices[second];
    return 1 - static_cast<double>(slice.succeeded) / static_cast<double>(slice.finished);
}

double failing(const sim::Recording& run, std::size_t from, std::size_t to) {
    double sum = 0;
    for (std::size_t second = from; second < to; ++second) sum += failing(run, second);
    return sum / static_cast<double>(to - from);
}

constexpr const char* kWithdrawn =
    R"(, "ttl": "60s", "warm": true, "changes": [{"at": "10s", "weights": [0, 1]}])";
constexpr const char* kDeadFromThen =
    R"(, "failures": [{"kind": "crash", "target": "old", "at": "10s",
    "lasts": "1h"}])";

}  // namespace

TEST_CASE("shares follow the weights, and the first of an endpoint's name is found at each node") {
    const double share_of_old = 0.75;
    NamePlan plan;
    plan.records = R"({"to": "old", "weight": 3}, {"to": "new", "weight": 1})";
    plan.clients = R"("rate": "200/s")";  // everybody is somebody else: a lookup each
    const sim::Recording run = play(system_of(plan));
    const double all = offered(run, "users");
    CHECK(measure(run, "shop", "lookups") == all);
    // Four deviations of a draw by weight each.
    const double deviation = std::sqrt(share_of_old * (1 - share_of_old) / all);
    CHECK(std::abs(offered(run, "old") / all - share_of_old) < 4 * deviation);
    CHECK(offered(run, "old") + offered(run, "new") == all);
    CHECK(node(run, "users").totals.of(sim::Outcome::succeeded) == all);
}

TEST_CASE("round robin answers in turn") {
    NamePlan plan;
    plan.records = R"({"to": "old"}, {"to": "new"})";
    plan.name = R"(, "policy": "round_robin")";
    plan.clients = R"("rate": "100/s", "arrivals": "constant")";
    const sim::Recording run = play(system_of(plan));
    CHECK(std::abs(offered(run, "old") - offered(run, "new")) <= 1);
}

TEST_CASE("after a record is withdrawn failing traffic decays linearly over one TTL") {
    NamePlan plan;
    plan.name = kWithdrawn;
    plan.more = kDeadFromThen;
    const sim::Recording run = play(system_of(plan), 3);
    CHECK(failing(run, 0, 10) == 0);
    // Users with an answer each and a request a second: those whose answer is over wait for about a
    // second of the 60, and a share of 400 users varies by 0.025 at most.
    for (const std::size_t after : {1u, 15u, 30u, 45u, 55u}) {
        CAPTURE(after);
        const double expected = 1 - static_cast<double>(after) / 60;
        CHECK(std::abs(failing(run, 10 + after - 1, 10 + after + 1) - expected) < 0.1);
    }
    CHECK(failing(run, 71, 120) == 0);
    const double all_failed =
        static_cast<double>(node(run, "users").totals.of(sim::Outcome::failed));
    CHECK(all_failed == doctest::Approx(400 * 60 / 2).epsilon(0.12));
}

TEST_CASE("who ignores the TTL goes on calling who is gone") {
    NamePlan plan;
    plan.name = std::string(kWithdrawn) + R"(, "ttl_override": {"share": "20%", "ttl": "1h"})";
    plan.more = kDeadFromThen;
    const sim::Recording run = play(system_of(plan), 3);
    // A share of 400 users: four deviations are 8 points.
    CHECK(std::abs(failing(run, 80, 120) - 0.2) < 0.08);
}

TEST_CASE("a cold request pays the way to the name server and back, and warm ones nothing") {
    NamePlan plan;
    plan.clients = R"("rate": "1/s", "arrivals": "constant", "population": {"people": 1})";
    plan.name = R"(, "ttl": "10s", "latency": "20ms")";
    plan.measure = "100s";
    const sim::Recording run = play(system_of(plan));
    const auto& latency = node(run, "users").latency.succeeded;
    CHECK(sim::seconds(latency.min()) == doctest::Approx(0.005));
    CHECK(sim::seconds(latency.max()) == doctest::Approx(0.045));
    // An answer that came 40 ms after its request is fresh for the ten requests after it.
    const double lookups = std::ceil(offered(run, "users") / 11);
    CHECK(measure(run, "shop", "lookups") == lookups);
}

TEST_CASE("on a network a lookup goes over its links, and a call straight to the record's node") {
    NamePlan plan;
    plan.clients = R"("rate": "1/s", "arrivals": "constant", "population": {"people": 1})";
    plan.measure = "20s";
    plan.more = R"(, "network": {"regions": {"eu": {"zones": ["eu-a"]}, "us": {"zones": ["us-a"]}},
        "pairs": {"users": {"eu-a": {"latency": "10ms"}, "us-a": {"latency": "40ms"}}},
        "placement": {"shop": ["us-a"], "old": ["eu-a"], "new": ["eu-a"]}})";
    const auto latency = node(play(system_of(plan)), "users").latency.succeeded;
    CHECK(sim::seconds(latency.min()) == doctest::Approx(0.025));
    CHECK(sim::seconds(latency.max()) == doctest::Approx(0.105));
}

TEST_CASE("that there is no record is kept for the negative TTL") {
    NamePlan plan;
    plan.clients = R"("rate": "1/s", "arrivals": "constant", "population": {"people": 1})";
    plan.measure = "60s";
    plan.name = R"(, "ttl": "1s", "negative_ttl": "20s",
        "changes": [{"at": "10500ms", "weights": [0, 0]}, {"at": "11500ms", "weights": [1, 0]}])";
    const sim::Recording run = play(system_of(plan));
    // From the request at 11 s on to the one before 31 s.
    CHECK(node(run, "users").totals.of(sim::Outcome::failed) == 20);
    CHECK(measure(run, "shop", "unresolved") == 20);
}

TEST_CASE("while no name server is up cached answers go on, and lookups fail") {
    NamePlan plan;
    plan.clients = R"("rate": "400/s", "population": {"people": 400})";
    plan.name = R"(, "ttl": "60s", "warm": true)";
    plan.more =
        R"(, "failures": [{"kind": "crash", "target": "shop", "at": "10s", "lasts": "30s"}])";
    const sim::Recording run = play(system_of(plan), 5);
    CHECK(failing(run, 0, 10) == 0);
    // Half of the answers are over at 30 s after it.
    CHECK(std::abs(failing(run, 38, 40) - 0.5) < 0.12);
    CHECK(failing(run, 40, 120) == 0);
    plan.more =
        R"(, "failures": [{"kind": "crash", "target": "shop[0]", "at": "10s", "lasts": "30s"}])";
    CHECK(node(play(system_of(plan), 5), "users").totals.of(sim::Outcome::failed) == 0);
}

TEST_CASE("instances of a server have a resolver each, whoever their users are") {
    const sim::Recording run = play(R"({"run": {"measure": "50s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "100/s", "calls": "app.get"},
        "app": {"kind": "server", "replicas": 3, "cores": 4, "endpoints": {"get": [{"call": "shop.get"}]}},
        "shop": {"kind": "dns", "records": [{"to": "db.get"}], "ttl": "60s"},
        "db": {"kind": "server", "cores": 8, "endpoints": {"get": [{"wait": "1ms"}]}}}})");
    CHECK(measure(run, "shop", "lookups") == 3);
}

TEST_CASE("users who share a resolver share its answers") {
    NamePlan plan;
    plan.name = R"(, "ttl": "600s", "resolvers": 7)";
    CHECK(measure(play(system_of(plan)), "shop", "lookups") == 7);
}
