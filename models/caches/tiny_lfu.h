// A small window takes everybody in; to stay, who leaves it must have been asked for more often
// than the one it would replace.
//
// Einziger, Friedman and Manes, "TinyLFU: a highly efficient cache admission policy" (2017). As
// libCacheSim's WTinyLFU: the main part is a segmented LRU of a fifth and four fifths, all counts
// are halved after 32 uses an entry, and the window holds more until the main part is full.
#pragma once

#include <tuple>

#include "models/caches/eviction.h"
#include "models/caches/frequency_sketch.h"
#include "models/caches/slru.h"
#include "models/spec/declaration/spec.h"

namespace models {

class TinyLfu final : public Eviction {
public:
    struct Spec {
        static constexpr std::string_view kind = "w_tiny_lfu";
        static constexpr std::string_view doc =
            "An LRU window before a main part that admits by how often a key was asked for.";
        double window = 0.01;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("window", &Spec::window, at_least(0.0), at_most(0.99),
                      "Share of the cache for the window: new entries that are not yet admitted.")};
        }
    };

    TinyLfu(const Spec& spec, EvictionState& state);

    void hit(Slot slot) override;
    void inserted(Slot slot) override;
    Slot evict() override;
    void forget(Slot slot) override;
    void clear() override;
    std::size_t memory() const override { return sketch_.memory(); }

private:
    static constexpr std::uint32_t kWindow = ~std::uint32_t{0};  // a mark; others are segments
    static constexpr std::uint64_t kUsesAnEntry = 32;            // until all counts are halved

    bool more_popular(Slot candidate, Slot rival) const;
    void admit(Slot slot);
    Slot take_from_main();

    Entries& entries_;
    std::uint64_t main_capacity_;
    EntryChain window_;
    Segments main_;
    FrequencySketch sketch_;  // sized when the first entry tells how large they are
    std::uint64_t uses_ = 0;
    std::uint64_t halved_after_ = 0;
};

}  // namespace models
