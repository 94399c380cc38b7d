// Roughly how often each of very many keys was asked for: a counting Bloom filter.
//
// Ten counters a key of 14.4 an entry, so that one key in a thousand is mistaken for another; the
// smallest of a key's counters is its estimate, and all are halved now and then, so that old fame
// fades (Einziger, Friedman and Manes, "TinyLFU: a highly efficient cache admission policy", 2017).
// Counters are of 16 bits, and stop there. Few need the upper eight, so these have room only in
// blocks where one does. Hashes and sizes as in libCacheSim's minimalIncrementCBF: the two halves
// of double hashing are XXH64 of the key with two seeds, cut to 32 bits.
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
    // Whether its estimate is above that: told by the first counter that is not, mostly.
    bool is_above(std::uint64_t key, std::uint32_t estimate) const;
    void halve();

    bool empty() const { return low_.empty(); }
    std::size_t memory() const {
        return low_.capacity() + blocks_.capacity() * sizeof(Block) + high_.capacity();
    }

private:
    using Block = std::uint32_t;
    class Places;

    static constexpr std::uint32_t kBlock = 32;
    static constexpr Block kNone = ~Block{0};

    std::uint32_t count(std::uint32_t place) const;
    void carry(std::uint32_t place);

    std::vector<std::uint8_t> low_;
    std::vector<Block> blocks_;       // where the upper halves of so many counters are
    std::vector<std::uint8_t> high_;  // of the blocks that have any
    std::uint64_t reciprocal_ = 0;    // of the number of counters, for remainders
};

}  // namespace models
