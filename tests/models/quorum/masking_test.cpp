// Replicas that answer wrongly: newest-wins believes them, f + 1 that agree outvote f that lie
// (Malkhi and Reiter, "Byzantine quorum systems", 1998).
#include <doctest/doctest.h>
#include <fmt/core.h>

#include "tests/support/play.h"

namespace {

using support::measure;
using support::node;

// Reads and few writes of a store; one machine, or two, lie from the beginning.
std::string masked_store(const std::string& store, const std::string& liars) {
    return fmt::format(R"({{"run": {{"measure": "30s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "100/s", "arrivals": "constant", "calls": [{{"to": "store", "writes": "5%"}}],
                     "population": {{"keys": {{"kind": "uniform", "count": 1000}}}}}},
        "store": {{"kind": "quorum", "machines": 5, "service_time": "0.1ms", {}}}}},
        "failures": [{}]}})",
                       store, liars);
}

constexpr auto kUnmasked = R"("n": 5, "r": 4, "w": 4)";
constexpr auto kMasked = R"("n": 5, "r": 4, "w": 4, "liars": 1)";
constexpr auto kOneLies =
    R"({"kind": "wrong_answers", "target": "store[0]", "at": "0s", "lasts": "1h"})";
constexpr auto kTwoLie =
    R"({"kind": "wrong_answers", "target": "store", "instances": 2, "at": "0s", "lasts": "1h"})";

std::string problem_of_mask(const std::string& store) {
    const models::Loaded loaded = models::load({"test.json", {}, {}, masked_store(store, "")});
    if (loaded.scenario) return "none";
    REQUIRE(loaded.problems.count() == 1);
    const models::spec::Problem problem = loaded.problems.sorted().front();
    return problem.pointer + ": " + problem.message + " | " + problem.hint;
}

}  // namespace

TEST_CASE("a replica that lies is believed by the newest-wins of a quorum") {
    const auto run = support::play(masked_store(kUnmasked, kOneLies));
    // Of 2,850 reads those to which it is among the first four answers.
    CHECK(measure(run, "clients", "wrong_answers") > 1000);
    CHECK(node(run, "clients").totals.of(sim::Outcome::failed) == 0);
}

TEST_CASE("one liar of five is outvoted by readers that ask two to agree") {
    const auto run = support::play(masked_store(kMasked, kOneLies));
    CHECK(measure(run, "clients", "wrong_answers") == 0);
    CHECK(measure(run, "store", "outvoted_answers") > 1000);
    CHECK(measure(run, "store", "stale_reads") == 0);
}

TEST_CASE("without a liar the mask costs nothing but its larger quorums") {
    const auto run = support::play(masked_store(kMasked, ""));
    CHECK(measure(run, "clients", "wrong_answers") == 0);
    CHECK(measure(run, "store", "stale_reads") == 0);
    CHECK(node(run, "clients").totals.of(sim::Outcome::failed) == 0);
}

TEST_CASE("two that lie, each its own lie, are not believed but may leave too few that agree") {
    const auto run = support::play(masked_store(kMasked, kTwoLie));
    CHECK(measure(run, "clients", "wrong_answers") == 0);
}

TEST_CASE("a mask that its quorums do not bear is refused") {
    CHECK(problem_of_mask(R"("n": 5, "r": 3, "w": 4, "liars": 1)") ==
          "/nodes/store/liars: reads with R = 3 and writes with W = 4 have 2 of 5 copies in "
          "common at least, and 1 that lie need 3 | raise \"r\" and \"w\": of five copies four "
          "each bear one");
    CHECK(problem_of_mask(kMasked) == "none");
}
