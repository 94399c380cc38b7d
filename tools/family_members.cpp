#include "tools/family_members.h"

#include <algorithm>

#include "models/spec/declaration/kinds.h"
#include "models/spec/json/json_text.h"

namespace tools {

namespace spec = models::spec;

namespace {

// What stands at a dotted path; null when nothing does.
const spec::Json* value_at(const spec::Json& document, std::string_view path) {
    std::string pointer;
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('.', begin), path.size());
        pointer = spec::pointer_to(pointer, path.substr(begin, end - begin));
        begin = end + 1;
    }
    return spec::find(document, pointer);
}

Member member_of(const spec::Model& model, const spec::Json* present) {
    Member member{model.kind, {}, {}, {}};
    spec::Json object;
    object.put("kind", model.kind);
    member.bare = spec::compact_text(object);
    for (const spec::Field& field : model.fields) {
        const spec::Json* const kept = present == nullptr ? nullptr : present->find(field.name);
        if (kept != nullptr) {
            object.put(field.name, *kept);
        } else if (field.is_required) {
            member.missing.push_back(field.name);
        }
    }
    member.value = spec::compact_text(object);
    return member;
}

}  // namespace

std::string place_of(std::string_view path) {
    constexpr std::string_view kKind = ".kind";
    return std::string(path.ends_with(kKind) ? path.substr(0, path.size() - kKind.size()) : path);
}

std::vector<Member> members_at(const spec::Types& types, const spec::Json& document,
                               std::string_view path) {
    const std::string place = place_of(path);
    const spec::Json* const present = value_at(document, place);
    std::vector<Member> members;
    for (const spec::Model& model : spec::models_at(types, document, path)) {
        members.push_back(member_of(model, present));
    }
    return members;
}

}  // namespace tools
