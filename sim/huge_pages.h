// Asks the system to back a large block of memory with huge pages; a hint that changes no result.
#pragma once

#include <cstddef>

namespace models {

void ask_for_huge_pages(void* begin, std::size_t bytes);

}  // namespace models
