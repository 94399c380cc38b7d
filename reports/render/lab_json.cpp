#include "reports/render/lab_json.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

Json four_digits(double value) {
    if (!std::isfinite(value)) return nullptr;
    const double rounded = std::strtod(fmt::format("{:.4g}", value).c_str(), nullptr);
    if (std::abs(rounded) < 1e9 && rounded == std::floor(rounded)) {
        return static_cast<std::int64_t>(rounded);
    }
    return rounded;
}

// As people read it: a claim compares all kinds of things. What is left of a difference of equals
// by rounding is none.
Json text(Value value) {
    constexpr double kRounding = 1e-12;
    if (std::abs(value.number) < kRounding) value.number = 0;
    return std::isnan(value.number) ? Json(nullptr) : Json(text_of(value));
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json asked(const std::vector<LabAsked>& by_seed) {
    Json list = Json::array();
    for (const LabAsked& each : by_seed) {
        list.push_back({{"left", text(each.left)},
                        {"right", text(each.right)},
                        {"left_value", four_digits(each.left.number)},
                        {"right_value", four_digits(each.right.number)},
                        {"answer", each.answer}});
    }
    return list;
}

Json statements(const std::vector<LabStatementShown>& all) {
    Json list = Json::array();
    for (const LabStatementShown& each : all) {
        Json controls = Json::object();
        for (const auto& [name, by_seed] : each.controls) controls[name] = asked(by_seed);
        list.push_back({{"name", each.name},
                        {"kind", each.kind},
                        {"expr", each.expr},
                        {"because", each.because},
                        {"premise", each.premise},
                        {"held", each.held},
                        {"broken_by", each.broken_by},
                        {"claim", asked(each.claim)},
                        {"controls", std::move(controls)}});
    }
    return list;
}

Json controls(const std::vector<LabControlShown>& all) {
    Json list = Json::array();
    for (const LabControlShown& each : all) {
        list.push_back({{"name", each.name},
                        {"about", each.about},
                        {"scenario", text_or_null(each.scenario)},
                        {"settings", each.settings},
                        {"breaks", each.breaks},
                        {"broke", each.broke},
                        {"claim", statements(each.claim)}});
    }
    return list;
}

Json questions(const std::vector<LabNext>& all) {
    Json list = Json::array();
    for (const LabNext& each : all) {
        list.push_back({{"ask", each.ask}, {"run", text_or_null(each.run)}});
    }
    return list;
}

Json rows(const std::vector<LabRow>& all) {
    Json list = Json::array();
    for (const LabRow& each : all) {
        Json row = {{"row", each.row}};
        row["group"] = {{"id", each.group}, {"en", each.group_en}, {"ko", each.group_ko}};
        row["en"] = text_or_null(each.en);
        row["ko"] = text_or_null(each.ko);
        row["source"] = {{"guide", each.guide},
                         {"en", each.guide_en},
                         {"ko", each.guide_ko},
                         {"line", each.line}};
        list.push_back(std::move(row));
    }
    return list;
}

Json run_over_time(const LabRun& run) {
    Json values = Json::array();
    for (const std::vector<double>& figure : run.values) {
        Json list = Json::array();
        for (const double value : figure) list.push_back(four_digits(value));
        values.push_back(std::move(list));
    }
    Json full = Json::array();
    for (const LabFull& each : run.full) {
        full.push_back({{"node", each.node},
                        {"what", each.resource},
                        {"from_s", each.from_s},
                        {"to_s", each.to_s},
                        {"sentence", each.sentence}});
    }
    Json incidents = Json::array();
    for (const sim::Incident& each : run.incidents) {
        incidents.push_back({{"at_s", sim::seconds(each.at.time_since_epoch())},
                             {"node", each.node},
                             {"what", each.what},
                             {"detail", each.detail}});
    }
    return {{"control", text_or_null(run.control)},
            {"variant", run.variant},
            {"interval_s", run.interval_s},
            {"values", std::move(values)},
            {"full", std::move(full)},
            {"incidents", std::move(incidents)}};
}

Json over_time(const LabOverTime& shown) {
    if (shown.figures.empty()) return nullptr;
    Json figures = Json::array();
    for (const LabFigure& each : shown.figures) {
        figures.push_back({{"node", each.node}, {"name", each.name}, {"unit", each.unit}});
    }
    Json runs = Json::array();
    for (const LabRun& each : shown.runs) runs.push_back(run_over_time(each));
    return {{"end_s", shown.end_s}, {"figures", std::move(figures)}, {"runs", std::move(runs)}};
}

// What the page draws of the system and of one request: of run.json and drawn.json a small part.
Json system(const LabShown& lab) {
    if (lab.run.empty()) return nullptr;
    const Json run = Json::parse(lab.run);
    const Json drawn = Json::parse(lab.drawn);
    Json nodes = Json::object();
    for (const auto& [name, node] : run.at("nodes").items()) {
        for (const char* const kept : {"kind", "instances", "totals", "latency_ms"}) {
            nodes[name][kept] = node.at(kept);
        }
    }
    Json drawn_nodes = Json::object();
    for (const auto& [name, node] : drawn.at("nodes").items()) {
        drawn_nodes[name] = {{"client", node.at("client")}};
    }
    Json json;
    json["run"] = {{"simulated_s", run.at("simulated_s")}, {"nodes", std::move(nodes)}};
    json["drawn"] = {{"limits", drawn.at("limits")},
                     {"edges", drawn.at("edges")},
                     {"nodes", std::move(drawn_nodes)},
                     {"traces", drawn.at("traces")}};
    return json;
}

}  // namespace

std::string lab_json(const LabShown& lab) {
    Json json = {{"schema", "spate.lab/2"},
                 {"tool", {{"name", "spate"}, {"version", lab.version}}},
                 {"file", lab.file},
                 {"catalogue", text_or_null(lab.catalogue)},
                 {"rows", rows(lab.rows)},
                 {"title", lab.title},
                 {"about", lab.about},
                 {"held", lab.held},
                 {"proven", lab.why.empty()},
                 {"why", lab.why},
                 {"settings", lab.settings},
                 {"vary", lab.vary},
                 {"seeds", lab.seeds},
                 {"statements", statements(lab.statements)},
                 {"controls", controls(lab.controls)},
                 {"try_next", questions(lab.try_next)}};
    json["scenario"] = text_or_null(lab.scenario);
    json["system"] = system(lab);
    json["over_time"] = over_time(lab.over_time);
    json["comparison"] = lab.comparison.empty() ? Json(nullptr) : Json::parse(lab.comparison);
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reports
