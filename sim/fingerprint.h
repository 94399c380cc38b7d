// A running hash over everything a run did, in order: two runs with one fingerprint did the same.
//
// Each word is xored in, multiplied by an odd number and rotated: for a given state a bijection of
// the word, so a single changed word always changes the value, and about 2 ns long. Not a defence
// against somebody who searches for collisions.
#pragma once

#include <bit>
#include <cstdint>
#include <string>

namespace sim {

class Fingerprint {
public:
    constexpr void add(std::uint64_t word) {
        state_ = std::rotl((state_ ^ word) * 0x9fb21c651e98df25u, 29);
    }

    // Appends another run's fingerprint: merge replications in index order.
    constexpr void combine(const Fingerprint& other) { add(other.value()); }

    constexpr std::uint64_t value() const {
        std::uint64_t value = state_;
        value = (value ^ (value >> 32)) * 0xe9846af9b1a615du;
        value = (value ^ (value >> 32)) * 0xe9846af9b1a615du;
        return value ^ (value >> 28);
    }

    // 16 lower-case hexadecimal digits.
    std::string hex() const {
        std::string digits(16, '0');
        std::uint64_t rest = value();
        for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, rest >>= 4)
            *digit = "0123456789abcdef"[rest & 15];
        return digits;
    }

    bool operator==(const Fingerprint&) const = default;

private:
    std::uint64_t state_ = 0x243f6a8885a308d3u;  // pi: any start but zero
};

}  // namespace sim
