// Envoy's outlier detection and panic as its own tests have them (lb_envoy_maglev.json).
#include <doctest/doctest.h>

#include <algorithm>

#include "models/pools/outlier_detection.h"
#include "tests/support/pool_bench.h"
#include "tests/truth/tally.h"

using namespace truth;
using namespace std::chrono_literals;

namespace {

models::OutlierDetectionSpec outlier_spec(const Json& row) {
    models::OutlierDetectionSpec spec;
    if (row.contains("max_ejection_percent")) {
        spec.max_ejection_percent = {row.at("max_ejection_percent").get<double>() / 100};
    }
    return spec;
}

// How many are out when all of them fail.
std::size_t ejected_of_all(const models::OutlierDetectionSpec& spec, std::size_t hosts) {
    support::PoolBench bench(hosts);
    models::OutlierDetection detection(spec, bench.context, bench.targets);
    for (models::BackendId id = 0; id < hosts; ++id) {
        for (int i = 0; i < 5; ++i) detection.answered(id, models::ErrorClass::http_500);
    }
    return detection.ejections();
}

}  // namespace

TEST_CASE("Envoy: how many may be ejected") {
    Tally tally("max_ejectable");
    const Json cases = file("lb_envoy_maglev.json").at("outlier_detection").at("max_ejectable");
    for (const Json& row : cases) {
        const auto hosts = row.at("hosts").get<std::size_t>();
        models::OutlierDetectionSpec spec = outlier_spec(row);
        tally.begin(fmt::format("{} hosts, {} %", hosts, row.at("max_ejection_percent").dump()));
        tally.same("ejected", ejected_of_all(spec, hosts),
                   row.at("max_ejectable").get<std::size_t>());
        spec.always_eject_one_host = true;
        tally.same("ejected, always one", ejected_of_all(spec, hosts),
                   row.at("max_ejectable_with_always_eject_one_host").get<std::size_t>());
    }
}

TEST_CASE("Envoy: how long the n-th ejection lasts") {
    Tally tally("ejection_backoff");
    const Json cases = file("lb_envoy_maglev.json").at("outlier_detection").at("ejection_backoff");
    for (const Json& row : cases) {
        models::OutlierDetectionSpec spec;
        spec.base_ejection_time = std::chrono::seconds(row.at("base_s").get<int>());
        spec.max_ejection_time = std::chrono::seconds(row.at("max_s").get<int>());
        tally.begin(row.at("max_s").dump());
        std::uint32_t n = 0;
        for (const Json& seconds : row.at("ejection_durations_s_by_consecutive_ejection")) {
            const sim::Duration lasts = models::ejection_time(spec, ++n);
            tally.same(fmt::format("ejection {}", n), lasts / 1s, seconds.get<std::int64_t>());
        }
    }
}

TEST_CASE("Envoy: success rates") {
    Tally tally("success_rate");
    const Json cases = file("lb_envoy_maglev.json").at("outlier_detection").at("success_rate");
    for (const Json& row : cases) {
        const auto rates = row.at("success_rates_pct").get<std::vector<double>>();
        tally.begin(row.at("threshold").dump());
        const models::SuccessRates got = models::success_rates(rates, 1.9);
        tally.near("mean", got.mean, row.at("mean").get<double>(), 1e-9);
        tally.near("threshold", got.threshold, row.at("threshold").get<double>(), 1e-9);
        std::vector<std::size_t> out;
        for (std::size_t i = 0; i < rates.size(); ++i) {
            if (rates[i] < got.threshold) out.push_back(i);
        }
        tally.same("how many", out.size(), row.at("ejected_indices").size());
        CHECK(Json(out) == row.at("ejected_indices"));
    }
}

TEST_CASE("Envoy: its test of the basic flow") {
    Tally tally("basic_flow_5xx");
    support::PoolBench bench(10);
    models::OutlierDetection detection({}, bench.context, bench.targets);
    const auto answers = [&](int count, std::optional<models::ErrorClass> error_class) {
        for (int i = 0; i < count; ++i) detection.answered(0, error_class);
    };
    const auto is_out = [&] { return bench.targets.has(0, models::Reason::ejected); };
    tally.begin("ejected at the fifth in a row");
    answers(1, models::ErrorClass::http_500);
    answers(1, std::nullopt);
    answers(4, models::ErrorClass::http_500);
    tally.same("out after four", is_out(), false);
    answers(1, models::ErrorClass::http_500);
    tally.same("out after five", is_out(), true);
    tally.begin("at 9,999 ms");
    bench.play_until(9999ms);
    tally.same("out", is_out(), true);
    // Its sweeps come every 10 s by themselves, where the test calls one at 30,001 ms.
    detection.start();  // sweeps at 19,999, 29,999 and 39,999 ms
    tally.begin("back after 30 s");
    bench.play_until(30s);
    tally.same("out", is_out(), true);
    bench.play_until(40s);
    tally.same("out", is_out(), false);
    tally.begin("ejected again for 60 s");
    answers(5, models::ErrorClass::http_500);
    bench.play_until(99s);
    tally.same("out", is_out(), true);
    bench.play_until(110s);
    tally.same("out", is_out(), false);
}

TEST_CASE("Envoy: panic") {
    Tally tally("panic");
    const Json cases = file("lb_envoy_maglev.json").at("panic");
    for (const Json& row : cases) {
        const auto hosts = row.at("hosts").get<std::size_t>();
        const auto healthy = row.at("healthy").get<std::size_t>();
        support::PoolBench bench(hosts, row.at("threshold_pct").get<double>() / 100);
        for (std::size_t id = healthy; id < hosts; ++id) {
            bench.targets.exclude(static_cast<models::BackendId>(id), models::Reason::unhealthy);
        }
        tally.begin(row.at("expected"));
        const bool panic = row.at("expected").get<std::string>().starts_with("panic");
        tally.same("used", bench.targets.serving(), panic ? hosts : healthy);
    }
}

// Not met, since it is not modelled: the 16 cases of priority_load. Envoy spills the load of a
// level that has too few healthy hosts over to the next by degrees; here backups stand in when no
// primary is healthy, as nginx and HAProxy have it.
TEST_CASE("Envoy: load by priority is not modelled") {
    const Json cases = file("lb_envoy_maglev.json").at("priority_load");
    const std::string summary = fmt::format("priority_load: 0 of {} cases met", cases.size());
    MESSAGE(summary);
    CHECK(cases.size() == 16);
}
