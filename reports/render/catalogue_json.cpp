#include "reports/render/catalogue_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

Json listed(const CatalogueRow& each) {
    return {{"row", each.row.row},   {"en", each.row.en},
            {"ko", each.row.ko},     {"title", each.title},
            {"page", each.page},     {"proven", each.proven},
            {"why", each.why},       {"statements", each.statements},
            {"broken", each.broken}, {"premises", each.premises}};
}

}  // namespace

std::string catalogue_json(const std::vector<CatalogueRow>& rows, const std::string& version) {
    Json groups = Json::array();
    for (const CatalogueRow& each : rows) {
        auto group = std::ranges::find_if(
            groups, [&](const Json& known) { return known.at("id") == each.row.group; });
        if (group == groups.end()) {
            groups.push_back({{"id", each.row.group},
                              {"en", each.row.group_en},
                              {"ko", each.row.group_ko},
                              {"labs", Json::array()}});
            group = groups.end() - 1;
        }
        group->at("labs").push_back(listed(each));
    }
    Json json = {{"schema", "spate.catalogue/1"}};
    json["tool"] = {{"name", "spate"}, {"version", version}};
    json["groups"] = std::move(groups);
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reports
