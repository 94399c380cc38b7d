// Asks the system to back a large block of memory with huge pages; a hint that changes no result.
//
// Who goes from one of a million things to another finds none of their pages in the processor's
// list of pages (the TLB), and to look one up takes longer than to fetch what is on it.
#pragma once

#include <cstddef>

namespace sim {

inline constexpr std::size_t kHugePage = std::size_t{2} << 20;

// Nothing when there is less than `least`.
void ask_for_huge_pages(void* begin, std::size_t bytes, std::size_t least = 4 * kHugePage);

}  // namespace sim
