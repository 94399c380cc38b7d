// What was written to a set of items, and what of it was acknowledged: by this, and not by any
// probability, an answer is stale or a write lost.
//
// Every write gets the next version of the whole set, as in a log. An item's version is that of its
// last write, 0 when there was none; the version of the set is that of the last write to any item.
// A read is stale when its version is older than that of the last write that was acknowledged
// before the read began (a regular register: Lamport, "On interprocess communication", 1986).
#pragma once

#include <algorithm>
#include <cstdint>

#include "models/data/key_map.h"

namespace models {

class Ledger {
public:
    using Key = std::uint64_t;
    // What is about all items at once: a list, a ranking.
    static constexpr Key kWholeSet = ~Key{0};

    // A version for a write that is acknowledged before it is committed.
    std::uint64_t reserve() { return ++last_; }

    // The write is in the database.
    std::uint64_t commit(Key key) { return commit(key, reserve()); }
    std::uint64_t commit(Key key, std::uint64_t version) {
        raise(items_[key].committed, version);
        raise(whole_.committed, version);
        return version;
    }

    // It is not any more: a crash took it, and what was there before is there again.
    void take_back(Key key, std::uint64_t version, std::uint64_t before) {
        Item& item = items_[key];
        if (item.committed == version) item.committed = before;
        if (whole_.committed == version) whole_.committed = version - 1;
    }

    // Its writer has been told so.
    void acknowledge(Key key, std::uint64_t version) {
        raise(items_[key].acknowledged, version);
        raise(whole_.acknowledged, version);
    }

    std::uint64_t committed(Key key) const { return item(key).committed; }
    std::uint64_t acknowledged(Key key) const { return item(key).acknowledged; }

private:
    struct Item {
        std::uint64_t committed = 0;
        std::uint64_t acknowledged = 0;
    };

    static void raise(std::uint64_t& version, std::uint64_t to) { version = std::max(version, to); }
    Item item(Key key) const {
        if (key == kWholeSet) return whole_;
        const Item* const found = items_.find(key);
        return found == nullptr ? Item{} : *found;
    }

    std::uint64_t last_ = 0;
    KeyMap<Item> items_;  // those that were written
    Item whole_;
};

}  // namespace models
