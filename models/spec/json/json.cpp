#include "models/spec/json/json.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace models::spec {
namespace {

std::string unescaped(std::string_view segment) {
    std::string name;
    for (std::size_t i = 0; i < segment.size(); ++i) {
        const bool escape = segment[i] == '~' && i + 1 < segment.size();
        if (!escape) {
            name += segment[i];
        } else {
            name += segment[++i] == '1' ? '/' : '~';
        }
    }
    return name;
}

const Json* step_into(const Json& json, std::string_view segment) {
    const Json::List* list = json.list();
    if (list == nullptr) return json.find(unescaped(segment));
    std::size_t index = 0;
    const char* const end = segment.data() + segment.size();
    const auto [stop, error] = std::from_chars(segment.data(), end, index);
    const bool valid = error == std::errc{} && stop == end && index < list->size();
    return valid ? &(*list)[index] : nullptr;
}

// How far a pointer can be followed: the last value met, and whether that was the end of it.
std::pair<const Json*, bool> follow(const Json& root, std::string_view pointer) {
    const Json* here = &root;
    while (!pointer.empty()) {
        pointer.remove_prefix(1);
        const std::size_t end = std::min(pointer.find('/'), pointer.size());
        const Json* next = step_into(*here, pointer.substr(0, end));
        if (next == nullptr) return {here, false};
        here = next;
        pointer.remove_prefix(end);
    }
    return {here, true};
}

}  // namespace

Json::Json() = default;
Json::Json(std::nullptr_t) {}
Json::Json(bool value) : content(value) {}
Json::Json(double value) : content(value) {}
Json::Json(std::string value) : content(std::move(value)) {}
Json::Json(std::string_view value) : content(std::string(value)) {}
Json::Json(const char* value) : content(std::string(value)) {}
Json::Json(List value) : content(std::move(value)) {}
Json::Json(Object value) : content(std::move(value)) {}
Json::Json(bool negative, std::uint64_t bits) {
    if (negative) {
        content = static_cast<std::int64_t>(bits);
    } else {
        content = bits;
    }
}

Json::Json(const Json&) = default;
Json::Json(Json&&) noexcept = default;
Json& Json::operator=(const Json&) = default;
Json& Json::operator=(Json&&) noexcept = default;
Json::~Json() = default;

const Json* Json::find(std::string_view name) const {
    const Object* members = object();
    if (members == nullptr) return nullptr;
    const auto found = std::ranges::find(*members, name, &Member::name);
    return found == members->end() ? nullptr : &found->value;
}

Json* Json::find(std::string_view name) {
    return const_cast<Json*>(std::as_const(*this).find(name));
}

void Json::put(std::string_view name, Json value) {
    if (is_null()) content = Object{};
    if (Json* const present = find(name)) {
        *present = std::move(value);
    } else {
        object()->push_back({std::string(name), std::move(value), {}});
    }
}

bool Json::operator==(const Json& other) const {
    return content == other.content;
}

const Json* find(const Json& root, std::string_view pointer) {
    const auto [json, whole] = follow(root, pointer);
    return whole ? json : nullptr;
}

SourceLocation nearest_place(const Json& root, std::string_view pointer) {
    return follow(root, pointer).first->place;
}

std::string pointer_to(std::string_view parent, std::string_view name) {
    std::string pointer(parent);
    pointer += '/';
    for (const char c : name) {
        if (c == '~') {
            pointer += "~0";
        } else if (c == '/') {
            pointer += "~1";
        } else {
            pointer += c;
        }
    }
    return pointer;
}

std::string pointer_to(std::string_view parent, std::size_t index) {
    return pointer_to(parent, std::string_view(std::to_string(index)));
}

}  // namespace models::spec
