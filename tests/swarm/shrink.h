// A smaller scenario that shows the same: what can be left out of it, is.
//
// Members and elements are left out one by one, the largest first, as long as the rest still fails;
// then again, until nothing more can go (Zeller and Hildebrandt 2002, ddmin, with pieces that are
// JSON's own).
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace swarm {

using Pointer = nlohmann::ordered_json::json_pointer;

// Every member and element below, by how much of the text it is.
inline std::vector<Pointer> parts_of(const nlohmann::ordered_json& json) {
    std::vector<std::pair<std::size_t, Pointer>> found;
    const std::function<void(const nlohmann::ordered_json&, const Pointer&)> walk =
        [&](const nlohmann::ordered_json& at, const Pointer& where) {
            std::size_t index = 0;
            for (auto each = at.begin(); each != at.end(); ++each, ++index) {
                const Pointer part = at.is_object() ? where / each.key() : where / index;
                found.emplace_back(each.value().dump().size(), part);
                if (each.value().is_structured()) walk(each.value(), part);
            }
        };
    walk(json, Pointer());
    std::ranges::stable_sort(found, std::greater<>(), &std::pair<std::size_t, Pointer>::first);
    std::vector<Pointer> parts;
    for (auto& [size, part] : found) parts.push_back(part);
    return parts;
}

inline nlohmann::ordered_json without(const nlohmann::ordered_json& json, const Pointer& part) {
    nlohmann::ordered_json rest = json;
    auto& around = rest.at(part.parent_pointer());
    if (around.is_object()) {
        around.erase(part.back());
    } else {
        around.erase(static_cast<std::size_t>(std::stoull(part.back())));
    }
    return rest;
}

inline nlohmann::ordered_json shrunk(
    nlohmann::ordered_json json, const std::function<bool(const nlohmann::ordered_json&)>& fails) {
    // A minute is enough for most; what it has by then will do.
    const auto ends = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    for (bool goes_on = true; goes_on;) {
        goes_on = false;
        for (const Pointer& part : parts_of(json)) {
            if (std::chrono::steady_clock::now() > ends) return json;
            if (!json.contains(part)) continue;
            nlohmann::ordered_json rest = without(json, part);
            if (!fails(rest)) continue;
            json = std::move(rest);
            goes_on = true;
        }
    }
    return json;
}

}  // namespace swarm
