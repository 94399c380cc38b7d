// What `spate export` makes of metrics.om: for Prometheus, promtool and Grafana.
#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "reports/metrics/metrics.h"
#include "reports/metrics/rules_test.h"
#include "reports/render/grafana.h"
#include "reports/value.h"
#include "reports/words/terminal.h"
#include "tools/command.h"
#include "tools/export_formats.h"

namespace tools {

namespace {

std::optional<reports::Metrics> read_metrics(const ExportAsked& asked) {
    const std::optional<std::string> text = run_file(asked, "metrics.om");
    if (!text) return std::nullopt;
    auto metrics = reports::metrics_from(*text);
    if (!metrics) {
        complain(
            fmt::format("{}/metrics.om is not what a run wrote", reports::printable(asked.folder)));
    }
    return metrics;
}

// "HighErrorRate@7min"
std::optional<reports::ExpectedAlert> expected_alert(const std::string& text, bool fires) {
    const std::size_t at = text.rfind('@');
    if (at != std::string::npos && at > 0) {
        double number = 0;
        const char* const end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data() + at + 1, end, number);
        const auto unit =
            reports::unit(std::string_view(rest, static_cast<std::size_t>(end - rest)));
        const bool is_time = unit && unit->dimension == reports::Dimension::time;
        if (error == std::errc() && is_time && number >= 0 && number < 1e9) {
            return reports::ExpectedAlert{text.substr(0, at), number * unit->number, fires};
        }
    }
    complain(
        fmt::format("{} {}: expected an alert and a time since the run began, as "
                    "HighErrorRate@7min",
                    fires ? "--fires" : "--silent", reports::printable(text)));
    return std::nullopt;
}

// promtool looks for the rules from where the test is.
std::string seen_from(const std::string& test, const std::string& rules) {
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::path(test).parent_path();
    if (folder.empty()) return rules;
    const std::filesystem::path path = std::filesystem::proximate(rules, folder, error);
    return error ? rules : path.string();
}

std::optional<reports::RulesTest> test_of(const ExportAsked& asked) {
    if (asked.rules.empty() || (asked.fires.empty() && asked.silent.empty())) {
        complain(
            "rules-test needs alert rules and what they are to do\n"
            "    --rules alerts.yml --fires HighErrorRate@7min --silent HighErrorRate@2min");
        return std::nullopt;
    }
    reports::RulesTest test{seen_from(asked.out, asked.rules), "", {}};
    std::ifstream in(asked.rules, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) {
        complain(fmt::format("{} cannot be read", reports::printable(asked.rules)));
        return std::nullopt;
    }
    test.named = text.str();
    for (const bool fires : {true, false}) {
        for (const std::string& each : fires ? asked.fires : asked.silent) {
            const auto expected = expected_alert(each, fires);
            if (!expected) return std::nullopt;
            test.expected.push_back(reports::expectation_of(*expected));
        }
    }
    return test;
}

}  // namespace

std::optional<std::string> export_openmetrics(const ExportAsked& asked) {
    return run_file(asked, "metrics.om");
}

std::optional<std::string> export_scrape(const ExportAsked& asked) {
    const auto metrics = read_metrics(asked);
    if (!metrics) return std::nullopt;
    return reports::scrape_text(*metrics);
}

std::optional<std::string> export_rules_test(const ExportAsked& asked) {
    const auto test = test_of(asked);
    if (!test) return std::nullopt;
    const auto metrics = read_metrics(asked);
    if (!metrics) return std::nullopt;
    auto yaml = reports::rules_test_yaml(*metrics, *test);
    if (yaml) return yaml;
    std::string names;
    for (const reports::MetricFamily& family : metrics->families) names += " " + family.name;
    complain(fmt::format("{} names no metric of this run\n    there are:{}",
                         reports::printable(asked.rules), names));
    return std::nullopt;
}

std::optional<std::string> export_grafana(const ExportAsked& asked) {
    const auto metrics = read_metrics(asked);
    if (!metrics) return std::nullopt;
    return reports::grafana_json(*metrics);
}

}  // namespace tools
