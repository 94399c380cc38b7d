// A 128-bit unsigned integer for exact products and sums. Both compilers have it; ISO C++ does not.
#pragma once

namespace sim {

__extension__ typedef unsigned __int128 Uint128;

}  // namespace sim
