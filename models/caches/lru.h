// The least recently used goes.
#pragma once

#include <tuple>

#include "models/caches/eviction.h"
#include "models/spec/declaration/spec.h"

namespace models {

class Lru final : public Eviction {
public:
    struct Spec {
        static constexpr std::string_view kind = "lru";
        static constexpr std::string_view doc = "The least recently used goes.";
        static constexpr auto params() { return std::tuple{}; }
    };

    Lru(const Spec&, EvictionState& state) : entries_(state.entries) {}

    void hit(Slot slot) override { used_.renew(entries_, slot); }
    void inserted(Slot slot) override { used_.add_newest(entries_, slot); }
    Slot evict() override { return used_.take_oldest(entries_); }
    void forget(Slot slot) override { used_.remove(entries_, slot); }
    void clear() override { used_ = {}; }

private:
    Entries& entries_;
    EntryChain used_;
};

}  // namespace models
