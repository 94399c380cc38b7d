#include "models/spec/documents/differences.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/spec/json/json_text.h"

namespace models::spec {

namespace {

std::string shown(const Json& value) {
    const std::string* const text = value.text();
    return text != nullptr ? *text : compact_text(value);
}

bool is_other_kind(const Json& before, const Json& after) {
    const Json* const left = before.find("kind");
    const Json* const right = after.find("kind");
    return left != nullptr && right != nullptr && !(*left == *right);
}

class Walk {
public:
    std::vector<Difference> found;

    void compare(const std::string& path, const Json& before, const Json& after) {
        if (before == after) return;
        if (before.object() != nullptr && after.object() != nullptr &&
            !is_other_kind(before, after)) {
            return compare_objects(path, *before.object(), *after.object());
        }
        if (before.list() != nullptr && after.list() != nullptr) {
            return compare_lists(path, *before.list(), *after.list());
        }
        found.push_back({Difference::Kind::changed, path, shown(before), shown(after)});
    }

private:
    static std::string inside(const std::string& path, std::string_view name) {
        return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
    }
    void add(const std::string& path, const Json& value) {
        found.push_back({Difference::Kind::added, path, "", shown(value)});
    }
    void remove(const std::string& path, const Json& value) {
        found.push_back({Difference::Kind::removed, path, shown(value), ""});
    }

    void compare_objects(const std::string& path, const Json::Object& before,
                         const Json::Object& after) {
        for (const Member& member : before) {
            const auto other = std::ranges::find(after, member.name, &Member::name);
            if (other == after.end()) {
                remove(inside(path, member.name), member.value);
            } else {
                compare(inside(path, member.name), member.value, other->value);
            }
        }
        for (const Member& member : after) {
            if (std::ranges::find(before, member.name, &Member::name) == before.end()) {
                add(inside(path, member.name), member.value);
            }
        }
    }

    void compare_lists(const std::string& path, const Json::List& before, const Json::List& after) {
        const std::size_t both = std::min(before.size(), after.size());
        for (std::size_t i = 0; i < both; ++i) {
            compare(inside(path, std::to_string(i)), before[i], after[i]);
        }
        for (std::size_t i = both; i < before.size(); ++i) {
            remove(inside(path, std::to_string(i)), before[i]);
        }
        for (std::size_t i = both; i < after.size(); ++i) {
            add(inside(path, std::to_string(i)), after[i]);
        }
    }
};

}  // namespace

std::vector<Difference> differences(const Json& before, const Json& after) {
    Walk walk;
    walk.compare("", before, after);
    return std::move(walk.found);
}

}  // namespace models::spec
