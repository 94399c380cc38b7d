// What a recorded system kept, as a scenario expects it.
#pragma once

#include <cstddef>
#include <string>

namespace tools::imports {

// "availability >= 99%": a usual promise that was kept, with 3.5 standard errors of room for
// chance.
std::string availability_kept(std::size_t requests, std::size_t failed);

}  // namespace tools::imports
