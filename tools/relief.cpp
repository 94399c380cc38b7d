#include "tools/relief.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "models/spec/json/document.h"
#include "models/spec/json/json_text.h"
#include "models/topology/load.h"

namespace tools {

namespace {

namespace spec = models::spec;

// A number or a quantity as it is written: 4, 600MiB, 100/s. None when it is something else.
std::optional<std::string> written(const spec::Json* value) {
    if (value == nullptr) return std::nullopt;
    if (value->is_number()) return spec::compact_text(*value);
    return value->text() != nullptr ? std::optional(*value->text()) : std::nullopt;
}

// "600MiB" becomes "2400MiB", "100/s" "400/s".
std::optional<std::string> times(const std::string& quantity, std::uint32_t factor) {
    char* rest = nullptr;
    const double number = std::strtod(quantity.c_str(), &rest);
    if (rest == quantity.c_str() || !(number > 0)) return std::nullopt;
    return fmt::format("{}{}", number * factor, rest);
}

}  // namespace

std::optional<Relief> relief_of(const models::Scenario& scenario,
                                const reports::ResourceUse& resource, std::uint32_t factor) {
    if (resource.parameter.empty()) return std::nullopt;
    spec::Problems unheeded;
    const spec::Json resolved = spec::read("resolved", models::resolved_json(scenario), unheeded);
    std::string pointer = resource.parameter;
    std::ranges::replace(pointer, '.', '/');
    const auto now = written(spec::find(resolved, "/nodes/" + resource.node + "/" + pointer));
    const auto more = now ? times(*now, factor) : std::nullopt;
    if (!more) return std::nullopt;
    const std::string path = fmt::format("nodes.{}.{}", resource.node, resource.parameter);
    return Relief{fmt::format("{}={}", path, *more), fmt::format("{} {} -> {}", path, *now, *more)};
}

}  // namespace tools
