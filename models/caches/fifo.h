// The one that came first goes, used or not.
#pragma once

#include <tuple>

#include "models/caches/eviction.h"
#include "models/spec/declaration/spec.h"

namespace models {

class Fifo final : public Eviction {
public:
    struct Spec {
        static constexpr std::string_view kind = "fifo";
        static constexpr std::string_view doc =
            "First in, first out: the oldest entry goes, used or not.";
        static constexpr auto params() { return std::tuple{}; }
    };

    Fifo(const Spec&, EvictionState& state) : entries_(state.entries) {}

    void hit(Slot) override {}
    void inserted(Slot slot) override { line_.add_newest(entries_, slot); }
    Slot evict() override { return line_.take_oldest(entries_); }
    void forget(Slot slot) override { line_.remove(entries_, slot); }
    void clear() override { line_ = {}; }

private:
    Entries& entries_;
    EntryChain line_;
};

}  // namespace models
