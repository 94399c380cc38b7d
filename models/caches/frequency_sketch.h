// Roughly how often each of very many keys was asked for: a counting Bloom filter.
//
// Ten counters a key of 14.4 an entry, so that one key in a thousand is mistaken for another; the
// smallest of a key's counters is its estimate, and all are halved now and then, so that old fame
// fades (Einziger, Friedman and Manes, "TinyLFU: a highly efficient cache admission policy", 2017).
// Hashes and sizes as in libCacheSim's minimalIncrementCBF: the two halves of double hashing are
// XXH64 of the key with two seeds, cut to 32 bits.
#pragma once

#include <cstdint>
#include <vector>

namespace models {

class FrequencySketch {
public:
    FrequencySketch() = default;
    explicit FrequencySketch(std::uint64_t entries);

    void add(std::uint64_t key);
    std::uint32_t estimate(std::uint64_t key) const;
    void halve();

    bool empty() const { return counters_.empty(); }
    std::size_t memory() const { return counters_.size() * sizeof(std::uint16_t); }

private:
    std::vector<std::uint16_t> counters_;
};

}  // namespace models
