#include "models/caches/frequency_sketch.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace models {

namespace {

constexpr std::uint32_t kHashes = 10;                   // ln 2 times the counters an entry
constexpr double kCountersAnEntry = 14.37758751969317;  // -ln(0.001) / (ln 2)^2
constexpr std::uint64_t kFirstSeed = 0x12345678;
constexpr std::uint64_t kSecondSeed = 0x12344321;

// XXH64 of the eight bytes of a key.
std::uint64_t xxh64(std::uint64_t key, std::uint64_t seed) {
    constexpr std::uint64_t kPrime1 = 11400714785074694791u, kPrime2 = 14029467366897019727u,
                            kPrime3 = 1609587929392839161u, kPrime4 = 9650029242287828579u,
                            kPrime5 = 2870177450012600261u;
    std::uint64_t hash = seed + kPrime5 + sizeof(key);
    hash ^= std::rotl(key * kPrime2, 31) * kPrime1;
    hash = std::rotl(hash, 27) * kPrime1 + kPrime4;
    hash = (hash ^ (hash >> 33)) * kPrime2;
    hash = (hash ^ (hash >> 29)) * kPrime3;
    return hash ^ (hash >> 32);
}

// The places of a key's counters.
struct Places {
    Places(std::uint64_t key, std::size_t count)
        : at(static_cast<std::uint32_t>(xxh64(key, kFirstSeed))),
          step(static_cast<std::uint32_t>(xxh64(key, kSecondSeed))),
          counters(static_cast<std::uint32_t>(count)) {}

    std::uint32_t next() {
        const std::uint32_t place = at % counters;
        at += step;
        return place;
    }

    std::uint32_t at;
    std::uint32_t step;
    std::uint32_t counters;
};

}  // namespace

FrequencySketch::FrequencySketch(std::uint64_t entries) {
    const double wanted = std::ceil(kCountersAnEntry * static_cast<double>(entries));
    const double most = std::numeric_limits<std::int32_t>::max();
    const auto count = static_cast<std::size_t>(std::min(wanted, most));
    counters_.resize(count < kHashes ? 2 * kHashes : count);
}

void FrequencySketch::add(std::uint64_t key) {
    Places places(key, counters_.size());
    for (std::uint32_t hash = 0; hash < kHashes; ++hash) {
        std::uint16_t& counter = counters_[places.next()];
        if (counter < std::numeric_limits<std::uint16_t>::max()) ++counter;
    }
}

std::uint32_t FrequencySketch::estimate(std::uint64_t key) const {
    Places places(key, counters_.size());
    std::uint32_t least = std::numeric_limits<std::uint16_t>::max();
    for (std::uint32_t hash = 0; hash < kHashes; ++hash) {
        least = std::min<std::uint32_t>(least, counters_[places.next()]);
    }
    return least;
}

void FrequencySketch::halve() {
    for (std::uint16_t& counter : counters_) counter >>= 1;
}

}  // namespace models
