// An object whose names the scenario chooses: nodes, endpoints.
//
// In the order they were written, which is the order everything is built and listed in.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace models::spec {

template <class T>
struct Named {
    using Entry = std::pair<std::string, T>;
    std::vector<Entry> entries;

    // The value of that name, or null.
    const T* find(std::string_view name) const {
        for (const Entry& entry : entries) {
            if (entry.first == name) return &entry.second;
        }
        return nullptr;
    }

    bool empty() const { return entries.empty(); }
    std::size_t size() const { return entries.size(); }
    auto begin() const { return entries.begin(); }
    auto end() const { return entries.end(); }
    bool operator==(const Named&) const = default;
};

}  // namespace models::spec
