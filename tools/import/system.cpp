#include "tools/import/system.h"

#include <algorithm>

namespace tools::imports {

Part* System::find(const std::string& name) {
    const auto found = std::ranges::find(parts, name, &Part::name);
    return found == parts.end() ? nullptr : &*found;
}

Part& System::part(const std::string& name) {
    if (Part* const known = find(name)) return *known;
    parts.push_back({});
    parts.back().name = name;
    return parts.back();
}

}  // namespace tools::imports
