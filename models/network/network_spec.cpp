#include "models/network/network_spec.h"

namespace models {

Places NetworkSpec::build_places() const {
    Places places;
    for (const std::string& each : users) places.add_users(each);
    for (const auto& [region_name, region] : regions) {
        const PlaceId around = places.add_region(region_name);
        for (const std::string& zone : region.zones) places.add_zone(around, zone);
    }
    return places;
}

bool NetworkSpec::has_bandwidth() const {
    const auto has = [](const LinkSpec& link) {
        return link.bandwidth && link.bandwidth->bits_per_second > 0;
    };
    bool found = has(same_machine) || has(same_zone) || has(across_zones) || has(across_regions) ||
                 has(to_users);
    for (const auto& [from, row] : pairs) {
        for (const auto& [to, link] : row) found = found || has(link);
    }
    return found;
}

const LinkSpec* NetworkSpec::pair(const std::string& from, const std::string& to) const {
    const auto find = [&](const std::string& one, const std::string& other) -> const LinkSpec* {
        const spec::Named<LinkSpec>* const row = pairs.find(one);
        return row == nullptr ? nullptr : row->find(other);
    };
    const LinkSpec* const there = find(from, to);
    return there != nullptr ? there : find(to, from);
}

std::vector<PlaceId> placement_of(const NetworkSpec& spec, const Places& places,
                                  const std::string& node) {
    std::vector<PlaceId> stands;
    const std::vector<std::string>* const names = spec.placement.find(node);
    if (names == nullptr) return stands;
    for (const std::string& name : *names) {
        const PlaceId place = *places.find(name);
        if (places.level(place) != PlaceLevel::region) {
            stands.push_back(place);
            continue;
        }
        for (const PlaceId zone : places.zones()) {
            if (places.region_of(zone) == place) stands.push_back(zone);
        }
    }
    return stands;
}

}  // namespace models
