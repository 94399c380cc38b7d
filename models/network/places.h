// Where things stand: regions, their zones, machines in zones, and users outside of all.
//
// A place is a small number in a tree that is read from the scenario; machines are added as they
// come. One stands on a machine, in a zone when nobody says on which machine, or among users.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/place_id.h"

namespace models {

enum class PlaceLevel : std::uint8_t { users, region, zone, machine };

// "web[3]", as reports name instances: no other place is called so.
std::string instance_name(std::string_view node, std::size_t number);

class Places {
public:
    PlaceId add_users(std::string name) { return add(std::move(name), PlaceLevel::users, {}); }
    PlaceId add_region(std::string name) { return add(std::move(name), PlaceLevel::region, {}); }
    PlaceId add_zone(PlaceId region, std::string name) {
        return add(std::move(name), PlaceLevel::zone, region);
    }
    // In a zone, or in one that users have.
    PlaceId add_machine(PlaceId zone, std::string name) {
        return add(std::move(name), PlaceLevel::machine, zone);
    }

    std::size_t size() const { return places_.size(); }
    // Names are one place's each: no zone is called as a region is.
    std::optional<PlaceId> find(std::string_view name) const;

    const std::string& name(PlaceId place) const { return at(place).name; }
    PlaceLevel level(PlaceId place) const { return at(place).level; }
    // The place itself when it has no place around it.
    PlaceId around(PlaceId place) const { return at(place).around; }
    // The place itself, or the one of that kind around it: where a machine's links lead to others.
    PlaceId zone_of(PlaceId place) const {
        return level(place) == PlaceLevel::machine ? around(place) : place;
    }
    // Users are in none: for them it is their own place.
    PlaceId region_of(PlaceId place) const { return around(zone_of(place)); }
    bool is_in(PlaceId place, PlaceId whole) const;

    // In the order they were added. Users count as zones, so does whoever has no machine.
    const std::vector<PlaceId>& zones() const { return zones_; }

private:
    struct Entry {
        std::string name;
        PlaceLevel level;
        PlaceId around;
    };

    PlaceId add(std::string name, PlaceLevel level, std::optional<PlaceId> around);
    const Entry& at(PlaceId place) const { return places_[static_cast<std::size_t>(place)]; }

    std::vector<Entry> places_;
    std::map<std::string, PlaceId, std::less<>> by_name_;
    std::vector<PlaceId> zones_;
};

}  // namespace models
