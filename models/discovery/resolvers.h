// Caches of answers: one of a few bytes for each resolver that one node's callers have.
//
// Numbers of users and instances are dense, so an entry is found by its number: 16 bytes a resolver
// however few have asked, where a hash table takes about 50 for each that has. A million users with
// a cache each are 16 MB, 48 MB while the table grows.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "sim/time.h"

namespace models {

class Resolvers {
public:
    static constexpr std::uint32_t kNoRecord = std::numeric_limits<std::uint32_t>::max();
    static constexpr std::uint32_t kNeverAsked = std::numeric_limits<std::uint32_t>::max();

    struct Entry {
        sim::Time expires{};
        std::uint32_t record = kNoRecord;
        std::uint32_t version = kNeverAsked;  // of the records when they were asked for

        bool is_new() const { return version == kNeverAsked; }
        bool is_fresh(sim::Time now) const { return !is_new() && now < expires; }
    };
    static_assert(sizeof(Entry) == 16);

    Entry& of(std::uint32_t number) {
        if (number >= entries_.size()) [[unlikely]]
            entries_.resize(std::size_t{number} + 1);
        return entries_[number];
    }

private:
    std::vector<Entry> entries_;
};

}  // namespace models
