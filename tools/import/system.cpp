#include "tools/import/system.h"

#include <algorithm>

namespace tools::imports {

std::string System::about() const {
    std::string files;
    for (const std::string& each : read) {
        files += (files.empty() ? "" : ", ") + each.substr(each.rfind('/') + 1);
    }
    return "Imported from " + files + ".";
}

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
