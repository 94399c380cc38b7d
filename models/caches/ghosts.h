// Keys that have left, remembered for a while: what a policy knows of the past beyond its entries.
//
// In one or two lines, each from the oldest to the newest; a key stands in one of them.
#pragma once

#include <array>

#include "models/caches/chain.h"
#include "models/caches/index.h"

namespace models {

class Ghosts {
public:
    struct Ghost {
        std::uint64_t key;
        Slot older;
        Slot newer;
        std::uint32_t bytes;
        std::uint32_t line;
    };

    Slot find(std::uint64_t key) const {
        return index_.find(Index::hash(key), [&](Slot slot) { return ghosts_[slot].key == key; });
    }
    const Ghost& operator[](Slot slot) const { return ghosts_[slot]; }

    // The key is in no line yet.
    void add(std::uint64_t key, std::uint32_t bytes, std::uint32_t line = 0) {
        const Slot slot = ghosts_.add({key, kNoSlot, kNoSlot, bytes, line});
        index_.add(Index::hash(key), slot);
        lines_[line].add_newest(ghosts_, slot);
    }
    void remove(Slot slot) {
        lines_[ghosts_[slot].line].remove(ghosts_, slot);
        index_.remove(Index::hash(ghosts_[slot].key), slot);
        ghosts_.remove(slot);
    }
    // True when the key was there.
    bool remove_key(std::uint64_t key) {
        const Slot slot = find(key);
        if (slot == kNoSlot) return false;
        remove(slot);
        return true;
    }
    void remove_oldest(std::uint32_t line = 0) {
        if (!lines_[line].empty()) remove(lines_[line].oldest());
    }

    // Remembers a key that is in no line, and forgets the oldest until all fit into `room` bytes.
    void add_within(std::uint64_t room, std::uint64_t key, std::uint32_t bytes) {
        if (bytes > room) return;
        while (lines_[0].bytes() + bytes > room) remove_oldest();
        add(key, bytes);
    }

    std::uint64_t bytes(std::uint32_t line = 0) const { return lines_[line].bytes(); }
    void clear() {
        ghosts_.clear();
        index_.clear();
        lines_ = {};
    }
    std::size_t size() const { return ghosts_.size(); }
    std::size_t memory() const { return ghosts_.memory() + index_.memory(); }

private:
    Slab<Ghost> ghosts_;
    Index index_;
    std::array<Chain<Ghost>, 2> lines_;
};

}  // namespace models
