// Queries and alerts against Prometheus' own answers: promtool_cases.json is a file of promtool,
// and promtool.bats has promtool say that it is right.
#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "models/observers/alert_rules.h"
#include "models/observers/promql.h"
#include "tests/support/alerts.h"

namespace {

using Json = nlohmann::json;
namespace promql = models::promql;

Json file(const std::string& name) {
    return Json::parse(
        std::ifstream(std::string(SPATE_SOURCE_DIR) + "/tests/models/observers/" + name));
}

// "1m30s", as promtool writes times.
std::int64_t milliseconds(const std::string& text) {
    std::istringstream in(text);
    std::int64_t sum = 0;
    std::int64_t count = 0;
    for (char unit = 0; in >> count >> unit;) {
        sum += count * (unit == 'h' ? 3'600'000 : unit == 'm' ? 60'000 : 1000);
    }
    return sum;
}

// a{b="c"}
promql::Labels labels_of(const std::string& text) {
    promql::Labels labels;
    const std::size_t brace = text.find('{');
    promql::set_label(labels, "__name__", text.substr(0, brace));
    for (std::size_t at = brace + 1; at < text.size() && text[at] != '}';) {
        const std::size_t equals = text.find('=', at);
        const std::size_t end = text.find('"', equals + 2);
        promql::set_label(labels, text.substr(at, equals - at),
                          text.substr(equals + 2, end - equals - 2));
        at = text.find_first_not_of(", ", end + 1);
    }
    return labels;
}

// "0+10x3 _ 5x2": 0 10 20 30, nothing, 5 5 5.
promql::TimeSeries series_of(const Json& json) {
    promql::TimeSeries series{labels_of(json.at("series")), {}, false};
    std::istringstream in(json.at("values").get<std::string>());
    std::int64_t at = 0;
    for (std::string each; in >> each;) {
        const std::size_t times = each.find('x');
        const int more = times == std::string::npos ? 0 : std::stoi(each.substr(times + 1));
        if (each.front() == '_') {
            at += 15'000 * std::max(1, more);
            continue;
        }
        each.resize(std::min(times, each.size()));  // 0x40 would be read as 64
        std::size_t read = 0;
        double value = std::stod(each, &read);
        const double step =
            read < each.size() && each[read] == '+' ? std::stod(each.substr(read)) : 0;
        for (int i = 0; i <= more; ++i, at += 15'000, value += step) {
            series.samples.push_back({at, value});
        }
    }
    return series;
}

models::AlertRule rule_of(const Json& json) {
    const auto duration = [&](const char* name) {
        return sim::Duration(std::chrono::milliseconds(milliseconds(json.value(name, "0s"))));
    };
    models::AlertRule rule;
    rule.expr = json.at("expr");
    rule.hold = duration("for");
    rule.keep_firing_for = duration("keep_firing_for");
    const Json labels = json.value("labels", Json::object());
    for (const auto& [name, value] : labels.items()) {
        rule.labels.entries.emplace_back(name, value);
    }
    return rule;
}

promql::Query query_of(const std::string& text) {
    promql::QueryError error;
    const auto query = promql::Query::parse(text, error);
    REQUIRE_MESSAGE(query, text << ": " << error.message);
    return *query;
}

}  // namespace

TEST_CASE("queries have the results that Prometheus gives") {
    const Json cases = file("promtool_cases.json");
    for (const Json& test : cases.at("tests")) {
        std::vector<promql::TimeSeries> series;
        for (const Json& each : test.at("input_series")) series.push_back(series_of(each));
        for (const Json& each : test.at("promql_expr_test")) {
            const std::string expr = each.at("expr");
            const promql::Query query = query_of(expr);
            const promql::Asking asking(query, series);
            std::map<promql::Labels, double> found;
            for (const auto& one : asking.ask(milliseconds(each.at("eval_time")))) {
                found[one.labels] = one.value;
            }
            CAPTURE(expr);
            CAPTURE(each.at("eval_time").get<std::string>());
            CHECK(found.size() == each.at("exp_samples").size());
            for (const Json& sample : each.at("exp_samples")) {
                const promql::Labels labels = labels_of(sample.at("labels"));
                CAPTURE(promql::text_of(labels));
                REQUIRE(found.contains(labels));
                // The order of operations is Prometheus', but for how a sum is rounded.
                CHECK(found[labels] ==
                      doctest::Approx(sample.at("value").get<double>()).epsilon(1e-13));
            }
        }
    }
}

TEST_CASE("alerts fire at the evaluations at which Prometheus has them fire") {
    const Json rules = file("promtool_rules.json").at("groups").at(0).at("rules");
    const Json cases = file("promtool_cases.json");
    for (const Json& test : cases.at("tests")) {
        std::vector<promql::TimeSeries> series;
        for (const Json& each : test.at("input_series")) series.push_back(series_of(each));
        for (const Json& json : rules) {
            const models::AlertRule rule = rule_of(json);
            const promql::Query query = query_of(rule.expr);
            const auto alerts =
                support::evaluate(rule, promql::Asking(query, series), {0, 15'000, 1'800'000});
            for (const Json& each : test.at("alert_rule_test")) {
                if (each.at("alertname") != json.at("alert")) continue;
                const std::int64_t now = milliseconds(each.at("eval_time"));
                std::vector<promql::Labels> firing;
                for (const auto& alert : alerts) {
                    if (!alert.firing_ms || *alert.firing_ms > now) continue;
                    if (alert.resolved_ms && *alert.resolved_ms <= now) continue;
                    firing.push_back(alert.labels);
                }
                std::vector<promql::Labels> expected;
                for (const Json& alert : each.at("exp_alerts")) {
                    expected.emplace_back();
                    for (const auto& [name, value] : alert.at("exp_labels").items()) {
                        promql::set_label(expected.back(), name, value.get<std::string>());
                    }
                }
                CAPTURE(each.at("alertname").get<std::string>());
                CAPTURE(each.at("eval_time").get<std::string>());
                CHECK(firing == expected);
            }
        }
    }
}
