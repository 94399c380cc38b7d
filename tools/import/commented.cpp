#include "tools/import/commented.h"

#include <algorithm>

#include "models/spec/json/json_text.h"
#include "models/spec/json/printable.h"

namespace tools::imports {

namespace {

namespace spec = models::spec;

constexpr std::size_t kColumns = 100;

class CommentedWriter {
public:
    explicit CommentedWriter(const Comments& comments) : comments_(comments) {}

    std::string whole(const spec::Json& json) {
        comment("", 0);
        value(json, "", 0, 0);
        return text_ + "\n";
    }

private:
    static std::string indent(std::size_t depth) { return std::string(2 * depth, ' '); }

    // Nothing in it may end the comment's line.
    void comment(const std::string& pointer, std::size_t depth) {
        const auto found = comments_.find(pointer);
        if (found == comments_.end()) return;
        for (const std::string& each : found->second) fold(spec::printable(each), depth);
    }

    void fold(const std::string& sentence, std::size_t depth) {
        const std::string begin = indent(depth) + "//";
        std::string line = begin;
        std::size_t at = 0;
        while (at < sentence.size()) {
            const std::size_t end = std::min(sentence.find(' ', at), sentence.size());
            const std::string word = sentence.substr(at, end - at);
            if (line != begin && line.size() + 1 + word.size() > kColumns) {
                text_ += line + "\n";
                line = begin;
            }
            line += " " + word;
            at = end + 1;
        }
        text_ += line + "\n";
    }

    bool has_comments_within(const std::string& pointer) const {
        const auto next = comments_.lower_bound(pointer + "/");
        return next != comments_.end() && next->first.starts_with(pointer + "/");
    }

    // `used`: columns that stand before it on its line, and the comma after it.
    void value(const spec::Json& json, const std::string& pointer, std::size_t depth,
               std::size_t used) {
        const std::string line = one_line(json);
        const bool is_short = depth >= 1 && used + line.size() <= kColumns;
        const bool is_node = depth < 2 && json.object() != nullptr && pointer.starts_with("/nodes");
        if (is_leaf(json) || (is_short && !is_node && !has_comments_within(pointer))) {
            text_ += line;
        } else if (json.list() != nullptr) {
            list(*json.list(), pointer, depth);
        } else {
            object(*json.object(), pointer, depth);
        }
    }

    static bool is_leaf(const spec::Json& json) {
        if (json.list() != nullptr) return json.list()->empty();
        return json.object() == nullptr || json.object()->empty();
    }

    void list(const spec::Json::List& items, const std::string& pointer, std::size_t depth) {
        text_ += "[\n";
        for (std::size_t i = 0; i < items.size(); ++i) {
            const std::string own = spec::pointer_to(pointer, i);
            comment(own, depth + 1);
            text_ += indent(depth + 1);
            value(items[i], own, depth + 1, 2 * depth + 3);
            text_ += i + 1 < items.size() ? ",\n" : "\n";
        }
        text_ += indent(depth) + "]";
    }

    void object(const spec::Json::Object& members, const std::string& pointer, std::size_t depth) {
        text_ += "{\n";
        for (std::size_t i = 0; i < members.size(); ++i) {
            const std::string own = spec::pointer_to(pointer, members[i].name);
            comment(own, depth + 1);
            const std::string name = spec::compact_text(spec::Json(members[i].name)) + ": ";
            text_ += indent(depth + 1) + name;
            value(members[i].value, own, depth + 1, 2 * depth + 3 + name.size());
            text_ += i + 1 < members.size() ? ",\n" : "\n";
        }
        text_ += indent(depth) + "}";
    }

    // As compact_text, with blanks behind commas and colons.
    static std::string one_line(const spec::Json& json) {
        std::string text;
        if (const spec::Json::List* const items = json.list()) {
            for (const spec::Json& each : *items) {
                text += (text.empty() ? "" : ", ") + one_line(each);
            }
            return "[" + text + "]";
        }
        if (const spec::Json::Object* const members = json.object()) {
            for (const spec::Member& each : *members) {
                text += (text.empty() ? "" : ", ") + spec::compact_text(spec::Json(each.name)) +
                        ": " + one_line(each.value);
            }
            return "{" + text + "}";
        }
        return spec::compact_text(json);
    }

    const Comments& comments_;
    std::string text_;
};

}  // namespace

spec::Json object_of(std::initializer_list<std::pair<const char*, spec::Json>> members) {
    spec::Json::Object result;
    for (const auto& [name, value] : members) result.push_back({name, value, {}});
    return result;
}

std::string commented_text(const spec::Json& json, const Comments& comments) {
    return CommentedWriter(comments).whole(json);
}

}  // namespace tools::imports
