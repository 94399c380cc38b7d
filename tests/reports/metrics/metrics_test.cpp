#include "reports/metrics/metrics.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "reports/metrics/rules_test.h"
#include "sim/recorder.h"

using namespace std::chrono_literals;
using reports::MetricFamily;
using reports::Metrics;

namespace {

// A client, and a service with two endpoints, of which one fails; both come and go each second.
sim::Recording shop(sim::Duration slice = 1s) {
    sim::Scheduler scheduler;
    sim::Recorder recorder(scheduler, slice);
    sim::Meter& users = recorder.add_node("users \"of\" the\\shop", "open_loop");
    users.record().is_client = true;
    sim::Meter& web = recorder.add_node("web", "server");
    web.split_by_endpoint({"page", "order"});
    recorder.measure_from(sim::Time(2s));
    sim::Timeline& replicas = web.timeline("replicas", "");
    for (int second = 0; second < 10; ++second) {
        scheduler.run_until(sim::Time(second * 1s));
        replicas.set(scheduler.now(), second);
        const bool fails = second % 2 == 1;
        const auto outcome = fails ? sim::Outcome::failed : sim::Outcome::succeeded;
        const sim::Time arrived = scheduler.now();
        const auto part = web.part_of(fails ? 1 : 0);
        users.arrived(arrived);
        web.arrived(arrived);
        web.arrived_in(part, arrived);
        scheduler.run_until(arrived + (fails ? 200ms : 2ms));
        web.left(arrived, outcome, sim::Cause::none);
        web.left_in(part, arrived, outcome);
        users.left(arrived, outcome, sim::Cause::none);
    }
    scheduler.run_until(sim::Time(10s));
    return recorder.finish({1, 0});
}

const MetricFamily& family(const Metrics& metrics, std::string_view name) {
    const auto found = std::ranges::find(metrics.families, name, &MetricFamily::name);
    REQUIRE(found != metrics.families.end());
    return *found;
}

}  // namespace

TEST_CASE("counters begin at 0 and count everything, warm-up included") {
    const Metrics metrics = reports::metrics_of(shop(), {"shop", 1000});
    CHECK(metrics.times_s.size() == 11);
    const MetricFamily& requests = family(metrics, "http_requests");
    REQUIRE(requests.series.size() == 3);  // page; order by outcome, of which success is 0
    CHECK(requests.series[0].values.front() == 0);
    CHECK(requests.series[0].values.back() == 5);
    CHECK(requests.series[1].values.back() == 0);
    CHECK(requests.series[2].values.back() == 5);
    CHECK(requests.series[2].values[2] == 1);
}

TEST_CASE("the buckets of a histogram are cumulative, and its last is its count") {
    const Metrics metrics = reports::metrics_of(shop(), {"shop", 0});
    const MetricFamily& durations = family(metrics, "http_request_duration_seconds");
    const std::size_t columns = metrics.columns(durations);
    for (const auto& series : durations.series) {
        REQUIRE(series.values.size() == columns * metrics.times_s.size());
        const auto last = series.values.end() - static_cast<std::ptrdiff_t>(columns);
        CHECK(std::is_sorted(last, series.values.end() - 2));
        CHECK(*(series.values.end() - 3) == series.values.back());
    }
    CHECK(durations.series[1].values[durations.series[1].values.size() - 2] ==
          doctest::Approx(5 * 0.2));
}

TEST_CASE("what is read back is what was written, names with quotes included") {
    const Metrics metrics = reports::metrics_of(shop(), {"a \"shop\"", 1709542800});
    const auto read = reports::metrics_from(reports::openmetrics_text(metrics));
    REQUIRE(read.has_value());
    CHECK(read->epoch_s == metrics.epoch_s);
    CHECK(read->interval_s == metrics.interval_s);
    CHECK(read->bounds == metrics.bounds);
    CHECK(reports::openmetrics_text(*read) == reports::openmetrics_text(metrics));
    CHECK(reports::scrape_text(*read) == reports::scrape_text(metrics));
}

TEST_CASE("what is not whole, or not ours, is not read") {
    const std::string text = reports::openmetrics_text(reports::metrics_of(shop(), {"shop", 0}));
    for (std::size_t size = 0; size + 1 < text.size(); size += 97) {
        CHECK_FALSE(reports::metrics_from(text.substr(0, size)).has_value());
    }
    for (const char* wrong :
         {"", "# EOF\n", "x{} 1 2\n# EOF\n", "# TYPE a counter\na{b=\"c} 1 2\n# EOF\n",
          "# TYPE a summary\n# EOF\n", "{\"json\": 1}\n"}) {
        CHECK_FALSE(reports::metrics_from(wrong).has_value());
    }
}

TEST_CASE("many slices are joined, and a large system has fewer bounds") {
    sim::Recording recording = shop();
    recording.slice = 1ms;
    const Metrics fine = reports::metrics_of(recording, {"shop", 0});
    CHECK(fine.times_s.size() <= 2001);
    CHECK(fine.times_s.size() > 1000);
    CHECK(fine.bounds.size() == 17);
    for (int i = 0; i < 60; ++i) {
        recording.nodes.push_back(recording.nodes[1]);
        recording.nodes.back().name += std::to_string(i);
    }
    const Metrics coarse = reports::metrics_of(recording, {"shop", 0});
    CHECK(coarse.bounds == std::vector<std::string>{"0.001", "0.005", "0.025", "0.1", "0.5", "2.5",
                                                    "10", "60", "+Inf"});
}

TEST_CASE("a gauge is the mean since the last sample") {
    const Metrics metrics = reports::metrics_of(shop(2s), {"shop", 0});
    const MetricFamily& replicas = family(metrics, "service_replicas");
    REQUIRE(replicas.series.size() == 1);
    CHECK(replicas.series[0].values[1] == doctest::Approx(0.5));
    CHECK(replicas.series[0].values.back() == doctest::Approx(8.5));
}

TEST_CASE("names that no metric may have are told apart by a label") {
    sim::Recording recording = shop();
    recording.nodes[1].series = {{"주문", "", {1}}, {"결제", "", {2}}};
    const Metrics metrics = reports::metrics_of(recording, {"shop", 0});
    const MetricFamily& gauges = family(metrics, "service_" + std::string(6, '_'));
    REQUIRE(gauges.series.size() == 2);
    CHECK(gauges.series[0].labels != gauges.series[1].labels);
}

TEST_CASE("a rules test holds only what is named, and none without anything named") {
    const Metrics metrics = reports::metrics_of(shop(), {"shop", 0});
    reports::RulesTest test{"", "service_replicas > 1", {{"vector(1)", 60, 1}}};
    const auto yaml = reports::rules_test_yaml(metrics, test);
    REQUIRE(yaml.has_value());
    CHECK(yaml->find("service_replicas{service=\"web\"}") != std::string::npos);
    CHECK(yaml->find("http_requests") == std::string::npos);
    test.named = "node_load1";
    CHECK_FALSE(reports::rules_test_yaml(metrics, test).has_value());
}
