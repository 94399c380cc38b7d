#include "models/spec/json_text.h"

#include <nlohmann/json.hpp>

namespace models::spec {
namespace {

using Written = nlohmann::ordered_json;

Written written(const Json& json);

Written written_list(const Json::List& list) {
    Written result = Written::array();
    for (const Json& element : list) result.push_back(written(element));
    return result;
}

Written written_object(const Json::Object& object) {
    Written result = Written::object();
    for (const Member& member : object) result.emplace(member.name, written(member.value));
    return result;
}

Written written(const Json& json) {
    if (const Json::List* const list = json.list()) return written_list(*list);
    if (const Json::Object* const object = json.object()) return written_object(*object);
    return std::visit(
        [](const auto& value) -> Written {
            if constexpr (requires { Written(value); }) return Written(value);
            return {};
        },
        json.content);
}

// Text that is not UTF-8 can only come from a command line; it must not stop a report.
std::string text(const Json& json, int indent) {
    return written(json).dump(indent, ' ', false, Written::error_handler_t::replace);
}

}  // namespace

std::string compact_text(const Json& json) {
    return text(json, -1);
}
std::string indented_text(const Json& json) {
    return text(json, 2);
}

}  // namespace models::spec
