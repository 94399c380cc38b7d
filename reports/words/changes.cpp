#include "reports/words/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/words/terminal.h"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

std::string cut(const std::string& text) {
    constexpr std::size_t kWidest = 60;
    const std::string clean = printable(text);
    return width_of(clean) <= kWidest ? clean : fitted(clean, kWidest);
}

std::size_t column_of(const std::vector<Change>& changes) {
    std::vector<std::string> names;
    for (const Change& each : changes) names.push_back(each.what);
    return column_for(names);
}

std::string coloured(char sign, const std::string& line) {
    const char* const code = sign == '+' ? "32" : sign == '-' ? "31" : "33";
    return fmt::format("\033[{}m{}\033[0m\n", code, line);
}

Json value_of(const std::optional<std::string>& text) {
    return text ? Json(*text) : Json(nullptr);
}

}  // namespace

std::size_t column_for(const std::vector<std::string>& names) {
    constexpr std::size_t kWidest = 50;
    std::size_t width = 0;
    for (const std::string& name : names) width = std::max(width, width_of(printable(name)));
    return std::min(width, kWidest);
}

std::string signed_text(const std::vector<Change>& changes, bool colour) {
    const std::size_t width = column_of(changes);
    std::string text;
    for (const Change& each : changes) {
        const char sign = each.sign();
        const std::string values =
            sign == '~' ? fmt::format("{} -> {}", cut(*each.before), cut(*each.after))
                        : cut(each.before.value_or(each.after.value_or("")));
        const std::string line =
            fmt::format("  {} {}  {}", sign, fitted(printable(each.what), width), values);
        text += colour ? coloured(sign, line) : line + "\n";
    }
    return text;
}

std::string changes_text(const std::vector<Change>& changes, const std::string& nothing) {
    const std::size_t width = column_of(changes);
    std::string text;
    for (const Change& each : changes) {
        text += fmt::format("  {}  {} -> {}\n", fitted(printable(each.what), width),
                            cut(each.before.value_or(nothing)), cut(each.after.value_or(nothing)));
    }
    return text;
}

Json changes_json(const std::vector<Change>& changes, const char* name) {
    Json list = Json::array();
    for (const Change& each : changes) {
        list.push_back({{name, each.what},
                        {"before", value_of(each.before)},
                        {"after", value_of(each.after)}});
    }
    return list;
}

}  // namespace reports
