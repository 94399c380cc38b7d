#include "models/spec/json/cursor.h"

#include <fmt/core.h>

#include "models/spec/json/printable.h"

namespace models::spec {
namespace {

std::string found(const Json& json) {
    if (json.is_null()) return "null";
    if (json.is_number()) return "a number";
    if (json.boolean() != nullptr) return "true or false";
    if (json.list() != nullptr) return "a list";
    if (json.object() != nullptr) return "an object";
    return in_quotes(*json.text());
}

}  // namespace

std::vector<Cursor> Cursor::members() const {
    std::vector<Cursor> result;
    if (!is_object()) return result;
    result.reserve(json_->object()->size());
    for (const Member& member : *json_->object()) result.push_back(to(member));
    return result;
}

std::vector<Cursor> Cursor::elements() const {
    std::vector<Cursor> result;
    if (!is_list()) return result;
    result.reserve(json_->list()->size());
    for (const Json& element : *json_->list()) {
        result.push_back(Cursor(element, pointer_to(pointer_, result.size()), *problems_));
        result.back().name_place_ = element.place;
    }
    return result;
}

std::optional<Cursor> Cursor::member(std::string_view name) const {
    if (!is_object()) return std::nullopt;
    for (const Member& member : *json_->object()) {
        if (member.name == name) return to(member);
    }
    return std::nullopt;
}

Cursor Cursor::to(const Member& member) const {
    Cursor cursor(member.value, pointer_to(pointer_, std::string_view(member.name)), *problems_);
    cursor.name_ = member.name;
    cursor.name_place_ = member.place;
    return cursor;
}

bool Cursor::problem(std::string message, std::string hint) const {
    problems_->add({json_->place, pointer_, std::move(message), std::move(hint)});
    return false;
}

bool Cursor::problem_with_name(std::string message, std::string hint) const {
    problems_->add({name_place_, pointer_, std::move(message), std::move(hint)});
    return false;
}

bool Cursor::expected(std::string_view what, std::string hint) const {
    return problem(fmt::format("expected {}, found {}", what, found(*json_)), std::move(hint));
}

}  // namespace models::spec
