#include "tools/json_line.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "models/spec/json/document.h"

namespace tools {

namespace {

namespace spec = models::spec;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

spec::Json exact(double number) {
    if (std::isnan(number)) return nullptr;
    if (std::isinf(number)) return number > 0 ? "infinity" : "-infinity";
    return number;
}

spec::Json list_of(const std::vector<std::string>& texts) {
    spec::Json::List list;
    for (const std::string& text : texts) list.emplace_back(text);
    return list;
}

std::optional<double> exact_number(const spec::Json& json) {
    if (json.is_null()) return std::numeric_limits<double>::quiet_NaN();
    if (const std::string* const text = json.text()) {
        if (*text == "infinity") return kInfinity;
        if (*text == "-infinity") return -kInfinity;
        return std::nullopt;
    }
    if (const auto* const value = std::get_if<double>(&json.content)) return *value;
    if (const auto* const value = std::get_if<std::uint64_t>(&json.content)) {
        return static_cast<double>(*value);
    }
    if (const auto* const value = std::get_if<std::int64_t>(&json.content)) {
        return static_cast<double>(*value);
    }
    return std::nullopt;
}

std::optional<spec::Json> read_line(const std::string& line, std::string& problem) {
    spec::Problems found;
    spec::Json json = spec::read("line", line, found);
    if (found.empty() && json.object() != nullptr) return json;
    problem = found.empty() ? "expected an object" : found.sorted().front().message;
    return std::nullopt;
}

const spec::Json* JsonMembers::find(std::string_view name) {
    const spec::Json* const found = json_.find(name);
    if (found == nullptr && problem_.empty()) problem_ = fmt::format("it has no \"{}\"", name);
    return found;
}

void JsonMembers::expect(std::string_view name, std::string_view what) {
    if (problem_.empty()) problem_ = fmt::format("\"{}\" should be {}", name, what);
}

std::string JsonMembers::text(std::string_view name) {
    const spec::Json* const found = find(name);
    if (found == nullptr) return {};
    if (found->text() != nullptr) return *found->text();
    expect(name, "a text");
    return {};
}

std::vector<std::string> JsonMembers::texts(std::string_view name) {
    std::vector<std::string> texts;
    for (const spec::Json& each : list(name)) {
        if (each.text() == nullptr) {
            expect(name, "a list of texts");
            return {};
        }
        texts.push_back(*each.text());
    }
    return texts;
}

std::uint64_t JsonMembers::count(std::string_view name) {
    const spec::Json* const found = find(name);
    if (found == nullptr) return 0;
    if (const auto* const value = std::get_if<std::uint64_t>(&found->content)) return *value;
    expect(name, "a whole number");
    return 0;
}

double JsonMembers::number(std::string_view name) {
    const spec::Json* const found = find(name);
    if (found == nullptr) return 0;
    if (const auto value = exact_number(*found)) return *value;
    expect(name, "a number");
    return 0;
}

bool JsonMembers::truth(std::string_view name) {
    const spec::Json* const found = find(name);
    if (found == nullptr) return false;
    if (found->boolean() != nullptr) return *found->boolean();
    expect(name, "true or false");
    return false;
}

const spec::Json::List& JsonMembers::list(std::string_view name) {
    static const spec::Json::List kNone;
    const spec::Json* const found = find(name);
    if (found == nullptr) return kNone;
    if (found->list() != nullptr) return *found->list();
    expect(name, "a list");
    return kNone;
}

const spec::Json::Object& JsonMembers::object(std::string_view name) {
    static const spec::Json::Object kNone;
    const spec::Json* const found = find(name);
    if (found == nullptr) return kNone;
    if (found->object() != nullptr) return *found->object();
    expect(name, "an object");
    return kNone;
}

}  // namespace tools
