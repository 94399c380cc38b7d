#include "tools/import/promises.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace tools::imports {

std::string availability_kept(std::size_t requests, std::size_t failed) {
    static constexpr std::array kPromises = {99.9, 99.5, 99.0, 98.0, 95.0, 90.0, 80.0, 50.0, 0.0};
    const double n = static_cast<double>(requests);
    const double good = 1 - static_cast<double>(failed) / n;
    const double least = 100 * (good - 3.5 * std::sqrt(good * (1 - good) / n));
    const auto* const kept =
        std::ranges::find_if(kPromises, [&](double each) { return failed == 0 || each <= least; });
    return fmt::format("availability >= {:g}%", kept == kPromises.end() ? 0 : *kept);
}

}  // namespace tools::imports
