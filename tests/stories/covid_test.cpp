// The two months of the COVID story, a quarter of it, and that a quarter tells of the whole. That
// no assumption is a knife edge is in covid.bats, which moves each (decision A03).
#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <string>
#include <vector>

#include "models/topology/load.h"
#include "models/topology/simulate.h"
#include "tests/support/play.h"

namespace {

using namespace std::chrono_literals;

models::Scenario month(const std::string& name, const std::vector<std::string>& sets) {
    models::ScenarioSource source;
    source.file = std::string(SPATE_SOURCE_DIR) + "/scenarios/stories/covid/" + name + ".json";
    source.sets = sets;
    models::Loaded loaded = models::load(source);
    REQUIRE_MESSAGE(loaded.scenario.has_value(), loaded.problems.render());
    return *loaded.scenario;
}

struct Outcome {
    double availability;
    double db_busy;
    double mean_s;  // of front's successes
};

Outcome play(const models::Scenario& scenario, std::uint64_t seed) {
    const sim::Recording run = models::simulate(scenario, {seed, 0});
    const sim::NodeRecord& front = support::node(run, "front");
    return {support::node(run, "learners").totals.availability(),
            support::node(run, "db").utilisation.value(), front.latency.succeeded.mean_seconds()};
}

struct Mean {
    double value;
    double variance;  // of the mean
};

template <class Figure>
Mean mean_of(const std::vector<Outcome>& runs, const Figure& figure) {
    const auto n = static_cast<double>(runs.size());
    double sum = 0;
    double squares = 0;
    for (const Outcome& run : runs) sum += figure(run);
    for (const Outcome& run : runs) squares += std::pow(figure(run) - sum / n, 2);
    return {sum / n, squares / (n - 1) / n};
}

// The t quantile of 99.9 % with four degrees of freedom or more, both sides.
constexpr double kFar = 8.6;

template <class Figure>
void check_alike(const std::vector<Outcome>& part, const std::vector<Outcome>& whole,
                 const Figure& figure) {
    const Mean one = mean_of(part, figure);
    const Mean other = mean_of(whole, figure);
    CAPTURE(one.value);
    CAPTURE(other.value);
    CHECK(std::abs(one.value - other.value) <=
          kFar * std::sqrt(one.variance + other.variance) + 1e-9);
}

}  // namespace

TEST_CASE("the monolith is healthy in February and breaks down in March") {
    const std::vector<std::string> quarter = {"run.scale=25%", "run.measure=3min"};
    CHECK(play(month("february", quarter), 1).availability >= 0.999);
    const Outcome march = play(month("march", quarter), 1);
    CHECK(march.availability < 0.5);
    CHECK(march.db_busy > 0.7);
}

TEST_CASE("a quarter of February, and of March's rush, is as the whole within its intervals") {
    for (const char* const name : {"february", "march"}) {
        CAPTURE(name);
        const std::vector<std::string> whole = {"run.measure=30s", "nodes.learners.arrive_over=0s"};
        std::vector<std::string> part = whole;
        part.emplace_back("run.scale=25%");
        std::vector<Outcome> wholes;
        std::vector<Outcome> parts;
        for (std::uint64_t seed = 1; seed <= 5; ++seed) {
            wholes.push_back(play(month(name, whole), seed));
            parts.push_back(play(month(name, part), seed));
        }
        check_alike(parts, wholes, [](const Outcome& run) { return run.availability; });
        check_alike(parts, wholes, [](const Outcome& run) { return run.db_busy; });
        check_alike(parts, wholes, [](const Outcome& run) { return run.mean_s; });
    }
}
