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

Json asked(const std::vector<LabClause::Asked>& by_seed) {
    Json list = Json::array();
    for (const LabClause::Asked& each : by_seed) {
        list.push_back(
            {{"left", text(each.left)}, {"right", text(each.right)}, {"answer", each.answer}});
    }
    return list;
}

Json clauses(const std::vector<LabClause>& all) {
    Json list = Json::array();
    for (const LabClause& each : all) {
        list.push_back(
            {{"expr", each.expr}, {"claim", asked(each.claim)}, {"control", asked(each.control)}});
    }
    return list;
}

}  // namespace

std::string lab_json(const LabShown& lab) {
    Json json = {{"schema", "spate.lab/1"},
                 {"tool", {{"name", "spate"}, {"version", lab.version}}},
                 {"file", lab.file},
                 {"rows", lab.rows},
                 {"title", lab.title},
                 {"about", lab.about},
                 {"held", lab.held},
                 {"control_broke", lab.control_broke},
                 {"proven", lab.held && lab.control_broke},
                 {"why", lab.why.empty() ? Json(nullptr) : Json(lab.why)},
                 {"claim", lab.claim},
                 {"refused", lab.refused},
                 {"checks", lab.checks},
                 {"promql", lab.promql},
                 {"settings", lab.settings},
                 {"vary", lab.vary},
                 {"seeds", lab.seeds}};
    json["control"] = {{"about", lab.control_about}, {"settings", lab.control_settings}};
    json["try_next"] = lab.try_next;
    json["clauses"] = clauses(lab.clauses);
    json["comparison"] = lab.comparison.empty() ? Json(nullptr) : Json::parse(lab.comparison);
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reports
