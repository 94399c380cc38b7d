// The number of a place in which one stands (places.h).
#pragma once

#include <cstdint>

namespace models {

enum class PlaceId : std::uint32_t {};

// Of a sender who stands nowhere in particular, or has said himself how long it takes: there is no
// link on its way.
inline constexpr PlaceId kNowhere{~std::uint32_t{0}};

}  // namespace models
