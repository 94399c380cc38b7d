#include "models/spec/declaration/random_spec.h"

#include <doctest/doctest.h>

#include <set>

#include "models/spec/json/json_text.h"
#include "tests/models/spec/declaration/small_world.h"

using namespace small_world;

namespace {

// SplitMix64, so that the worlds are the same on every machine.
spec::Random random_from(std::uint64_t seed) {
    return spec::Random(
        [state = seed]() mutable {
            std::uint64_t z = state += 0x9E3779B97F4A7C15U;
            z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
            z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
            return z ^ (z >> 31U);
        },
        [](spec::Edge edge) {
            return spec::NodeRef{edge == spec::Edge::kCall ? "callee" : "sink", ""};
        });
}

}  // namespace

TEST_CASE("a random spec parses without problems after its echo, to an equal value") {
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        spec::Random random = random_from(seed);
        World world = spec::random_value<World>(random);
        const std::string text = spec::compact_text(spec::echo(world));
        const auto [again, problems] = parsed<World>(text);
        CAPTURE(seed);
        CAPTURE(text);
        REQUIRE(problems == Lines{});
        REQUIRE(spec::compact_text(spec::echo(again)) == text);
    }
}

TEST_CASE("random specs reach every kind of step, of choice and of distribution") {
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        spec::Random random = random_from(seed);
        const World world = spec::random_value<World>(random);
        seen.emplace(world.balancer.kind());
        seen.emplace(world.size.kind());
        for (const auto& [name, steps] : world.endpoints) {
            for (const Step& step : steps) seen.emplace(step.key());
        }
    }
    CHECK(seen.size() == 2 + 11 + 5);
}

TEST_CASE("the same seed gives the same spec") {
    spec::Random one = random_from(7);
    spec::Random other = random_from(7);
    CHECK(spec::echo(spec::random_value<World>(one)) ==
          spec::echo(spec::random_value<World>(other)));
}

TEST_CASE("random values keep to limits, and visit defaults and edges") {
    spec::Random random = random_from(1);
    std::set<std::int64_t> seen;
    for (int i = 0; i < 2000; ++i) {
        seen.insert(spec::Codec<int>::random(random, 0, {-5, 5}));
        const std::uint32_t above_three =
            spec::Codec<std::uint32_t>::random(random, 10, {3U, 12U, true, true});
        CHECK(above_three > 3);
        CHECK(above_three < 12);
    }
    CHECK(seen.size() == 11);
}

TEST_CASE("a random whole number of full range does not overflow") {
    spec::Random random = random_from(2);
    for (int i = 0; i < 1000; ++i) {
        spec::random_whole(random, {~std::uint64_t{0} / 2, 0, ~std::uint64_t{0}, 1});
    }
    CHECK(spec::random_whole(random, {5, 5, 5, 1}) == 5);
}
