// Alerts, objectives and queries of whole runs.
#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "models/observers/scrape.h"
#include "models/topology/system.h"
#include "reports/expression.h"
#include "reports/metrics/metrics.h"
#include "reports/summary.h"
#include "tests/support/play.h"

namespace {

const std::string kShop = R"json({
  "run": {"warm_up": "1min", "measure": "9min"},
  "nodes": {
    "users": {"kind": "open_loop", "rate": "50/s", "calls": "shop.buy"},
    "shop": {"kind": "server", "replicas": 2, "cores": 2, "endpoints": {
      "buy": [{"work": "5ms"}, {"call": "db"}], "look": [{"work": "1ms"}]}},
    "db": {"kind": "database", "cores": 4, "service_time": "4ms"}
  },
  "failures": [{"kind": "crash", "target": "db", "at": "4min", "lasts": "2min"}],
  "objectives": {"shop": {"node": "users", "target": "99%", "latency": "100ms"}},
  "alerts": {
    "records": {"buying": {"expr": "rate(user_requests_total[1m])"
}
}
, "rules" : {
    "Errors" : {"expr" : "rate(user_requests_total{status=~\"5..\"}[1m]) > 0", "for" : "1min"},
               "Never" : {
        "expr" : "service_cpu_in_use_ratio > 2"
    }
}
}
})json";

double figure_of_text(const sim::Recording& recording, const std::string& text) {
    reports::ExpressionError error;
    const auto quantity =
        reports::Expression::parse_quantity(text, reports::vocabulary_of(recording), error);
    REQUIRE_MESSAGE(quantity, text << ": " << error.message);
    const reports::Summary summary = reports::summarise({&recording, 1});
    const auto results = [&](const std::string&) -> const reports::Summary& { return summary; };
    return quantity->value(results).number;
}

}  // namespace

TEST_CASE("what alerts ask of has the names and labels that export writes") {
    const models::Scenario scenario = support::scenario_from(kShop);
    models::System system(scenario, {1, 0});
    models::Scrape scrape(system.recorder(), {}, {""});
    const sim::Time end(std::chrono::minutes(10));
    system.scheduler().run_until(sim::Time(scenario.run.warm_up));
    system.begin_measuring();
    system.scheduler().run_until(end);
    system.recorder().catch_up();
    scrape.take(end);
    std::set<std::string> here;
    for (const auto& each : scrape.series()) {
        if (!each.samples.empty()) here.insert(models::promql::text_of(each.labels));
    }
    const sim::Recording recording = system.finish();
    std::set<std::string> exported;
    const reports::Metrics metrics = reports::metrics_of(recording, {});
    for (const reports::MetricFamily& family : metrics.families) {
        const bool is_counter = family.type == reports::MetricType::counter;
        if (family.type == reports::MetricType::info) continue;
        for (const reports::MetricSeries& series : family.series) {
            models::promql::Labels labels(series.labels);
            std::sort(labels.begin(), labels.end());
            const auto add = [&](const std::string& name) {
                models::promql::set_label(labels, "__name__", name);
                exported.insert(models::promql::text_of(labels));
            };
            if (family.type != reports::MetricType::histogram) {
                add(family.name + (is_counter ? "_total" : ""));
                continue;
            }
            add(family.name + "_sum");
            add(family.name + "_count");
            for (const std::string& bound : metrics.bounds) {
                models::promql::set_label(labels, "le", bound);
                add(family.name + "_bucket");
            }
        }
    }
    std::erase_if(here,
                  [](const std::string& each) { return each.find("slo_") != std::string::npos; });
    for (const std::string& each : exported) CHECK_MESSAGE(here.contains(each), each);
    for (const std::string& each : here) CHECK_MESSAGE(exported.contains(each), each);
}

TEST_CASE("an alert fires in a run, tells of the failure, and is resolved") {
    const sim::Recording recording = support::play(kShop);
    CHECK(figure_of_text(recording, "alerts.Errors.fired") == 1);
    CHECK(figure_of_text(recording, "alerts.Errors.false_alarms") == 0);
    CHECK(figure_of_text(recording, "alerts.Errors.missed") == 0);
    // Errors are seen up to two scrapes after they began, a minute of them at an evaluation.
    CHECK(figure_of_text(recording, "alerts.Errors.first_firing_s") >= 300);
    CHECK(figure_of_text(recording, "alerts.Errors.first_firing_s") <= 345);
    CHECK(figure_of_text(recording, "alerts.Errors.detection_delay_s") ==
          figure_of_text(recording, "alerts.Errors.first_firing_s") - 240);
    CHECK(figure_of_text(recording, "alerts.Never.fired") == 0);
    CHECK(figure_of_text(recording, "alerts.Never.missed") == 1);
    CHECK(std::isnan(figure_of_text(recording, "alerts.Never.first_firing_s")));
    CHECK(figure_of_text(recording, "alerts.any.fired") == 1);
    // That it is over would be told five minutes later, after the end.
    CHECK(figure_of_text(recording, "receivers.default.notified") == 1);
    const auto is_alert = [](const sim::Incident& each) { return each.node == "alert Errors"; };
    CHECK(std::ranges::count_if(recording.incidents, is_alert) == 2);
    CHECK(std::ranges::is_sorted(recording.incidents, {}, &sim::Incident::at));
}

TEST_CASE("an objective counts the requests of its client, and none of the warm-up") {
    const sim::Recording recording = support::play(kShop);
    const reports::Summary summary = reports::summarise({&recording, 1});
    // What ended in the first moments had come in the warm-up.
    CHECK(figure_of_text(recording, "objectives.shop.total") ==
          doctest::Approx(static_cast<double>(summary.totals.finished())).epsilon(1e-3));
    CHECK(figure_of_text(recording, "objectives.shop.sli") ==
          doctest::Approx(summary.availability).epsilon(1e-3));
}

TEST_CASE("what watches changes nothing of a run") {
    const sim::Recording watched = support::play(kShop);
    const sim::Recording alone = support::play(kShop, 1, {"alerts={}", "objectives={}"});
    CHECK(watched.fingerprint == alone.fingerprint);
    CHECK(watched.events == alone.events);
    CHECK(alone.watched.empty());
}

TEST_CASE("the health of everybody at a time") {
    const auto up = [](const std::string& at) {
        const sim::Recording recording = support::play(kShop, 1, {"run.health_at=" + at});
        return figure_of_text(recording, "health.db.up") +
               10 * figure_of_text(recording, "health.shop.up");
    };
    CHECK(up("3min") == 21);
    CHECK(up("5min") == 20);
    CHECK(up("7min") == 21);
    CHECK(std::isnan(up("20min")));
}

TEST_CASE("runs of no length know what they watch") {
    const sim::Recording recording =
        support::play(kShop, 1, {"run.warm_up=0s", "run.measure=1ns", "failures=[]"});
    CHECK(figure_of_text(recording, "alerts.Errors.fired") == 0);
    CHECK(std::isnan(figure_of_text(recording, "records.buying.max")));
}
