// Bodies that are sent over an instance's network card.
#include <doctest/doctest.h>

#include <string>

#include "tests/support/play.h"

namespace {

// A second of a card of 8 Mbit/s is a body of 1 MB.
const std::string kDownloads = R"({"run": {"measure": "100s"}, "nodes": {
    "c": {"kind": "loops", "concurrency": 1, "calls": "front.file"},
    "front": {"kind": "pool", "of": "web"},
    "web": {"kind": "server", "threads": 100, "endpoints": {"file": [{"send": "1MB"}]}}},
    "network": {"regions": {"here": {"zones": ["a"]}}, "same_zone": {"bandwidth": "8Mbit/s"},
                "placement": {"front": ["a"], "web": ["a"]}}})";

double mean_s(const sim::Recording& run, const std::string& node) {
    return support::node(run, node).latency.succeeded.mean().count() / 1e9;
}

}  // namespace

TEST_CASE("a body takes its bytes over the bandwidth, and those of several share it") {
    const auto one = support::play(kDownloads);
    CHECK(mean_s(one, "c") == doctest::Approx(1).epsilon(0.001));
    CHECK(support::measure(one, "c", "bytes_received") == doctest::Approx(1e8).epsilon(0.011));
    const auto ten = support::play(kDownloads, 1, {"nodes.c.concurrency=10"});
    CHECK(mean_s(ten, "c") == doctest::Approx(10).epsilon(0.02));
}

TEST_CASE("what is sent holds its thread until it is through") {
    const auto run =
        support::play(kDownloads, 1, {"nodes.c.concurrency=10", "nodes.web.threads=1"});
    // The first ten come at once, and wait for 0 to 9 s less than the others: 45 s of 100 bodies.
    CHECK(mean_s(run, "c") == doctest::Approx(9.55).epsilon(0.01));
    CHECK(mean_s(run, "web") > 9);
}

TEST_CASE("a server that is asked for more than its network card carries runs out of memory") {
    const std::string memory = "nodes.web.memory_per_request=100MB";
    const std::vector<std::string> rush = {"nodes.c.concurrency=60", memory};
    CHECK(support::measure(support::play(kDownloads, 1, rush), "web", "out_of_memory") > 0);
    CHECK(support::measure(support::play(kDownloads, 1, {"nodes.c.concurrency=10", memory}), "web",
                           "out_of_memory") == 0);
}

TEST_CASE("without a network a body takes no time") {
    const auto run = support::play(
        kDownloads, 1,
        {"network=null", "nodes.web.endpoints.file=[{\"wait\": \"1s\"}, {\"send\": \"1MB\"}]"});
    CHECK(mean_s(run, "c") == doctest::Approx(1).epsilon(0.001));
}

TEST_CASE("a body that a branch of its own would send is refused") {
    const auto problem =
        models::load({"test.json",
                      {},
                      {"nodes.web.endpoints.file=[{\"async\": [{\"send\": \"1MB\"}]}]"},
                      kDownloads})
            .problems.render();
    CHECK(problem.find("no part of the visit itself") != std::string::npos);
}
