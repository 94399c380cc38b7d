#include "sim/rng.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/fingerprint.h"
#include "tests/support/statistics.h"

using sim::Draws;
using sim::request_key;
using sim::Seed;
using sim::stream_key;

namespace {

// 10^-4, one-sided, in standard deviations. Both sides: a count that is too even is no chance
// either.
constexpr double kBound = 3.72;

using Source = std::function<std::uint64_t()>;

// The orders in which a simulation sees draws.
struct View {
    std::string name;
    Source source;
};

std::vector<View> views() {
    return {
        {"one stream", [draws = Draws(0)]() mutable { return draws.next(); }},
        {"streams of keys 1, 2, ... 1000 in turn",
         [streams = std::vector<Draws>(), turn = std::size_t{0}]() mutable {
             if (streams.empty())
                 for (std::uint64_t key = 1; key <= 1000; ++key) streams.emplace_back(key);
             return streams[turn++ % streams.size()].next();
         }},
        {"the first draw of keys 1, 2, 3, ...",
         [key = std::uint64_t{0}]() mutable { return Draws(++key).next(); }},
        {"the first draw of requests 0, 1, 2, ...",
         [number = std::uint64_t{0}]() mutable { return Draws(request_key(7, number++)).next(); }},
        {"the first draw of every 16th request, as the third of a zone's servers sees it",
         [number = std::uint64_t{3}]() mutable {
             return Draws(request_key(stream_key({1, 0}, "web", "work"), number += 16)).next();
         }},
        {"three draws of each request in turn",
         [number = std::uint64_t{0}, turn = 0, draws = Draws(0)]() mutable {
             if (turn++ % 3 == 0) draws = Draws(request_key(99, number++));
             return draws.next();
         }},
        {"one request number under streams 0, 1, 2, ...",
         [stream = std::uint64_t{0}]() mutable { return Draws(request_key(stream++, 5)).next(); }},
        {"the first draw of replications 0, 1, 2, ...",
         [replication = std::uint64_t{0}]() mutable {
             return Draws(stream_key({1, replication++}, "clients", "arrivals")).next();
         }},
        {"the high half of a draw and the low half of the next",
         [draws = Draws(11)]() mutable {
             const std::uint64_t high = draws.next() >> 32;
             return high << 32 | (draws.next() & 0xffffffff);
         }},
    };
}

double correlation(const std::vector<double>& values, std::size_t lag) {
    double sum = 0;
    for (std::size_t i = 0; i + lag < values.size(); ++i)
        sum += (values[i] - 0.5) * (values[i + lag] - 0.5);
    return sum * 12 / std::sqrt(static_cast<double>(values.size() - lag));  // in sigmas
}

}  // namespace

TEST_CASE("every byte of a draw is uniform, however draws are put together") {
    for (View& view : views()) {
        CAPTURE(view.name);
        std::array<std::array<std::uint64_t, 256>, 8> counts{};
        for (int i = 0; i < 200'000; ++i) {
            std::uint64_t word = view.source();
            for (auto& byte : counts) {
                ++byte[word & 255];
                word >>= 8;
            }
        }
        for (const auto& byte : counts) {
            CHECK(support::chi_square_sigmas(byte) < kBound);
            CHECK(support::chi_square_sigmas(byte) > -kBound);
        }
    }
}

TEST_CASE("every bit is set half of the time and flips half of the time") {
    constexpr int kBlocks = 200'000;
    for (View& view : views()) {
        CAPTURE(view.name);
        std::array<double, 64> set{}, flipped{};
        std::uint64_t last = view.source();
        for (int i = 0; i < kBlocks; ++i) {
            const std::uint64_t word = view.source();
            for (std::size_t bit = 0; bit < 64; ++bit) {
                set[bit] += static_cast<double>(word >> bit & 1);
                flipped[bit] += static_cast<double>((word ^ last) >> bit & 1);
            }
            last = word;
        }
        // 128 binomials a view: 4.5 sigma each is 10^-3 for all of them.
        const double sigma = std::sqrt(kBlocks) / 2;
        for (std::size_t bit = 0; bit < 64; ++bit) {
            CHECK(std::abs(set[bit] - kBlocks / 2) < 4.5 * sigma);
            CHECK(std::abs(flipped[bit] - kBlocks / 2) < 4.5 * sigma);
        }
    }
}

TEST_CASE("neighbouring draws are not correlated, and fill a square and a cube evenly") {
    for (View& view : views()) {
        CAPTURE(view.name);
        std::vector<double> values;
        std::vector<std::uint64_t> square(64 * 64), cube(16 * 16 * 16);
        for (int i = 0; i < 100'000; ++i) {
            const std::uint64_t a = view.source(), b = view.source(), c = view.source();
            for (const std::uint64_t word : {a, b, c})
                values.push_back(static_cast<double>(word >> 11) * 0x1p-53);
            ++square[a >> 58 << 6 | b >> 58];
            ++cube[a >> 60 << 8 | b >> 60 << 4 | c >> 60];
        }
        for (const std::size_t lag : {1u, 2u, 3u, 16u, 1000u})
            CHECK(std::abs(correlation(values, lag)) < 4.2);
        CHECK(std::abs(support::chi_square_sigmas(square)) < kBound);
        CHECK(std::abs(support::chi_square_sigmas(cube)) < kBound);
    }
}

// Runs up and down: n draws have (2n - 1) / 3 of them on average, with variance (16n - 29) / 90.
TEST_CASE("there are as many runs up and down as there should be") {
    constexpr double kBlocks = 300'000;
    for (View& view : views()) {
        CAPTURE(view.name);
        std::uint64_t before = view.source(), last = view.source();
        double runs = 1;
        for (int i = 2; i < kBlocks; ++i) {
            const std::uint64_t word = view.source();
            if ((word > last) != (last > before)) ++runs;
            before = last;
            last = word;
        }
        const double sigma = std::sqrt((16 * kBlocks - 29) / 90);
        CHECK(std::abs(runs - (2 * kBlocks - 1) / 3) < 4.2 * sigma);
    }
}

// Marsaglia: 2^12 birthdays in a year of 2^32 days; the number of equal spacings is Poisson with
// mean 2^36 / 2^34 = 4. Summed over 256 years: 1024, sigma 32.
TEST_CASE("birthday spacings: as many are equal as there should be") {
    for (View& view : views()) {
        CAPTURE(view.name);
        for (const int shift : {0, 32}) {
            std::uint64_t equal = 0;
            for (int year = 0; year < 256; ++year) {
                std::vector<std::uint32_t> days;
                for (int i = 0; i < 4096; ++i)
                    days.push_back(static_cast<std::uint32_t>(view.source() >> shift));
                std::ranges::sort(days);
                for (std::size_t i = days.size() - 1; i > 0; --i) days[i] -= days[i - 1];
                std::ranges::sort(days);
                for (std::size_t i = 1; i < days.size(); ++i) equal += days[i] == days[i - 1];
            }
            CHECK(std::abs(static_cast<double>(equal) - 1024) < 4.2 * 32);
        }
    }
}

TEST_CASE("gaps between draws below 1/16 are geometric") {
    std::vector<double> expected;
    for (int i = 0; i < 128; ++i) expected.push_back(std::pow(15.0 / 16, i) / 16);
    expected.push_back(std::pow(15.0 / 16, 128));
    for (View& view : views()) {
        CAPTURE(view.name);
        std::vector<std::uint64_t> gaps(expected.size());
        std::size_t gap = 0;
        for (int i = 0; i < 500'000; ++i) {
            if (view.source() >> 60 != 0) {
                ++gap;
                continue;
            }
            ++gaps[std::min(gap, gaps.size() - 1)];
            gap = 0;
        }
        CHECK(std::abs(support::chi_square_sigmas(gaps, expected)) < kBound);
    }
}

TEST_CASE("a key one bit away gives draws that have half of their bits in common") {
    for (int bit = 0; bit < 64; ++bit) {
        CAPTURE(bit);
        double different = 0;
        for (std::uint64_t key = 0; key < 2000; ++key) {
            const std::uint64_t other = key ^ std::uint64_t{1} << bit;
            different += std::popcount(Draws(request_key(3, key)).next() ^
                                       Draws(request_key(3, other)).next());
        }
        // Half of the keys meet in pairs, for the lowest bits: twice the variance.
        CHECK(std::abs(different / 2000 - 32) < 4.2 * std::sqrt(2 * 16.0 / 2000));
    }
}

TEST_CASE("uniform and uniform_open stay inside their limits and fill them") {
    Draws draws(1);
    std::vector<double> closed, open;
    for (int i = 0; i < 200'000; ++i) {
        closed.push_back(draws.uniform());
        open.push_back(draws.uniform_open());
    }
    for (const auto& values : {closed, open}) {
        CHECK(support::kolmogorov_smirnov(values, [](double x) { return x; }) < 2.23);
        CHECK(std::ranges::min(values) >= 0);
        CHECK(std::ranges::max(values) < 1);
    }
    CHECK(std::ranges::min(open) > 0);
    // The last of all draws is below 1 with 52 bits and a half; with 53 it would not be.
    CHECK((static_cast<double>(~std::uint64_t{0} >> 12) + 0.5) * 0x1p-52 < 1);
}

TEST_CASE("below(n) gives each of n numbers equally often") {
    Draws draws(2);
    for (const std::uint64_t n : {1u, 2u, 3u, 7u, 10u, 1000u}) {
        CAPTURE(n);
        std::vector<std::uint64_t> counts(n);
        for (int i = 0; i < 200'000; ++i) ++counts.at(draws.below(n));
        if (n > 1) CHECK(std::abs(support::chi_square_sigmas(counts)) < kBound);
    }
}

// With n = 3 * 2^62 the multiplication alone would give every third number twice as often.
TEST_CASE("below(n) is unbiased where a plain multiplication is not") {
    Draws draws(3);
    const std::uint64_t n = 3 * (std::uint64_t{1} << 62);
    std::array<std::uint64_t, 3> counts{};
    for (int i = 0; i < 300'000; ++i) ++counts[draws.below(n) % 3];
    CHECK(std::abs(support::chi_square_sigmas(counts)) < kBound);
}

TEST_CASE("chance is never for 0, always for 1 and p in between") {
    Draws draws(4);
    int hits = 0;
    for (int i = 0; i < 200'000; ++i) {
        CHECK_FALSE(draws.chance(0));
        CHECK(draws.chance(1));
        hits += draws.chance(0.1);
    }
    CHECK(std::abs(hits - 20'000) < 4.2 * std::sqrt(200'000 * 0.09));
}

TEST_CASE("a stream depends on every part of its name and on nothing else") {
    std::vector<std::uint64_t> keys;
    for (const std::uint64_t run : {0u, 1u, 2u})
        for (const std::uint64_t replication : {0u, 1u, 2u})
            for (const char* path : {"", "a", "ab", "web/1", "web/2"})
                for (const char* purpose : {"", "c", "bc", "b", "arrivals", "demand"})
                    keys.push_back(stream_key({run, replication}, path, purpose));
    std::ranges::sort(keys);
    CHECK(std::ranges::adjacent_find(keys) == keys.end());
    CHECK(stream_key({1, 2}, "web", "work") == stream_key({1, 2}, "web", "work"));
    CHECK(stream_key({1, 2}, "a", "b") != stream_key({2, 1}, "a", "b"));
    CHECK(stream_key({1, 2}, "a", "b") != stream_key({1, 2}, "b", "a"));
}

TEST_CASE("requests of a stream have different keys") {
    std::vector<std::uint64_t> keys;
    for (std::uint64_t number = 0; number < 1'000'000; ++number)
        keys.push_back(request_key(5, number));
    std::ranges::sort(keys);
    CHECK(std::ranges::adjacent_find(keys) == keys.end());
}

TEST_CASE("draws are the same in every build") {
    sim::Fingerprint words, reals;
    Draws draws(stream_key(Seed{42, 3}, "web/1", "demand"));
    for (int i = 0; i < 100'000; ++i) {
        words.add(draws.next());
        words.add(draws.below(1000));
        for (const double real : {draws.uniform(), draws.exponential(), draws.normal()})
            reals.add(std::bit_cast<std::uint64_t>(real));
    }
    CHECK(words.hex() == "56f338c69fc64acf");
    CHECK(reals.hex() == "7fa5bbe47a6b4235");
}
