#include "models/network/network_spec.h"

#include <algorithm>

namespace models {

namespace {

bool is_limited(const LinkSpec& link) {
    return link.bandwidth && link.bandwidth->bits_per_second > 0;
}

}  // namespace

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
    bool found = is_limited(same_machine) || is_limited(same_zone) || is_limited(across_zones) ||
                 is_limited(across_regions) || is_limited(to_users);
    for (const auto& [from, row] : pairs) {
        for (const auto& [to, link] : row) found = found || is_limited(link);
    }
    return found;
}

bool NetworkSpec::has_bandwidth(const std::string& from, const std::string& to) const {
    const std::string& from_region = region_of(from);
    const std::string& to_region = region_of(to);
    for (const LinkSpec* const own : {pair(from, to), pair(from, to_region), pair(from_region, to),
                                      pair(from_region, to_region)}) {
        if (own != nullptr && is_limited(*own)) return true;
    }
    if (from_region == from || to_region == to) return is_limited(to_users);
    if (from == to) return is_limited(same_zone) || is_limited(same_machine);
    return is_limited(from_region == to_region ? across_zones : across_regions);
}

const std::string& NetworkSpec::region_of(const std::string& zone) const {
    for (const auto& [region, spec] : regions) {
        if (std::ranges::find(spec.zones, zone) != spec.zones.end()) return region;
    }
    return zone;
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
