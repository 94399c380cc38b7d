#include "tools/vary.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/spec/json/printable.h"
#include "tools/range.h"

namespace tools {

std::vector<std::string> split_values(const std::string& list) {
    std::vector<std::string> parts(1);
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const char c = list[i];
        if (quoted && c == '\\' && i + 1 < list.size()) {
            parts.back() += c;
            parts.back() += list[++i];
            continue;
        }
        if (c == '"') quoted = !quoted;
        if (!quoted && (c == '[' || c == '{')) ++depth;
        if (!quoted && (c == ']' || c == '}')) --depth;
        if (c == ',' && depth == 0 && !quoted) {
            parts.emplace_back();
        } else if (c != ' ' || depth > 0 || quoted) {
            parts.back() += c;
        }
    }
    return parts;
}

std::optional<Axis> axis_of(const std::string& vary, std::string& problem) {
    const std::size_t equals = vary.find('=');
    if (equals == std::string::npos || equals == 0) {
        problem = fmt::format(
            "--vary {}: expected PATH=a,b,c\n    as in nodes.web.replicas=4,8,16 or "
            "nodes.front.balancer=all",
            models::spec::in_quotes(vary));
        return std::nullopt;
    }
    Axis axis{vary.substr(0, equals), {}};
    for (const std::string& part : split_values(vary.substr(equals + 1))) {
        std::string wrong;
        const auto range = values_of_range(part, wrong);
        if (part.empty()) wrong = "a value is missing between the commas";
        if (!wrong.empty()) {
            problem = fmt::format("--vary {}: {}", models::spec::printable(axis.path), wrong);
            return std::nullopt;
        }
        if (range) {
            axis.values.insert(axis.values.end(), range->begin(), range->end());
        } else {
            axis.values.push_back(part);
        }
    }
    std::vector<std::string> sorted = axis.values;
    std::ranges::sort(sorted);
    const auto twice = std::ranges::adjacent_find(sorted);
    if (twice == sorted.end()) return axis;
    problem = fmt::format("--vary {}: {} is there twice", models::spec::printable(axis.path),
                          models::spec::in_quotes(*twice));
    return std::nullopt;
}

}  // namespace tools
