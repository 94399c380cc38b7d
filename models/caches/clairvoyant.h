// The bound: the fewest misses any policy could have with these lookups, knowing the future, if it
// stores what it looked for in vain.
//
// Belady, "A study of replacement algorithms for a virtual-storage computer" (1966): the entry
// whose next use is farthest goes, and with entries of one size nothing does better (Mattson et
// al., 1970). It takes no part in a run: the lookups are looked at afterwards.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace models {

// For each lookup, whether it would have found its key in a cache of `entries`.
std::vector<bool> clairvoyant_hits(std::span<const std::uint64_t> keys, std::uint64_t entries);

}  // namespace models
