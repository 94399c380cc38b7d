// Error budgets, and how soon the burn-rate alerts of the SRE Workbook notice.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "models/observers/objectives.h"
#include "models/observers/promql.h"
#include "tests/support/alerts.h"

namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;
namespace promql = models::promql;

// A client whose requests end one a second, or so many, with as many of them bad as is said.
sim::Recording recording_of(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& slices,
                            sim::Duration slice) {
    sim::Recording recording;
    recording.slice = slice;
    recording.simulated = slice * static_cast<std::int64_t>(slices.size());
    sim::NodeRecord& node = recording.nodes.emplace_back();
    node.name = "users";
    node.is_client = true;
    for (std::size_t i = 0; i < slices.size(); ++i) {
        const auto [finished, bad] = slices[i];
        node.slices.add(i, {finished, finished, finished - bad});
    }
    return recording;
}

models::SloSpec objective(double target) {
    models::SloSpec spec;
    spec.node.node = "users";
    spec.target.value = target;
    return spec;
}

double figure(const sim::Watched& watched, std::string_view name) {
    for (const sim::Measure& each : watched.measures) {
        if (each.name == name) return each.value;
    }
    FAIL("there is no " << name);
    return 0;
}

Json truth(const char* part) {
    const Json file = Json::parse(
        std::ifstream(std::string(SPATE_SOURCE_DIR) + "/tests/truth/slo_retries_scalability.json"));
    return file.at(part).at("rows");
}

}  // namespace

TEST_CASE("the budget of an objective over 30 days is the table's") {
    const Json rows = truth("error_budget");
    for (const Json& row : rows) {
        const auto watched =
            models::budget_of("slo", objective(row.at("slo")), recording_of({{1, 0}}, 1s));
        CHECK(figure(watched, "budget") / 60 ==
              doctest::Approx(row.at("budget_minutes_30d").get<double>()).epsilon(1e-12));
    }
}

TEST_CASE("99.9 % leaves 43.2 minutes in 30 days, and 4.32 in 72 hours") {
    models::SloSpec spec = objective(0.999);
    const auto minutes = [&] {
        return figure(models::budget_of("slo", spec, recording_of({{1, 0}}, 1s)), "budget") / 60;
    };
    CHECK(minutes() == doctest::Approx(43.2).epsilon(1e-12));
    spec.window = 72h;
    CHECK(minutes() == doctest::Approx(4.32).epsilon(1e-12));
}

TEST_CASE("bad minutes of the budget's minutes are used") {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> minutes(30 * 24 * 60, {60, 0});
    for (std::size_t i = 100; i < 120; ++i) minutes[i] = {60, 60};
    minutes[200] = {60, 3};  // 95 % is enough
    minutes[201] = {60, 4};
    minutes[300] = {0, 0};
    models::SloSpec spec = objective(0.999);
    spec.budgeting_method = models::BudgetingMethod::timeslices;
    const auto watched = models::budget_of("slo", spec, recording_of(minutes, 1min));
    CHECK(figure(watched, "bad") == doctest::Approx(21 * 60).epsilon(1e-12));
    CHECK(figure(watched, "budget_used") == doctest::Approx(21 / 43.2).epsilon(1e-12));
    CHECK(figure(watched, "sli") == doctest::Approx(1 - 21.0 / 43200).epsilon(1e-12));
    CHECK(std::isnan(figure(watched, "exhausted")));
}

TEST_CASE("at a burn rate the budget is gone when the table says") {
    const Json rows = truth("error_budget");
    for (const Json& row : rows) {
        for (const auto& each : row.at("hours_to_exhaust_at_burn").items()) {
            const std::string rate = each.key();
            const double hours = each.value();
            const double bad = std::stod(rate) * (1 - row.at("slo").get<double>());
            if (bad > 1) continue;  // more than everything cannot fail
            // Each hour is a slice of a million requests.
            const auto failed = static_cast<std::uint32_t>(std::lround(bad * 1e6));
            std::vector<std::pair<std::uint32_t, std::uint32_t>> slices(800, {1'000'000, failed});
            const auto watched =
                models::budget_of("slo", objective(row.at("slo")), recording_of(slices, 1h));
            CAPTURE(rate);
            CHECK(figure(watched, "burn_rate") == doctest::Approx(std::stod(rate)).epsilon(1e-6));
            // Known at the end of its hour; at a burn rate of 1000 that is the first.
            const double at = figure(watched, "exhausted") / 3600;
            CHECK(at >= doctest::Approx(hours).epsilon(1e-9));
            CHECK(at <= hours + 1.001);
        }
    }
}

TEST_CASE("the largest credit that applies is the penalty") {
    models::SloSpec spec = objective(0.999);
    spec.monthly_fee = 1000;
    spec.credits = {{{0.999}, {0.1}}, {{0.99}, {0.25}}, {{0.95}, {1.0}}};
    const auto penalty = [&](std::uint32_t bad) {
        return figure(models::budget_of("slo", spec, recording_of({{1000, bad}}, 1s)), "penalty");
    };
    CHECK(penalty(1) == 0);
    CHECK(penalty(2) == 100);
    CHECK(penalty(11) == 250);
    CHECK(penalty(51) == 1000);
}

TEST_CASE("a request that is late is not good") {
    models::SloSpec spec = objective(0.999);
    spec.latency = 300ms;
    sim::Recording recording = recording_of({{100, 5}, {100, 0}}, 1s);
    recording.nodes[0].promises.push_back({300ms, {80, 90}});
    CHECK(figure(models::budget_of("slo", spec, recording), "good") == 170);
}

// Counters that grow by 1000 a minute, of which a constant share is bad from the third day on.
TEST_CASE("both windows exceed the burn rate after the time in the table") {
    constexpr std::int64_t kStep = 60'000;
    constexpr std::int64_t kClean = 3 * 86'400'000;
    const Json rows = truth("multiwindow_burn_rate");
    for (const Json& row : rows) {
        for (const auto& [name, expected] : row.items()) {
            constexpr std::string_view kDetect = "detect_s_at_constant_error_";
            if (!name.starts_with(kDetect)) continue;
            const double share = std::stod(name.substr(kDetect.size()));
            const auto last = kClean + static_cast<std::int64_t>(86'400'000 * 3.5);
            std::vector<promql::TimeSeries> series(2);
            promql::set_label(series[0].labels, "__name__", "bad");
            promql::set_label(series[1].labels, "__name__", "all");
            for (std::int64_t at = 0; at <= last; at += kStep) {
                const double minutes = static_cast<double>(at) / kStep;
                const double bad = std::max<double>(0, static_cast<double>(at - kClean)) / kStep;
                series[0].samples.push_back({at, share * bad * 1000});
                series[1].samples.push_back({at, minutes * 1000});
            }
            for (promql::TimeSeries& each : series) each.only_grows = true;
            const auto window = [&](const char* field) {
                return std::to_string(std::lround(row.at(field).get<double>() * 3600)) + "s";
            };
            const double threshold = row.at("error_ratio_threshold");
            // Not met: the table has an alert at the moment at which a whole window is exactly at
            // the threshold; the Workbook's rule is "above", which that never is.
            if (std::abs(share - threshold) < 1e-12) {
                MESSAGE("not met, a share of exactly the threshold: " << threshold);
                continue;
            }
            const auto burning = [&](const char* field) {
                return "delta(bad[" + window(field) + "]) / delta(all[" + window(field) + "]) > " +
                       std::to_string(threshold);
            };
            promql::QueryError error;
            const auto query = promql::Query::parse(
                burning("long_window_h") + " and " + burning("short_window_h"), error);
            REQUIRE(query);
            models::AlertRule rule;
            const auto alerts =
                support::evaluate(rule, promql::Asking(*query, series), {kClean, kStep, last});
            CAPTURE(row.dump());
            CAPTURE(share);
            if (expected.is_null()) {
                CHECK(alerts.empty());
                continue;
            }
            REQUIRE(!alerts.empty());
            // More than the threshold is seen at the evaluation after it was reached, at the latest
            // at the one after that.
            const double seconds = static_cast<double>(*alerts[0].firing_ms - kClean) / 1000;
            CHECK(seconds >= expected.get<double>());
            CHECK(seconds <= expected.get<double>() + 120);
        }
    }
}
