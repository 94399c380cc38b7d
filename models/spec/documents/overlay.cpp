#include "models/spec/documents/overlay.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "models/spec/json/document.h"
#include "models/spec/json/nearest.h"
#include "models/spec/json/printable.h"

namespace models::spec {
namespace {

void remove(Json& object, std::string_view name) {
    std::erase_if(*object.object(), [&](const Member& member) { return member.name == name; });
}

Member& member_named(Json& object, const Member& like) {
    Json::Object& members = *object.object();
    const auto found = std::ranges::find(members, like.name, &Member::name);
    if (found != members.end()) return *found;
    members.push_back({like.name, {}, like.place});
    return members.back();
}

// One segment of a path, and where it stands in the text of the --set.
struct Segment {
    std::string name;
    SourceLocation place;
    bool last = false;
};

// "failures[0]", as figures are asked for, is "failures.0": the dot's place in it; else npos.
std::size_t bracket_of(std::string_view segment) {
    const std::size_t open = segment.find('[');
    if (open == 0 || open == std::string_view::npos || !segment.ends_with(']')) {
        return std::string_view::npos;
    }
    const std::string_view index = segment.substr(open + 1, segment.size() - open - 2);
    const bool is_index =
        !index.empty() && index.find_first_not_of("0123456789") == std::string_view::npos;
    return is_index ? open : std::string_view::npos;
}

std::vector<Segment> segments_of(std::string_view path, std::uint32_t source) {
    std::vector<Segment> result;
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('.', begin), path.size());
        const auto add = [&](std::size_t from, std::string_view name, bool last) {
            const auto offset = static_cast<std::uint32_t>(from);
            result.push_back({std::string(name), {source, 1, offset + 1, offset}, last});
        };
        const std::string_view segment = path.substr(begin, end - begin);
        const bool last = end == path.size();
        if (const std::size_t open = bracket_of(segment); open != std::string_view::npos) {
            add(begin, segment.substr(0, open), false);
            add(begin + open, segment.substr(open + 1, segment.size() - open - 2), last);
        } else {
            add(begin, segment, last);
        }
        begin = end + 1;
    }
    return result;
}

// A choice may be written as the bare word of its kind; a path that leads into it needs the object.
void open_bare_choice(Json& json) {
    const std::string* word = json.text();
    if (word == nullptr || word->empty() || word->front() < 'a' || word->front() > 'z') return;
    Json::Object members;
    members.push_back({"kind", Json(*word), json.place});
    members.back().value.place = json.place;
    json.content = std::move(members);
}

std::vector<std::string_view> names_of(const Json& object) {
    std::vector<std::string_view> names;
    for (const Member& member : *object.object()) names.emplace_back(member.name);
    return names;
}

class Setting {
public:
    Setting(std::string_view path, std::string_view value, Problems& problems,
            std::string_view option)
        : problems_(problems), source_(problems.add_setting(path, value, option)) {
        segments_ = segments_of(path, source_);
        value_offset_ = path.size() + 1;
    }

    void apply(Json& document) {
        Json* here = &document;
        for (const Segment& segment : segments_) {
            if (segment.name.empty()) return refuse(segment, "the path has an empty name in it");
            if (segment.last) return assign(*here, segment, value());
            here = into(*here, segment);
            if (here == nullptr) return;
        }
    }

private:
    void refuse(const Segment& segment, std::string message, std::string hint = {}) {
        problems_.add({segment.place, pointer_, std::move(message), std::move(hint)});
    }

    // Problems of a text that is no JSON do not matter: then it is a string.
    Json value() {
        Problems unheeded;
        const std::string& text = problems_.source(source_).text;
        std::optional<Json> json = read_from(text, source_, value_offset_, unheeded);
        if (!json || !unheeded.empty()) json = Json(text.substr(value_offset_));
        const auto offset = static_cast<std::uint32_t>(value_offset_);
        json->place = {source_, 1, offset + 1, offset};
        return *std::move(json);
    }

    Json* element(Json::List& list, const Segment& segment) {
        std::size_t index = 0;
        const char* const end = segment.name.data() + segment.name.size();
        const auto [stop, error] = std::from_chars(segment.name.data(), end, index);
        if (error == std::errc{} && stop == end && index < list.size()) return &list[index];
        refuse(segment, fmt::format("{} is not an index of this list", in_quotes(segment.name)),
               list.empty() ? "the list is empty" : fmt::format("0 to {}", list.size() - 1));
        return nullptr;
    }

    // Anything but a list is walked as an object: what is missing, or in the way, is made one.
    void make_object(Json& json, const Segment& segment) {
        open_bare_choice(json);
        if (json.object() != nullptr) return;
        json.content = Json::Object{};
        json.place = segment.place;
    }

    Json* into(Json& json, const Segment& segment) {
        Json* next = nullptr;
        if (Json::List* const list = json.list()) {
            next = element(*list, segment);
        } else {
            make_object(json, segment);
            if (is_misspelt(json, segment)) return nullptr;
            next = &member_named(json, {segment.name, {}, segment.place}).value;
            if (next->is_null()) make_object(*next, segment);
        }
        pointer_ = pointer_to(pointer_, segment.name);
        return next;
    }

    // "nodes.wbe.replicas" would otherwise become a node of its own, without a kind.
    bool is_misspelt(const Json& json, const Segment& segment) {
        if (json.find(segment.name) != nullptr) return false;
        const std::string_view near = nearest(segment.name, names_of(json));
        if (near.empty()) return false;
        refuse(segment, fmt::format("there is no {} here", in_quotes(segment.name)),
               fmt::format("did you mean {}?", in_quotes(near)));
        return true;
    }

    void assign(Json& json, const Segment& segment, Json value) {
        if (Json::List* const list = json.list()) {
            if (Json* const slot = element(*list, segment)) *slot = std::move(value);
            return;
        }
        make_object(json, segment);
        if (value.is_null()) return remove(json, segment.name);
        Member& member = member_named(json, {segment.name, {}, segment.place});
        member.place = segment.place;
        member.value = std::move(value);
    }

    Problems& problems_;
    std::uint32_t source_;
    std::vector<Segment> segments_;
    std::size_t value_offset_ = 0;
    std::string pointer_;
};

}  // namespace

void overlay(Json& document, Json patch) {
    Json::Object* const changes = patch.object();
    if (changes == nullptr) {
        document = std::move(patch);
        return;
    }
    if (document.object() == nullptr) {
        document.content = Json::Object{};
        document.place = patch.place;
    }
    for (Member& change : *changes) {
        if (change.value.is_null()) {
            remove(document, change.name);
        } else {
            Member& member = member_named(document, change);
            member.place = change.place;
            overlay(member.value, std::move(change.value));
        }
    }
}

void set(Json& document, std::string_view path, std::string_view value, Problems& problems,
         std::string_view option) {
    Setting(path, value, problems, option).apply(document);
}

}  // namespace models::spec
