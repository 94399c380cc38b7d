// 128-bit integers for exact products and sums. Both compilers have them; ISO C++ does not.
#pragma once

namespace sim {

__extension__ typedef unsigned __int128 Uint128;
__extension__ typedef __int128 Int128;

}  // namespace sim
