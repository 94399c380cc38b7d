#include "reports/measures.h"

#include <doctest/doctest.h>

#include <cmath>

namespace reports {

namespace {

using namespace std::chrono_literals;
using sim::Merge;

constexpr sim::Figure row(Merge merge) {
    return {"x", sim::Unit::count, merge, "Something that is counted."};
}

double merged(Merge merge, std::initializer_list<double> values) {
    const sim::Figure figure = row(merge);
    MergedMeasures all;
    for (const double value : values) {
        const sim::Measure one{"x", "", value, &figure, nullptr};
        all.add({&one, 1});
    }
    return all.finish().front().value;
}

}  // namespace

TEST_CASE("replications merge as it is declared: counts add up, peaks are the highest") {
    CHECK(merged(Merge::sum, {4, 5, 6}) == 15);
    CHECK(merged(Merge::mean, {4, 5, 6}) == 5);
    CHECK(merged(Merge::peak, {4, 6, 5}) == 6);
    CHECK(merged(Merge::least, {5, 4, 6}) == 4);
    CHECK(merged(Merge::last, {4, 5, 9}) == 6);
}

TEST_CASE("a replication that has no value is left out, and none at all is none") {
    const double none = std::nan("");
    CHECK(merged(Merge::mean, {none, 4, 6}) == 5);
    CHECK(merged(Merge::least, {none, 4, 6}) == 4);
    CHECK(merged(Merge::sum, {4, none}) == 4);
    CHECK(std::isnan(merged(Merge::mean, {none, none})));
}

TEST_CASE("distributions merge by their buckets, percentiles are of all values") {
    const sim::Figure figure = row(Merge::distribution);
    MergedMeasures all;
    for (int replication = 0; replication < 2; ++replication) {
        auto values = std::make_shared<sim::Histogram>();
        values->record_n(replication == 0 ? 1ms : 101ms, replication == 0 ? 99 : 1);
        const sim::Measure one{"wait", "s", values->mean_seconds(), &figure, values};
        all.add({&one, 1});
    }
    const sim::Measure both = all.finish().front();
    CHECK(both.spread->count() == 100);
    CHECK(both.value == doctest::Approx(0.002));  // (99 * 1 ms + 101 ms) / 100
    CHECK(sim::seconds(both.spread->percentile(99)) == doctest::Approx(0.001).epsilon(0.001));
    CHECK(both.spread->max() == 101ms);
}

}  // namespace reports
