#include "reports/render/grafana.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

struct Query {
    std::string expr;
    std::string legend;
};

// The three questions of the RED method, about a metric's requests.
struct Red {
    std::string prefix;   // "http" or "user"
    std::string by;       // "service"
    std::string matcher;  // "service=\"$service\"" or nothing
    std::string window;

    std::string rate(const std::string& more = "") const {
        return fmt::format("sum by ({}) (rate({}_requests_total{}[{}]))", by, prefix, braces(more),
                           window);
    }
    // A share, not errors a second. Without an error there is no series to divide: then it is 0.
    std::string error_ratio() const {
        return fmt::format("({} or 0 * {}) / {}", rate("outcome!=\"succeeded\""), rate(), rate());
    }
    std::string quantile(double share) const {
        return fmt::format(
            "histogram_quantile({}, sum by (le, {}) "
            "(rate({}_request_duration_seconds_bucket{}[{}])))",
            share, by, prefix, braces(), window);
    }

private:
    std::string braces(const std::string& more = "") const {
        const std::string comma = matcher.empty() || more.empty() ? "" : ",";
        const std::string all = matcher + comma + more;
        return all.empty() ? "" : "{" + all + "}";
    }
};

// Panels from left to right and from top to bottom, on Grafana's grid of 24 columns.
class Board {
public:
    void row(const std::string& title, const std::string& repeat = "") {
        finish_line();
        Json panel = {{"id", ++id_},
                      {"type", "row"},
                      {"title", title},
                      {"collapsed", false},
                      {"gridPos", {{"h", 1}, {"w", 24}, {"x", 0}, {"y", y_}}},
                      {"panels", Json::array()}};
        if (!repeat.empty()) panel["repeat"] = repeat;
        panels_.push_back(std::move(panel));
        ++y_;
    }

    void panel(const std::string& title, const std::string& unit,
               const std::vector<Query>& queries) {
        constexpr int kWidth = 8;
        constexpr int kHeight = 8;
        if (x_ + kWidth > 24) finish_line();
        Json targets = Json::array();
        for (const Query& query : queries) {
            targets.push_back({{"refId", std::string(1, static_cast<char>('A' + targets.size()))},
                               {"datasource", datasource()},
                               {"expr", query.expr},
                               {"legendFormat", query.legend},
                               {"range", true}});
        }
        panels_.push_back(
            {{"id", ++id_},
             {"type", "timeseries"},
             {"title", title},
             {"datasource", datasource()},
             {"gridPos", {{"h", kHeight}, {"w", kWidth}, {"x", x_}, {"y", y_}}},
             {"fieldConfig",
              {{"defaults", {{"unit", unit}, {"min", 0}}}, {"overrides", Json::array()}}},
             {"options",
              {{"legend", {{"displayMode", "list"}, {"placement", "bottom"}}},
               {"tooltip", {{"mode", "multi"}}}}},
             {"targets", std::move(targets)}});
        x_ += kWidth;
        height_ = kHeight;
    }

    Json panels() { return std::move(panels_); }

    static Json datasource() { return {{"type", "prometheus"}, {"uid", "${datasource}"}}; }

private:
    void finish_line() {
        y_ += x_ > 0 ? height_ : 0;
        x_ = 0;
    }

    Json panels_ = Json::array();
    int id_ = 0;
    int x_ = 0;
    int y_ = 0;
    int height_ = 0;
};

bool has(const Metrics& metrics, const std::string& family) {
    return std::ranges::find(metrics.families, family, &MetricFamily::name) !=
           metrics.families.end();
}

void add_red(Board& board, const Red& red) {
    const std::string legend =
        red.by.find("endpoint") != std::string::npos ? "{{service}} {{endpoint}}" : "{{service}}";
    board.panel("Request Rate", "reqps", {{red.rate(), legend}});
    board.panel("Error Rate", "percentunit", {{red.error_ratio(), legend}});
    board.panel("Response Time P95", "s", {{red.quantile(0.95), legend}});
}

// How Grafana names the units of gauges.
std::string grafana_unit(const std::string& unit) {
    if (unit == "seconds") return "s";
    if (unit == "ratio") return "percentunit";
    return unit == "bytes" ? "bytes" : "short";
}

void add_gauges(Board& board, const Metrics& metrics) {
    bool is_first = true;
    for (const MetricFamily& family : metrics.families) {
        if (family.type != MetricType::gauge || !family.name.starts_with("service_")) continue;
        if (std::exchange(is_first, false)) board.row("Inside");
        std::string title = family.name.substr(std::string_view("service_").size());
        std::ranges::replace(title, '_', ' ');
        board.panel(title, grafana_unit(family.unit), {{family.name, "{{service}}"}});
    }
}

Json variables(const Metrics& metrics) {
    Json list = Json::array();
    list.push_back({{"name", "datasource"},
                    {"type", "datasource"},
                    {"query", "prometheus"},
                    {"label", "Prometheus"}});
    if (!has(metrics, "http_requests")) return list;
    list.push_back({{"name", "service"},
                    {"type", "query"},
                    {"label", "Service"},
                    {"datasource", Board::datasource()},
                    {"query", "label_values(http_requests_total, service)"},
                    {"refresh", 2},
                    {"multi", true},
                    {"includeAll", true},
                    {"current", {{"text", "All"}, {"value", "$__all"}}}});
    return list;
}

// What the scenario is called.
std::string title_of(const Metrics& metrics) {
    for (const MetricFamily& family : metrics.families) {
        if (family.name != kRunFamily) continue;
        for (const auto& [label, value] : family.series.front().labels) {
            if (label == "scenario" && !value.empty()) return value;
        }
    }
    return "Spate";
}

// 2024-01-01T00:00:00.000Z
std::string date_text(double seconds) {
    const auto milliseconds = static_cast<std::int64_t>(std::llround(seconds * 1e3));
    const std::chrono::sys_time<std::chrono::milliseconds> time{
        std::chrono::milliseconds(milliseconds)};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

}  // namespace

std::string window_of(const Metrics& metrics) {
    const auto seconds = static_cast<std::int64_t>(std::ceil(metrics.interval_s * 4));
    return seconds <= 60 ? "1m" : fmt::format("{}s", seconds);
}

std::string grafana_json(const Metrics& metrics) {
    const std::string window = window_of(metrics);
    Board board;
    if (has(metrics, "user_requests")) {
        const Red users{"user", "service", "", window};
        board.row("What users saw");
        add_red(board, users);
        board.panel("Percentiles", "s",
                    {{users.quantile(0.5), "p50 {{service}}"},
                     {users.quantile(0.95), "p95 {{service}}"},
                     {users.quantile(0.99), "p99 {{service}}"}});
        board.panel("Outcomes", "reqps",
                    {{fmt::format("sum by (outcome) (rate(user_requests_total[{}]))", window),
                      "{{outcome}}"}});
        board.panel("In flight", "short",
                    {{"sum by (service) (user_requests_in_flight)", "{{service}}"}});
    }
    if (has(metrics, "http_requests")) {
        const Red services{"http", "service", "", window};
        board.row("All services");
        add_red(board, services);
        board.panel("In flight", "short",
                    {{"sum by (service) (http_requests_in_flight)", "{{service}}"}});
    }
    add_gauges(board, metrics);
    if (has(metrics, "http_requests")) {
        board.row("$service", "service");
        add_red(board, {"http", "service, endpoint", "service=~\"$service\"", window});
    }
    const double end_s = metrics.times_s.empty() ? 0 : metrics.times_s.back();
    const Json dashboard = {
        {"title", title_of(metrics)},
        {"tags", {"spate"}},
        {"schemaVersion", 39},
        {"editable", true},
        {"graphTooltip", 1},
        {"timezone", "utc"},
        {"time",
         {{"from", date_text(metrics.epoch_s)}, {"to", date_text(metrics.epoch_s + end_s)}}},
        {"templating", {{"list", variables(metrics)}}},
        {"annotations", {{"list", Json::array()}}},
        {"panels", board.panels()}};
    return dashboard.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reports
