// Three FIFOs: a small one that most entries only pass through, a main one with second chances, and
// the keys of those that left the small one.
//
// Yang, Zhang, Qiu, Yue and Rashmi, "FIFO queues are all you need for cache eviction" (SOSP 2023).
// As libCacheSim's S3FIFO: who was used twice in the small queue moves to the main one. Unlike
// there, an entry as large as the small queue is admitted, or caches of a few entries would stay
// empty.
#pragma once

#include <tuple>

#include "models/caches/eviction.h"
#include "models/caches/ghosts.h"
#include "models/spec/declaration/spec.h"

namespace models {

class S3Fifo final : public Eviction {
public:
    struct Spec {
        static constexpr std::string_view kind = "s3_fifo";
        static constexpr std::string_view doc =
            "A small FIFO that weeds out what is used once, a main FIFO with second chances.";
        double small = 0.1;
        double ghosts = 0.9;
        std::uint32_t move_to_main = 2;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("small", &Spec::small, above(0.0), at_most(0.99),
                      "Share of the cache for new entries."),
                param("ghosts", &Spec::ghosts, at_least(0.0), at_most(10.0),
                      "Keys remembered after they left the small queue, in caches full."),
                param("move_to_main", &Spec::move_to_main, at_least(1u), at_most(3u),
                      "Uses in the small queue that move an entry to the main one.")};
        }
    };

    S3Fifo(const Spec& spec, EvictionState& state)
        : entries_(state.entries),
          small_capacity_(part_of(state.capacity, spec.small)),
          main_capacity_(state.capacity - small_capacity_),
          ghost_capacity_(part_of(state.capacity, spec.ghosts)),
          move_to_main_(spec.move_to_main) {}

    void hit(Slot slot) override;
    void expect(Key key, std::uint32_t bytes) override;
    void inserted(Slot slot) override;
    Slot evict() override;
    void forget(Slot slot) override;
    void clear() override;
    std::size_t remembered() const override { return ghosts_.size(); }
    std::size_t memory() const override { return ghosts_.memory(); }

private:
    static constexpr std::uint32_t kMain = 4, kUses = 3;  // a mark: the queue, and uses up to 3

    Slot evict_small();
    Slot evict_main();

    Entries& entries_;
    std::uint64_t small_capacity_;
    std::uint64_t main_capacity_;
    std::uint64_t ghost_capacity_;
    std::uint32_t move_to_main_;
    EntryChain small_;
    EntryChain main_;
    Ghosts ghosts_;
    bool comes_back_ = false;
};

}  // namespace models
