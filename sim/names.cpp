#include "sim/names.h"

namespace sim {

NameId Names::find(std::string_view text) {
    const auto known = ids_.find(text);
    if (known != ids_.end()) return known->second;
    const auto id = static_cast<NameId>(texts_.size());
    ids_.emplace(texts_.emplace_back(text), id);
    return id;
}

}  // namespace sim
