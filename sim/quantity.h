// Quantities other than time. Each is one number with its unit in the type; JSON writes the unit
// out ("64KiB", "500/s", "$0.10/h", "99.9%").
#pragma once

#include <compare>
#include <cstdint>

namespace sim {

struct Bytes {
    std::uint64_t count = 0;
    auto operator<=>(const Bytes&) const = default;
};

// Events a second.
struct Rate {
    double per_second = 0;
    auto operator<=>(const Rate&) const = default;
};

// US dollars an hour: what keeping one of something running costs.
struct Price {
    double usd_per_hour = 0;
    auto operator<=>(const Price&) const = default;
};

// A share of a whole, 0 to 1; JSON writes it "99.9%" or 0.999.
struct Fraction {
    double value = 0;
    auto operator<=>(const Fraction&) const = default;
};

}  // namespace sim
