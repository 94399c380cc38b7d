#include "models/network/places.h"

#include <fmt/core.h>

#include <cassert>

namespace models {

std::string instance_name(std::string_view node, std::size_t number) {
    return fmt::format("{}[{}]", node, number);
}

PlaceId Places::add(std::string name, PlaceLevel level, std::optional<PlaceId> around) {
    const PlaceId place{static_cast<std::uint32_t>(places_.size())};
    [[maybe_unused]] const bool is_new = by_name_.emplace(name, place).second;
    assert(is_new);
    places_.push_back({std::move(name), level, around.value_or(place)});
    if (level == PlaceLevel::zone || level == PlaceLevel::users) zones_.push_back(place);
    return place;
}

std::optional<PlaceId> Places::find(std::string_view name) const {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return std::nullopt;
    return found->second;
}

bool Places::is_in(PlaceId place, PlaceId whole) const {
    return place == whole || zone_of(place) == whole || region_of(place) == whole;
}

}  // namespace models
