// Envoy's outlier detection and panic as its own tests have them (lb_envoy_maglev.json), and queues
// and failures at real HAProxy and nginx (pools_measured.json).
#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "models/pools/outlier_detection.h"
#include "tests/support/play.h"
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

// --- What was measured.

namespace {

struct Interval {
    double least = 1e300;
    double most = -1e300;
    void add(double value) {
        least = std::min(least, value);
        most = std::max(most, value);
    }
};

// What a run of the model says, in the words of the table.
using Figures = std::map<std::string, double>;

Figures figures_of(const sim::NodeRecord& clients) {
    const auto ms = [&](double percent) {
        return sim::seconds(clients.latency.succeeded.percentile(percent)) * 1000;
    };
    return {{"mean", clients.latency.succeeded.mean_seconds() * 1000},
            {"p50", ms(50)},
            {"p90", ms(90)},
            {"p99", ms(99)},
            {"ok", clients.totals.availability()},
            {"errors", static_cast<double>(clients.totals.finished() -
                                           clients.totals.of(sim::Outcome::succeeded))}};
}

constexpr int kSeeds = 8;

std::map<std::string, Interval> intervals_of(const std::string& scenario) {
    std::map<std::string, Interval> intervals;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        const sim::Recording run = support::play(scenario, seed);
        for (const auto& [name, value] : figures_of(support::node(run, "clients"))) {
            intervals[name].add(value);
        }
    }
    return intervals;
}

// With random numbers of its own a run differs from seed to seed, so what was measured has to lie
// between the least and the most of eight seeds, widened by what an ideal model that replays the
// very trace was found to miss: 2 %, and 5 % at the 99th percentile.
void hold(Tally& tally, const std::string& what, const Interval& interval, double measured) {
    const double slack = what == "p99" ? 0.05 : 0.02;
    const double least = interval.least * (1 - slack);
    const double most = interval.most * (1 + slack);
    const std::string name = fmt::format("{} {} within {} to {}", what, measured, least, most);
    tally.same(name, least <= measured && measured <= most, true);
}

// The line is the proxy's: a server's own line is only for who must go there, so `maxqueue`, which
// limits that, limits nothing under roundrobin and leastconn.
std::string haproxy(const Json& row) {
    const std::string balancer =
        row.at("balance") == "leastconn" ? "least_connections" : "round_robin";
    std::string queue_timeout = "120s";
    for (const Json& line : row.at("lines")) {
        const auto words = line.get<std::string>();
        if (words.starts_with("timeout queue ")) queue_timeout = words.substr(14);
    }
    // 0.2128 ms in all, of which 0.145 between the proxy and a server, which its place is held for.
    return fmt::format(
        R"({{"run": {{"warm_up": "{}s", "measure": "60s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "{}/s", "calls": "front", "latency": "0.0339ms",
                     "stages": [{{"target": "{}/s", "duration": "{}s"}},
                                {{"target": "0/s", "duration": "0s"}}]}},
        "front": {{"kind": "pool", "of": "app", "balancer": {{"kind": "{}"}}, "latency": "0.0725ms",
                   "queue": {{"maxconn": {}, "timeout": "{}"}}}},
        "app": {{"kind": "server", "replicas": 8, "cores": 1, "scheduling": "fcfs",
                 "endpoints": {{"get": [{{"work": {{"kind": "exponential", "mean": "9.95ms"}}}}]}}}}}}}})",
        row.at("warmup_s").dump(), row.at("rate_rps").dump(), row.at("rate_rps").dump(),
        row.at("duration_s").dump(), balancer, row.at("maxconn").dump(), queue_timeout);
}

}  // namespace

TEST_CASE("HAProxy: the line at the proxy, measured") {
    Tally tally("haproxy");
    const Json cases = file("pools_measured.json").at("haproxy");
    for (const Json& row : cases) {
        tally.begin(row.at("id"));
        auto intervals = intervals_of(haproxy(row));
        const bool drops = row.at("runs")[0].at("ok") != row.at("runs")[0].at("requests");
        for (const Json& run : row.at("runs")) {
            const double ok = run.at("ok").get<double>() / run.at("requests").get<double>();
            hold(tally, "ok", intervals["ok"], ok);
            // Latencies are those of the successful; the model's of all.
            if (drops) continue;
            for (const char* name : {"mean", "p50", "p90", "p99"}) {
                hold(tally, name, intervals[name], run.at(name).get<double>());
            }
        }
    }
}

TEST_CASE("nginx: one of eight dies or hangs for twenty seconds, measured") {
    Tally tally("nginx_failures");
    const Json cases = file("pools_measured.json").at("nginx_failures");
    for (const Json& row : cases) {
        tally.begin(row.at("id"));
        const bool counts = row.at("server") != "max_fails=0";
        const bool hangs = row.at("mode") == "hang";
        const std::string scenario = fmt::format(
            R"({{"run": {{"measure": "60s"}}, "nodes": {{
            "clients": {{"kind": "open_loop", "rate": "{}/s", "calls": "front", "latency": "0.045ms"}},
            "front": {{"kind": "pool", "of": "app", "balancer": {{"kind": "weighted_round_robin"}},
                       "latency": "0.05ms"{}{}}},
            "app": {{"kind": "server", "replicas": 8, "cores": 1, "scheduling": "fcfs",
                     "endpoints": {{"get": [{{"work": {{"kind": "exponential", "mean": "9.95ms"}}}}]}}}}}},
            "failures": [{{{}, "target": "app", "instances": 1, "at": "20s", "lasts": "20s"}}]}})",
            row.at("rate_rps").dump(), counts ? R"(, "passive_check": {})" : "",
            hangs ? R"(, "timeout": "1s")" : "",
            // One that hangs works on, a million times slower.
            hangs ? R"("kind": "slow", "factor": 1000000)" : R"("kind": "crash")");
        auto intervals = intervals_of(scenario);
        for (const Json& run : row.at("runs")) {
            const double errors = run.at("errors").get<double>();
            // A count: what was there when it died is chance, a few more or less than in eight
            // runs.
            Interval widened = intervals["errors"];
            widened.add(widened.least - 3);
            widened.add(widened.most + 3);
            hold(tally, "errors", widened, errors);
        }
    }
}
