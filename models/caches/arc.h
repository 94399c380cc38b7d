// Two LRUs, of those used once and those used again, whose shares follow what the cache misses.
//
// Megiddo and Modha, "ARC: a self-tuning, low overhead replacement cache" (FAST 2003): T1 and T2
// with the keys that left them, B1 and B2. A miss found in B1 says that T1 was too small, one in B2
// that it was too large. With sizes, the paper's counts are bytes.
#pragma once

#include <tuple>

#include "models/caches/eviction.h"
#include "models/caches/ghosts.h"
#include "models/spec/declaration/spec.h"

namespace models {

class Arc final : public Eviction {
public:
    struct Spec {
        static constexpr std::string_view kind = "arc";
        static constexpr std::string_view doc =
            "ARC: adapts how much of the cache is for entries used once and for those used again.";
        static constexpr auto params() { return std::tuple{}; }
    };

    Arc(const Spec&, EvictionState& state) : entries_(state.entries), capacity_(state.capacity) {}

    void hit(Slot slot) override;
    void expect(Key key, std::uint32_t bytes) override;
    void inserted(Slot slot) override;
    Slot evict() override;
    void forget(Slot slot) override;
    void clear() override;
    std::size_t remembered() const override { return once_.size() + again_.size(); }
    std::size_t memory() const override { return once_.memory() + again_.memory(); }

private:
    static constexpr std::uint32_t kOnce = 0, kAgain = 1;
    enum class From { nowhere, once, again };

    Slot replace();

    Entries& entries_;
    std::uint64_t capacity_;
    EntryChain lines_[2];  // T1, T2
    Ghosts once_, again_;  // B1, B2
    double target_ = 0;    // bytes of T1: p
    From from_ = From::nowhere;
    std::uint32_t coming_ = 0;  // bytes
};

}  // namespace models
