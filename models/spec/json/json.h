// A JSON value that remembers where each part of it was written.
//
// Parsing itself is nlohmann's (document.cpp). The tree is ours because every problem found later,
// by a codec or by the topology checks, must point at the line and column a person wrote, also
// after overlays and --set have been merged in from other places.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace models::spec {

// Lines and columns count from 1, columns in characters. Line 0 is a whole source, or a --set.
struct SourceLocation {
    static constexpr std::uint32_t kNowhere = ~std::uint32_t{0};
    std::uint32_t source = kNowhere;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::uint32_t offset = 0;
};

struct Member;

struct Json {
    using List = std::vector<Json>;
    using Object = std::vector<Member>;

    Json();
    Json(std::nullptr_t);
    Json(bool value);
    Json(double value);
    Json(std::string value);
    Json(std::string_view value);
    Json(const char* value);
    Json(List value);
    Json(Object value);

    // Non-negative integers are always kept unsigned, so that equal numbers compare equal.
    template <std::integral T>
    Json(T value) : Json(std::cmp_less(value, 0), static_cast<std::uint64_t>(value)) {}

    // Defined where Member is complete.
    Json(const Json&);
    Json(Json&&) noexcept;
    Json& operator=(const Json&);
    Json& operator=(Json&&) noexcept;
    ~Json();

    bool is_null() const { return std::holds_alternative<std::nullptr_t>(content); }
    const bool* boolean() const { return std::get_if<bool>(&content); }
    const std::string* text() const { return std::get_if<std::string>(&content); }
    const List* list() const { return std::get_if<List>(&content); }
    const Object* object() const { return std::get_if<Object>(&content); }
    List* list() { return std::get_if<List>(&content); }
    Object* object() { return std::get_if<Object>(&content); }
    bool is_number() const { return content.index() >= 2 && content.index() <= 4; }

    // The value of that name in an object; none when there is none, or when this is no object.
    const Json* find(std::string_view name) const;
    Json* find(std::string_view name);

    // Adds to an object, replacing what had that name; a null becomes an object first.
    void put(std::string_view name, Json value);

    // Equal content, wherever it was written. Objects are equal only in equal order.
    bool operator==(const Json& other) const;

    std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string, List,
                 Object>
        content;
    SourceLocation place;

private:
    Json(bool negative, std::uint64_t bits);
};

struct Member {
    std::string name;
    Json value;
    SourceLocation place;  // where the name was written
    bool operator==(const Member& other) const {
        return name == other.name && value == other.value;
    }
};

// Follows a JSON pointer (RFC 6901); none when something on the way is missing.
const Json* find(const Json& root, std::string_view pointer);

// The place a pointer leads to, or that of its nearest ancestor when it was left to a default.
SourceLocation nearest_place(const Json& root, std::string_view pointer);

// "/nodes/web" + "a/b" = "/nodes/web/a~1b".
std::string pointer_to(std::string_view parent, std::string_view name);
std::string pointer_to(std::string_view parent, std::size_t index);

}  // namespace models::spec
