// Paths that a filter knows by their beginnings, as `req.path.startsWith("/health")` does.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "models/filters/filter.h"

namespace models {

class PathList {
public:
    PathList(const std::vector<std::string>& prefixes, const FilterHost& host)
        : prefixes_(prefixes), host_(host) {}

    bool has(EndpointId endpoint) {
        if (prefixes_.empty()) return false;
        if (endpoint >= known_.size()) known_.resize(endpoint + 1, Known::nothing);
        Known& known = known_[endpoint];
        if (known == Known::nothing) [[unlikely]]
            known = find(host_.path_of(endpoint)) ? Known::listed : Known::other;
        return known == Known::listed;
    }

private:
    enum class Known : std::uint8_t { nothing, listed, other };

    bool find(std::string_view path) const {
        return std::ranges::any_of(
            prefixes_, [&](const std::string& prefix) { return path.starts_with(prefix); });
    }

    std::vector<std::string> prefixes_;
    const FilterHost& host_;
    std::vector<Known> known_;  // by endpoint
};

// Of a parameter: each is a path.
inline void check_prefixes(const std::vector<std::string>& prefixes, std::string_view parameter,
                           spec::Check& check) {
    for (const std::string& each : prefixes) {
        check.that(each.starts_with('/'), parameter, "\"" + each + "\" is no path",
                   "begin with a slash: \"/health\"");
    }
}

// The segments of these names, as requests carry them.
inline std::vector<Words::Number> segment_numbers_of(const std::vector<std::string>& names,
                                                     Words& words) {
    std::vector<Words::Number> numbers;
    for (const std::string& each : names) numbers.push_back(words.number_of(each));
    return numbers;
}

}  // namespace models
