// What every call policy must do, whoever is in the family, alone and stacked.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "models/calls/policy.h"
#include "models/spec/json_text.h"
#include "tests/support/play.h"

namespace {

namespace spec = models::spec;

std::string text_of(const models::PolicyChoice& policy) {
    return spec::compact_text(spec::Codec<models::PolicyChoice>::echo(policy));
}

// A shop whose calls to its database all go through `policies`, and whose users come for 20 s and
// then no more: in the end nobody must be left anywhere.
std::string shop(const std::string& policies, const std::string& failures = "",
                 const std::string& limit = R"("500ms")") {
    return R"({"run": {"measure": "60s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "100/s", "stages": [
            {"target": "100/s", "duration": "20s"}, {"target": "0/s", "duration": "0s"}],
            "calls": "web", "policies": [
                {"kind": "timeout", "propagates": true, "limit": )" +
           limit + R"(}]},
        "web": {"kind": "server", "cores": 4, "replicas": 2, "endpoints": {"get": [
            {"work": {"kind": "exponential", "mean": "2ms"}},
            {"call": "front", "latency": "1ms", "policies": [)" +
           policies + R"(]}]}},
        "front": {"kind": "pool", "of": "back"},
        "back": {"kind": "server", "cores": 4, "replicas": 2, "endpoints": {"get": [
            {"call": "db"}]}},
        "db": {"kind": "database", "cores": 4, "connections": 20,
               "service_time": {"kind": "exponential", "mean": "3ms"}}},
        "failures": [)" +
           failures + "]}";
}

constexpr const char* kSlow = R"({"kind": "slow", "target": "db", "factor": 1000000, "at": "5s",
                                  "lasts": "20s"})";
constexpr const char* kCrash = R"({"kind": "crash", "target": "back", "at": "5s", "lasts": "5s"})";

void check_whole(const sim::Recording& run, const std::string& what) {
    for (const sim::NodeRecord& node : run.nodes) {
        CHECK_MESSAGE(node.totals.finished() == node.totals.offered, what, ": ", node.name);
        std::uint64_t causes = 0;
        for (const std::uint64_t count : node.causes) causes += count;
        CHECK_MESSAGE(causes == node.totals.finished(), what, ": ", node.name);
        CHECK_MESSAGE(node.causes[0] == node.totals.of(sim::Outcome::succeeded), what, ": ",
                      node.name);
    }
}

// Every member alone, and each outside of each other.
std::vector<std::string> stacks() {
    std::vector<std::string> all;
    const auto members = models::Policies::each();
    for (const auto& outer : members) {
        all.push_back(text_of(outer));
        for (const auto& inner : members) all.push_back(text_of(outer) + ", " + text_of(inner));
    }
    return all;
}

}  // namespace

TEST_CASE("a policy passes calls through unharmed while nothing fails") {
    const sim::Recording plain = support::play(shop("", "", R"("1h")"));
    const auto& expected = support::node(plain, "clients");
    CHECK(expected.totals.availability() == 1);
    for (const auto& policy : models::Policies::each()) {
        // Those that limit how many calls there are may change when they happen, and those that
        // share calls how many there are; but everybody is served.
        const sim::Recording run = support::play(shop(text_of(policy), "", R"("1h")"));
        const auto& clients = support::node(run, "clients");
        CHECK_MESSAGE(clients.totals.offered == expected.totals.offered, policy.kind());
        CHECK_MESSAGE(clients.totals.of(sim::Outcome::succeeded) == expected.totals.offered,
                      policy.kind());
    }
}

TEST_CASE("whatever happens, every request ends once, at every node, and nothing is left over") {
    for (const std::string& stack : stacks()) {
        check_whole(support::play(shop(stack, kCrash)), "crash, " + stack);
        check_whole(support::play(shop(stack, kSlow)), "slow, " + stack);
    }
}

TEST_CASE("a stack of policies plays the same twice") {
    for (const std::string& stack : stacks()) {
        const std::string text = shop(stack, fmt::format("{}, {}", kCrash, kSlow));
        const auto first = support::play(text, 5).fingerprint.value();
        CHECK_MESSAGE(first == support::play(text, 5).fingerprint.value(), stack);
    }
}
