// A value being parsed: where it is, what it holds, and where to say what is wrong with it.
//
// Codecs see JSON only through this, so that every complaint carries its place and pointer without
// their help.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/json/json.h"
#include "models/spec/json/problems.h"

namespace models::spec {

class Cursor {
public:
    Cursor(const Json& root, Problems& problems)
        : json_(&root), name_place_(root.place), problems_(&problems) {}

    const Json& json() const { return *json_; }
    Problems& problems() const { return *problems_; }
    const std::string& pointer() const { return pointer_; }
    std::string_view name() const { return name_; }  // the name it has in its object

    bool is_null() const { return json_->is_null(); }
    bool is_object() const { return json_->object() != nullptr; }
    bool is_list() const { return json_->list() != nullptr; }
    bool is_number() const { return json_->is_number(); }
    const std::string* text() const { return json_->text(); }

    std::vector<Cursor> members() const;
    std::vector<Cursor> elements() const;
    std::optional<Cursor> member(std::string_view name) const;

    // Both return false, so that a codec can say `return cursor.problem(...)`.
    bool problem(std::string message, std::string hint = {}) const;
    bool problem_with_name(std::string message, std::string hint = {}) const;

    // "expected a duration, found a list".
    bool expected(std::string_view what, std::string hint = {}) const;

private:
    Cursor(const Json& json, std::string pointer, Problems& problems)
        : json_(&json), pointer_(std::move(pointer)), problems_(&problems) {}
    Cursor to(const Member& member) const;

    const Json* json_;
    std::string pointer_;
    std::string_view name_;
    SourceLocation name_place_;
    Problems* problems_;
};

}  // namespace models::spec
