#include "reports/statistics/warm_up.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>

#include "sim/rng.h"

using namespace reports;

namespace {

// A ramp down to 1 over the first `length` values, then 1 for ever.
std::vector<double> ramp(std::size_t length, std::size_t all) {
    std::vector<double> values(all, 1);
    for (std::size_t i = 0; i < length; ++i) {
        values[i] = 1 + 10.0 * static_cast<double>(length - i) / static_cast<double>(length);
    }
    return values;
}

// By the definition, each cut by itself: sum (Z_i - mean)^2 / (m - d)^2.
std::size_t by_definition(const std::vector<double>& values) {
    std::vector<double> batches;
    for (std::size_t i = 0; i + 5 <= values.size(); i += 5) {
        batches.push_back(
            (values[i] + values[i + 1] + values[i + 2] + values[i + 3] + values[i + 4]) / 5);
    }
    std::size_t best = 0;
    double least = 1e300;
    for (std::size_t cut = 0; cut + 5 <= batches.size(); ++cut) {
        const auto left = static_cast<double>(batches.size() - cut);
        double mean = 0;
        for (std::size_t i = cut; i < batches.size(); ++i) mean += batches[i] / left;
        double squares = 0;
        for (std::size_t i = cut; i < batches.size(); ++i) {
            squares += (batches[i] - mean) * (batches[i] - mean);
        }
        if (squares / (left * left) < least) {
            least = squares / (left * left);
            best = cut;
        }
    }
    return best * 5;
}

std::vector<double> noise(std::uint64_t seed, std::size_t count) {
    sim::Draws draws(sim::request_key(seed, 0));
    std::vector<double> values;
    for (std::size_t i = 0; i < count; ++i) values.push_back(draws.normal());
    return values;
}

}  // namespace

TEST_CASE("a series that is typical from the start is not cut") {
    const auto truncation = mser5(std::vector<double>(200, 3.0));
    REQUIRE(truncation);
    CHECK(truncation->cut == 0);
    CHECK(truncation->settled);
}

TEST_CASE("a ramp is cut exactly where it ends, to the batch") {
    for (const std::size_t length : {5u, 30u, 50u, 95u}) {
        CAPTURE(length);
        const auto truncation = mser5(ramp(length, 400));
        REQUIRE(truncation);
        CHECK(truncation->cut == length);
        CHECK(truncation->settled);
    }
    // A batch that is half of the ramp is cut, too.
    CHECK(mser5(ramp(33, 400))->cut == 35);
}

TEST_CASE("what changes until the end never settles") {
    CHECK_FALSE(mser5(ramp(390, 400))->settled);
    std::vector<double> growing;
    for (int i = 0; i < 400; ++i) growing.push_back(i);
    CHECK_FALSE(mser5(growing)->settled);
}

TEST_CASE("too few observations say nothing") {
    CHECK_FALSE(mser5({}));
    CHECK_FALSE(mser5(std::vector<double>(99, 1.0)));
    CHECK(mser5(std::vector<double>(100, 1.0)));
}

TEST_CASE("the running sums are those of the definition") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        std::vector<double> values = noise(seed, 300);
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] += 5 * std::exp(-static_cast<double>(i) / static_cast<double>(1 + seed));
        }
        REQUIRE(mser5(values)->cut == by_definition(values));
    }
}

// White, Cobb and Spratt (2000) find the like: a shift of several standard deviations is found
// nearly always, and pure noise is hardly cut.
TEST_CASE("a shifted beginning in noise is found, and noise alone is left alone") {
    std::size_t found = 0;
    double cut_of_noise = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        std::vector<double> values = noise(seed, 1000);
        cut_of_noise += static_cast<double>(mser5(values)->cut) / 200;
        for (std::size_t i = 0; i < 100; ++i) values[i] += 6;
        const std::size_t cut = mser5(values)->cut;
        if (cut >= 100 && cut <= 500) ++found;
    }
    // Batches of 20 are six standard deviations of their means off; of the rest, few cuts run away.
    CHECK(found >= 190);
    CHECK(cut_of_noise < 100);
}

TEST_CASE("the latency over time is that of what users saw, and empty slices repeat") {
    using namespace std::chrono_literals;
    sim::Recording recording;
    recording.slice = 1s;
    recording.simulated = 4s;
    sim::NodeRecord users;
    users.is_client = true;
    users.slices = {{2, 2, 2, 0, 0, 0, 1.0}, {}, {1, 1, 1, 0, 0, 0, 0.25}};
    sim::NodeRecord web;
    web.slices = {{2, 2, 2, 0, 0, 0, 100.0}};
    recording.nodes = {users, web};
    CHECK(latency_over_time(recording) == std::vector<double>{0.5, 0.5, 0.25, 0.25});
    CHECK_FALSE(warm_up_of(recording));
}
