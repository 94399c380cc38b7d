// The vertical pod autoscaler against upstream's tests, and recommendations for series of samples.
#include <doctest/doctest.h>

#include <cmath>

#include "models/autoscalers/vpa/recommender.h"
#include "tests/truth/tally.h"

using namespace models::vpa;
using truth::Json;

namespace {

constexpr sim::Time kStart{std::chrono::hours(24 * 365)};

sim::Duration minutes(double count) {
    return sim::Duration(static_cast<std::int64_t>(std::llround(count * 60e9)));
}

}  // namespace

TEST_CASE("vpa: percentiles of a histogram are the ends of its buckets") {
    const Json file = truth::file("vpa.json");
    const Json& test = file.at("histogram_percentile_test");
    Histogram histogram(Buckets::linear(10, test.at("linear_bucket"), 1e-15), {});
    for (const Json& sample : test.at("samples_value_weight")) {
        histogram.add(sample[0], sample[1], kStart);
    }
    truth::Tally tally("percentiles");
    for (const Json& row : test.at("expected")) {
        tally.begin(row.dump());
        tally.same("value", histogram.percentile(row.at("p")), row.at("value").get<double>());
    }
}

TEST_CASE("vpa: margins and confidence") {
    const Json file = truth::file("vpa.json");
    truth::Tally tally("estimators");
    for (const Json& test : file.at("confidence_tests")) {
        tally.begin(test.at("source"));
        const auto base =
            static_cast<Amount>(std::llround(test.at("base_cores").get<double>() * 1000));
        Amount got = 0;
        if (test.contains("margin")) {
            got = with_margin(base, test.at("margin"));
        } else {
            const auto samples = test.at("samples").get<std::uint64_t>();
            const double apart = test.at("interval_min");
            const double interval = test.value("confidence_interval_min", 24.0 * 60);
            const Experience experience{samples, kStart,
                                        kStart + minutes(apart * static_cast<double>(samples - 1))};
            const double confidence = experience.confidence(minutes(interval));
            tally.near("confidence", confidence, test.at("confidence"), 1e-12);
            got = with_confidence(
                base, {test.at("multiplier").get<double>(), test.at("exponent").get<double>()},
                confidence);
        }
        // Upstream's test rounds the cores to four digits or fewer.
        tally.near("cores", static_cast<double>(got) / 1000, test.at("expected_cores"), 0.01);
    }
    for (const Json& row : file.at("confidence_multipliers")) {
        tally.begin(row.at("history"));
        const double confidence = row.at("confidence_days");
        constexpr Amount kBase = 1'000'000'000;
        const auto share = [&](double multiplier, double exponent) {
            return static_cast<double>(with_confidence(kBase, {multiplier, exponent}, confidence)) /
                   kBase;
        };
        tally.near("upper", share(1, 1), row.at("upper_multiplier"), 1e-6);
        tally.near("lower", share(0.001, -2), row.at("lower_multiplier"), 1e-6);
    }
}

TEST_CASE("vpa: buckets grow by 5 %") {
    const Json file = truth::file("vpa.json");
    truth::Tally tally("buckets");
    const auto compare = [&](const Json& rows, const Buckets& buckets, const char* value) {
        for (const Json& row : rows) {
            tally.begin(row.dump());
            const std::size_t bucket = buckets.find(row.at(value));
            tally.same("bucket", bucket, row.at("bucket").get<std::size_t>());
            const double end = row.at("bucket_end_reported");
            tally.near("end", buckets.start(bucket + 1), end, 1e-12 * end);
        }
    };
    compare(file.at("cpu_buckets"), cpu_buckets(), "value_cores");
    compare(file.at("memory_buckets"), memory_buckets(), "value_bytes");
}

TEST_CASE("vpa: what a container killed for memory is believed to need") {
    const Json file = truth::file("vpa.json");
    truth::Tally tally("out of memory");
    constexpr double kMegabyte = 1024.0 * 1024;
    for (const Json& row : file.at("oom_bump").at("rows")) {
        tally.begin(row.dump());
        const double got = after_oom(row.at("memory_at_oom_mb").get<double>() * kMegabyte,
                                     row.at("last_known_peak_mb").get<double>() * kMegabyte);
        tally.near("megabytes", got / kMegabyte, row.at("recorded_mb"), 1e-9);
    }
}

TEST_CASE("vpa: recommendations for series of samples") {
    const Json file = truth::file("vpa.json");
    truth::Tally tally("recommendations");
    for (const Json& test : file.at("cpu_recommendations").at("cases")) {
        tally.begin(test.at("id"));
        Recommender recommender({});
        sim::Time now = kStart;
        for (const Json& cores : test.at("cpu_cores")) {
            recommender.add_cpu(cores, 0, now);
            now += minutes(test.at("sample_interval_min"));
        }
        const auto got = recommender.recommend();
        REQUIRE(got.has_value());
        const Json& expected = test.at("expected");
        // The reference asks for no more than one thousandth of a core either way.
        tally.near("target", static_cast<double>(got->cpu.target), expected.at("target_milli"), 1);
        tally.near("lower", static_cast<double>(got->cpu.lower), expected.at("lower_milli"), 1);
        tally.near("upper", static_cast<double>(got->cpu.upper), expected.at("upper_milli"), 1);
        tally.near("confidence", recommender.experience().confidence(),
                   expected.at("confidence_days"), 1e-9);
    }
}
