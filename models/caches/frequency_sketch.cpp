#include "models/caches/frequency_sketch.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "sim/uint128.h"

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

}  // namespace

// The places of a key's counters. A remainder by a number that stays is two products (Lemire, Kaser
// and Kurz, "Faster remainder by direct computation", 2019): exact for 32 bits.
class FrequencySketch::Places {
public:
    Places(std::uint64_t key, const FrequencySketch& sketch)
        : at_(static_cast<std::uint32_t>(xxh64(key, kFirstSeed))),
          step_(static_cast<std::uint32_t>(xxh64(key, kSecondSeed))),
          counters_(static_cast<std::uint32_t>(sketch.low_.size())),
          reciprocal_(sketch.reciprocal_) {}

    std::uint32_t next() {
        const std::uint64_t fraction = reciprocal_ * at_;
        at_ += step_;
        return static_cast<std::uint32_t>(sim::Uint128{fraction} * counters_ >> 64);
    }

private:
    std::uint32_t at_;
    std::uint32_t step_;
    std::uint32_t counters_;
    std::uint64_t reciprocal_;
};

FrequencySketch::FrequencySketch(std::uint64_t entries) {
    const double wanted = std::ceil(kCountersAnEntry * static_cast<double>(entries));
    const double most = std::numeric_limits<std::int32_t>::max();
    const auto count = static_cast<std::size_t>(std::min(wanted, most));
    low_.resize(count < kHashes ? 2 * kHashes : count);
    blocks_.resize(low_.size() / kBlock + 1, kNone);
    reciprocal_ = ~std::uint64_t{0} / low_.size() + 1;
}

void FrequencySketch::add(std::uint64_t key) {
    Places places(key, *this);
    std::uint8_t* const low = low_.data();
    for (std::uint32_t hash = 0; hash < kHashes; ++hash) {
        const std::uint32_t place = places.next();
        if (++low[place] == 0) carry(place);
    }
}

void FrequencySketch::carry(std::uint32_t place) {
    Block& block = blocks_[place / kBlock];
    if (block == kNone) {
        block = static_cast<Block>(high_.size() / kBlock);
        high_.resize(high_.size() + kBlock);
    }
    std::uint8_t& high = high_[std::size_t{block} * kBlock + place % kBlock];
    const bool is_full = high == std::numeric_limits<std::uint8_t>::max();
    is_full ? --low_[place] : ++high;
}

std::uint32_t FrequencySketch::count(std::uint32_t place) const {
    const Block block = blocks_[place / kBlock];
    if (block == kNone) return low_[place];
    return std::uint32_t{high_[std::size_t{block} * kBlock + place % kBlock]} << 8 | low_[place];
}

std::uint32_t FrequencySketch::estimate(std::uint64_t key) const {
    Places places(key, *this);
    std::uint32_t least = std::numeric_limits<std::uint16_t>::max();
    for (std::uint32_t hash = 0; hash < kHashes; ++hash) {
        least = std::min(least, count(places.next()));
    }
    return least;
}

bool FrequencySketch::is_above(std::uint64_t key, std::uint32_t estimate) const {
    Places places(key, *this);
    for (std::uint32_t hash = 0; hash < kHashes; ++hash) {
        if (count(places.next()) <= estimate) return false;
    }
    return true;
}

void FrequencySketch::halve() {
    for (std::uint32_t place = 0; place < low_.size(); ++place) {
        const std::uint32_t half = count(place) >> 1;
        low_[place] = static_cast<std::uint8_t>(half);
        const Block block = blocks_[place / kBlock];
        if (block == kNone) continue;
        high_[std::size_t{block} * kBlock + place % kBlock] = static_cast<std::uint8_t>(half >> 8);
    }
}

}  // namespace models
