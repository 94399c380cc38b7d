#include "models/spec/json/json_text.h"

#include <nlohmann/json.hpp>

namespace models::spec {
namespace {

using Ordered = nlohmann::ordered_json;

Ordered ordered(const Json& json);

Ordered ordered_list(const Json::List& list) {
    Ordered result = Ordered::array();
    for (const Json& element : list) result.push_back(ordered(element));
    return result;
}

// Straight into the list that it is: emplace() of nlohmann would look for the name among all that
// are there, and no object of ours has a name twice.
Ordered ordered_object(const Json::Object& object) {
    Ordered::object_t members;
    members.reserve(object.size());
    for (const Member& member : object) members.emplace_back(member.name, ordered(member.value));
    return members;
}

Ordered ordered(const Json& json) {
    if (const Json::List* const list = json.list()) return ordered_list(*list);
    if (const Json::Object* const object = json.object()) return ordered_object(*object);
    return std::visit(
        [](const auto& value) -> Ordered {
            if constexpr (requires { Ordered(value); }) return Ordered(value);
            return {};
        },
        json.content);
}

// Text that is not UTF-8 can only come from a command line; it must not stop a report.
std::string text(const Json& json, int indent) {
    return ordered(json).dump(indent, ' ', false, Ordered::error_handler_t::replace);
}

}  // namespace

std::string compact_text(const Json& json) {
    return text(json, -1);
}
std::string indented_text(const Json& json) {
    return text(json, 2);
}

}  // namespace models::spec
