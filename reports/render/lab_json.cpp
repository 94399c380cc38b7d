#include "reports/render/lab_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

// As people read it: a claim compares all kinds of things.
Json text(const Value& value) {
    return std::isnan(value.number) ? Json(nullptr) : Json(text_of(value));
}

Json asked(const std::vector<LabAsked>& by_seed) {
    Json list = Json::array();
    for (const LabAsked& each : by_seed) {
        list.push_back(
            {{"left", text(each.left)}, {"right", text(each.right)}, {"answer", each.answer}});
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
        list.push_back(
            {{"ask", each.ask}, {"run", each.run.empty() ? Json(nullptr) : Json(each.run)}});
    }
    return list;
}

}  // namespace

std::string lab_json(const LabShown& lab) {
    Json json = {{"schema", "spate.lab/2"},
                 {"tool", {{"name", "spate"}, {"version", lab.version}}},
                 {"file", lab.file},
                 {"rows", lab.rows},
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
    json["comparison"] = lab.comparison.empty() ? Json(nullptr) : Json::parse(lab.comparison);
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reports
