#include "sim/histogram.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/distribution.h"
#include "sim/hdr_encoding.h"
#include "tests/support/batch.h"

using sim::Distribution;
using sim::Draws;
using sim::Duration;
using sim::Histogram;
using namespace std::chrono_literals;

namespace {

std::vector<Distribution> latencies() {
    return {Distribution::constant(0.01), Distribution::uniform({0, 3e-6}),
            Distribution::exponential(0.005), Distribution::lognormal({.mean = 0.1, .p99 = 1}),
            Distribution::pareto(Distribution::Pareto{1e-4, 0.7})};
}

std::vector<Duration> sample(const Distribution& latency, std::uint64_t seed, int size) {
    Draws draws(seed);
    std::vector<Duration> values;
    for (int i = 0; i < size; ++i) values.push_back(latency.sample_duration(draws));
    return values;
}

Histogram record(const std::vector<Duration>& values) {
    Histogram histogram;
    for (const Duration value : values) histogram.record(value);
    return histogram;
}

// The counts alone, which is what the HDR format keeps.
std::vector<std::int64_t> buckets(const Histogram& histogram) {
    std::vector<std::int64_t> flat;
    histogram.for_each_bucket([&](Duration lowest, Duration highest, std::uint64_t count) {
        flat.push_back(lowest.count());
        flat.push_back(highest.count());
        flat.push_back(static_cast<std::int64_t>(count));
    });
    return flat;
}

}  // namespace

TEST_CASE("an empty histogram is zero everywhere and small") {
    const Histogram empty;
    CHECK(empty.count() == 0);
    CHECK(empty.min() == 0ns);
    CHECK(empty.max() == 0ns);
    CHECK(empty.mean() == 0ns);
    CHECK(empty.percentile(99) == 0ns);
    CHECK(empty.count_up_to(1s) == 0);
    CHECK(empty == Histogram());
    CHECK(sizeof(Histogram) <= 96);
}

TEST_CASE("count, sum, minimum and maximum are exact") {
    for (const Distribution& latency : latencies()) {
        const auto values = sample(latency, 1, 20'000);
        const Histogram histogram = record(values);
        sim::Uint128 sum = 0;
        for (const Duration value : values) sum += static_cast<std::uint64_t>(value.count());
        CHECK(histogram.count() == values.size());
        CHECK((histogram.sum_nanoseconds() == sum));
        CHECK(histogram.min() == std::ranges::min(values));
        CHECK(histogram.max() == std::ranges::max(values));
        const double mean = static_cast<double>(sum) / static_cast<double>(values.size());
        CHECK(histogram.mean_seconds() == doctest::Approx(mean * 1e-9).epsilon(1e-14));
    }
}

// Of n values the percentile p is the ceil(p n / 100)-th smallest.
TEST_CASE("a percentile is within 10^-3 of the exact order statistic, and not below it") {
    for (const Distribution& latency : latencies()) {
        for (const int size : {1, 2, 10, 1000, 20'000}) {
            auto values = sample(latency, 2, size);
            const Histogram histogram = record(values);
            std::ranges::sort(values);
            for (const int permille : {1, 10, 250, 500, 900, 950, 990, 999, 1000}) {
                CAPTURE(permille);
                CAPTURE(size);
                const int rank = (permille * size + 999) / 1000;
                const auto exact =
                    static_cast<double>(values[static_cast<std::size_t>(rank - 1)].count());
                const auto found =
                    static_cast<double>(histogram.percentile(permille / 10.0).count());
                CHECK(found >= exact);
                CHECK(found <= exact * 1.001);
            }
        }
    }
}

TEST_CASE("percentiles of constant latency are that latency, and 0 and 100 % the ends") {
    Histogram histogram;
    histogram.record_n(10ms, 1000);
    for (const double percent : {0.0, 50.0, 99.9, 100.0})
        CHECK(histogram.percentile(percent) == 10ms);
    histogram.record(3s);
    CHECK(histogram.percentile(100) == 3s);
    CHECK(histogram.percentile(0) == 10ms);
}

TEST_CASE("99.9 % of 1000 values is the 999th in spite of rounding") {
    Histogram histogram;
    for (int i = 1; i <= 1000; ++i) histogram.record(Duration(i));
    CHECK(histogram.percentile(99.9) == 999ns);
    CHECK(histogram.percentile(55) == 550ns);
    CHECK(histogram.percentile(99.91) == 1000ns);
}

TEST_CASE("buckets cover every value without gap or overlap, 10^-3 wide") {
    CHECK(Histogram::lowest_in(0) == 0ns);
    for (std::uint32_t bucket = 0; bucket <= Histogram::bucket_of(INT64_MAX); ++bucket) {
        const Duration lowest = Histogram::lowest_in(bucket),
                       highest = Histogram::highest_in(bucket);
        REQUIRE(Histogram::bucket_of(static_cast<std::uint64_t>(lowest.count())) == bucket);
        REQUIRE(Histogram::bucket_of(static_cast<std::uint64_t>(highest.count())) == bucket);
        REQUIRE((highest - lowest).count() <= lowest.count() / 1024);
        if (highest < Duration::max())
            REQUIRE(Histogram::lowest_in(bucket + 1) == highest + Duration(1));
    }
}

TEST_CASE("merging is recording together, in any order and grouping") {
    const auto all = latencies();
    Histogram together, forward, backward;
    std::vector<Histogram> parts;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto values = sample(all[i], i, 5000);
        for (const Duration value : values) together.record(value);
        parts.push_back(record(values));
    }
    parts.emplace_back();
    for (const Histogram& part : parts) forward.merge(part);
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
        Histogram grown = *part;
        grown.merge(backward);
        backward = grown;
    }
    CHECK(forward == together);
    CHECK(backward == together);
    CHECK(buckets(forward) == buckets(together));

    Histogram doubled = together;
    doubled.merge(doubled);
    CHECK(doubled.count() == 2 * together.count());
}

TEST_CASE("record_n is recording n times; no times is nothing") {
    Histogram once, often;
    for (int i = 0; i < 1000; ++i) once.record(123us);
    often.record_n(123us, 1000);
    often.record_n(5s, 0);
    CHECK(once == often);
    often.record(1ns);
    CHECK_FALSE(once == often);
}

TEST_CASE("recording many at once is recording them one after another, in any grouping") {
    for (const Distribution& latency : latencies()) {
        const std::vector<Duration> values = sample(latency, 5, 1000);
        Histogram together;
        for (std::size_t at = 0, size = 0; at < values.size(); at += size, ++size) {
            const auto first = values.begin() + static_cast<std::ptrdiff_t>(at);
            const std::size_t count = std::min(size, values.size() - at);
            together.record(support::batch_of({first, first + static_cast<std::ptrdiff_t>(count)}));
        }
        CHECK(together == record(values));
    }
}

TEST_CASE("the extremes of int64 fit") {
    Histogram histogram;
    histogram.record_n(Duration::max(), 1'000'000);
    histogram.record(0ns);
    CHECK(histogram.max() == Duration::max());
    CHECK(histogram.min() == 0ns);
    CHECK(histogram.percentile(50) == Duration::max());
    CHECK(histogram.mean_seconds() == doctest::Approx(9.223372e9).epsilon(1e-5));
}

TEST_CASE("count_up_to counts whole buckets") {
    Histogram histogram;
    for (int i = 1; i <= 2000; ++i) histogram.record(Duration(i));
    CHECK(histogram.count_up_to(0ns) == 0);
    CHECK(histogram.count_up_to(1000ns) == 1000);
    CHECK(histogram.count_up_to(1h) == 2000);
    CHECK(histogram.count_up_to(-1ns) == 0);
}

TEST_CASE("HDR encoding keeps every count") {
    for (const Distribution& latency : latencies()) {
        const Histogram histogram = record(sample(latency, 3, 10'000));
        const auto decoded = sim::hdr_decode(sim::hdr_encode(histogram));
        REQUIRE(decoded.has_value());
        CHECK(buckets(*decoded) == buckets(histogram));
        CHECK(decoded->mean_seconds() == doctest::Approx(histogram.mean_seconds()).epsilon(1e-3));
        CHECK(sim::hdr_encode(*decoded) == sim::hdr_encode(histogram));
    }
    Histogram large;
    large.record_n(Duration::max(), std::uint64_t{1} << 62);
    large.record_n(1ns, 300);
    const auto decoded = sim::hdr_decode(sim::hdr_encode(large));
    REQUIRE(decoded.has_value());
    CHECK(buckets(*decoded) == buckets(large));
    CHECK(sim::hdr_decode(sim::hdr_encode(Histogram())) == Histogram());
}

// From the format: cookie, 3 bytes of counts, 3 digits, 1, 3, 1.0; then -1 (empty bucket 0), 2, 1.
TEST_CASE("HDR encoding, byte by byte") {
    Histogram histogram;
    histogram.record_n(1ns, 2);
    histogram.record(2ns);
    const sim::ByteString expected = {0x1c, 0x84, 0x93, 0x13, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0,
                                      3,    0,    0,    0,    0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0,
                                      0,    2,    0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 1, 4, 2};
    CHECK(sim::hdr_encode(histogram) == expected);
    CHECK(sim::hdr_encode_base64(histogram).starts_with("HISTFAAA"));
}

TEST_CASE("decoding refuses what is not a whole V2 histogram of ours") {
    const sim::ByteString good = sim::hdr_encode(record(sample(latencies()[2], 4, 100)));
    for (std::size_t size = 0; size < good.size(); ++size)
        CHECK_FALSE(sim::hdr_decode(std::span(good).first(size)).has_value());
    for (const std::size_t place : {0u, 3u, 7u, 11u, 15u, 23u}) {
        sim::ByteString wrong = good;
        wrong[place] ^= 1;
        CHECK_FALSE(sim::hdr_decode(wrong).has_value());
    }
    // A run of empty buckets far beyond the last, and a number that never ends.
    for (const std::vector<std::uint8_t>& counts :
         {std::vector<std::uint8_t>{255, 255, 255, 255, 255, 255, 255, 255, 255, 2},
          std::vector<std::uint8_t>{255, 255, 255}}) {
        sim::ByteString wrong(good.begin(), good.begin() + 40);
        wrong[6] = 0;
        wrong[7] = static_cast<std::uint8_t>(counts.size());
        wrong.insert(wrong.end(), counts.begin(), counts.end());
        CHECK_FALSE(sim::hdr_decode(wrong).has_value());
    }
    // Any flipped byte is either refused or read as some histogram; sanitizers watch.
    for (std::size_t place = 0; place < good.size(); ++place) {
        sim::ByteString wrong = good;
        wrong[place] ^= 0x81;
        (void)sim::hdr_decode(wrong);
    }
}
