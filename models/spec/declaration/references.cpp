#include "models/spec/declaration/references.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/spec/json/nearest.h"
#include "models/spec/json/printable.h"

namespace models::spec {

bool check_reference(const Reference& reference, const std::vector<std::string_view>& names,
                     const Json& document, Problems& problems) {
    const std::string& node = reference.ref.node;
    if (std::ranges::count(names, std::string_view(node)) > 0) return true;
    problems.add({nearest_place(document, reference.pointer), reference.pointer,
                  fmt::format("there is no node {}", in_quotes(node)),
                  did_you_mean(node, names, "the nodes are")});
    return false;
}

}  // namespace models::spec
