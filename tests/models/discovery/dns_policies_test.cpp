// Which record answers whom: by place, by order, and by whether anybody is there.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

struct NamedWorld {
    std::string name;  // policy, records and what else is said of it
    std::string failures{};
    std::string measure = "60s";
};

// Two sites and two cities: the one is 10 ms from the first and 40 ms from the second, the other 30
// and 20. Each city sends 50 requests a second, and each of these looks up.
std::string world_of(const NamedWorld& world) {
    return fmt::format(R"({{"run": {{"measure": "{}"}},
        "network": {{"regions": {{"east": {{"zones": ["e"]}}, "west": {{"zones": ["w"]}}}},
            "users": ["one", "other"],
            "pairs": {{"one": {{"e": {{"latency": "10ms"}}, "w": {{"latency": "40ms"}}}},
                       "other": {{"e": {{"latency": "30ms"}}, "w": {{"latency": "20ms"}}}}}},
            "placement": {{"near": ["one"], "far": ["other"], "a": ["e"], "b": ["w"]}}}},
        "nodes": {{
            "near": {{"kind": "open_loop", "rate": "50/s", "calls": "shop.get"}},
            "far":  {{"kind": "open_loop", "rate": "50/s", "calls": "shop.get"}},
            "shop": {{"kind": "dns", "ttl": "1s", "latency": "1us", {}}},
            "a": {{"kind": "server", "cores": 4, "endpoints": {{"get": []}}}},
            "b": {{"kind": "server", "cores": 4, "endpoints": {{"get": []}}}}}},
        "failures": [{}]}})",
                       world.measure, world.name, world.failures);
}

double most_ms(const sim::Recording& run, const std::string& name) {
    return sim::milliseconds(node(run, name).latency.succeeded.max());
}
double requests_to(const sim::Recording& run, const std::string& name) {
    return static_cast<double>(node(run, name).totals.offered);
}
double failures_of(const sim::Recording& run, const std::string& name, std::size_t from,
                   std::size_t to) {
    double sum = 0;
    const auto& slices = node(run, name).slices;
    for (std::size_t each = from; each < to; ++each) {
        sum += static_cast<double>(slices[each].finished - slices[each].succeeded);
    }
    return sum;
}

constexpr const char* kCrash = R"({"kind": "crash", "target": "a", "at": "10s", "lasts": "25s"})";

}  // namespace

TEST_CASE("by latency each goes to the nearest, and to the next while that is withdrawn") {
    NamedWorld world{R"("policy": "latency", "records": [{"to": "a"}, {"to": "b"}])"};
    const sim::Recording quiet = play(world_of(world));
    CHECK(most_ms(quiet, "near") == doctest::Approx(20).epsilon(0.02));
    CHECK(most_ms(quiet, "far") == doctest::Approx(40).epsilon(0.02));
    CHECK(requests_to(quiet, "near") - requests_to(quiet, "a") <= 1);  // under way at the end

    world.name += R"(, "health_check": {"interval": "2s", "threshold": 3})";
    world.failures = kCrash;
    const sim::Recording run = play(world_of(world));
    CHECK(measure(run, "shop", "withdrawals") == 1);
    CHECK(failures_of(run, "far", 0, 60) == 0);
    // Three probes 2 s apart: withdrawn 4 to 6 s after the crash.
    CHECK(failures_of(run, "near", 10, 14) > 150);
    CHECK(failures_of(run, "near", 17, 60) == 0);
    CHECK(most_ms(run, "near") == doctest::Approx(80).epsilon(0.02));
    // Back after three probes that pass.
    const auto& slices = node(run, "b").slices;
    CHECK(slices[30].arrived > 60);
    CHECK(slices[50].arrived < 80);
}

TEST_CASE("failover answers the first that is healthy") {
    NamedWorld world{R"("policy": "failover", "records": [{"to": "a"}, {"to": "b"}],
        "health_check": {"interval": "2s", "threshold": 2, "request": true})"};
    const double probes = 30;
    const sim::Recording quiet = play(world_of(world));
    CHECK(requests_to(quiet, "b") == probes);
    world.failures = kCrash;
    const sim::Recording run = play(world_of(world));
    CHECK(failures_of(run, "near", 15, 60) + failures_of(run, "far", 15, 60) == 0);
    CHECK(node(run, "b").slices[20].arrived > 60);
    CHECK(node(run, "b").slices[50].arrived <= 1);
}

TEST_CASE("while nobody is healthy all are answered") {
    NamedWorld world{R"("policy": "weighted", "records": [{"to": "a"}],
        "health_check": {"interval": "1s", "threshold": 1})"};
    world.failures = kCrash;
    const sim::Recording run = play(world_of(world));
    CHECK(measure(run, "shop", "unresolved") == 0);
    CHECK(failures_of(run, "near", 12, 34) > 1000);
    CHECK(failures_of(run, "near", 35, 60) == 0);
}

TEST_CASE("by geography each gets what names its place, or what names none, or nothing") {
    NamedWorld world{
        R"("policy": "geo", "records": [{"to": "a", "regions": ["other"]}, {"to": "b"}])"};
    const sim::Recording run = play(world_of(world));
    CHECK(most_ms(run, "far") == doctest::Approx(60).epsilon(0.02));
    CHECK(most_ms(run, "near") == doctest::Approx(80).epsilon(0.02));

    world.name = R"("policy": "geo", "records": [{"to": "a", "regions": ["other"]}])";
    const sim::Recording alone = play(world_of(world));
    CHECK(node(alone, "near").totals.of(sim::Outcome::succeeded) == 0);
    CHECK(measure(alone, "shop", "unresolved") == requests_to(alone, "near"));
}
