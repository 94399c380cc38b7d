// What is noted of items, by key: a flat table with linear probing, in which an item is one line of
// memory away. (In std::unordered_map it is three: its bucket, the item before it, itself.)
//
// None is forgotten but all together. Ledger::kWholeSet is no item.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/huge_pages.h"
#include "sim/prefetch.h"
#include "sim/rng.h"

namespace models {

template <class Value>
class KeyMap {
public:
    using Key = std::uint64_t;

    std::size_t size() const { return size_; }
    bool contains(Key key) const { return find(key) != nullptr; }

    // Null when nothing is noted of it.
    const Value* find(Key key) const {
        if (size_ == 0) return nullptr;
        for (std::size_t at = home(key);; at = after(at)) {
            const Cell& cell = cells_[at];
            if (cell.key == kNone) return nullptr;
            if (cell.key == key) return &cell.value;
        }
    }

    // What is noted of it, from now on. Good until another item is.
    Value& operator[](Key key) {
        assert(key != kNone);
        if ((size_ + 1) * 4 > cells_.size() * 3) grow();
        std::size_t at = home(key);
        while (cells_[at].key != key) {
            if (cells_[at].key == kNone) {
                cells_[at].key = key;
                ++size_;
                break;
            }
            at = after(at);
        }
        return cells_[at].value;
    }

    // It will be asked about this item soon.
    void prefetch(Key key) const {
        if (size_ > 0) sim::prefetch(&cells_[home(key)]);
    }

    // visit(key, value) for each, in no order that means anything.
    template <class Visit>
    void for_each(Visit visit) const {
        for (const Cell& cell : cells_) {
            if (cell.key != kNone) visit(cell.key, cell.value);
        }
    }

    void clear() {
        cells_.clear();
        size_ = 0;
    }

private:
    static constexpr Key kNone = ~Key{0};

    struct Cell {
        Key key = kNone;
        Value value{};
    };

    // There are a power of two of them.
    std::size_t home(Key key) const { return sim::mix(key) & (cells_.size() - 1); }
    std::size_t after(std::size_t at) const { return (at + 1) & (cells_.size() - 1); }

    void grow() {
        const std::vector<Cell> old = std::exchange(cells_, {});
        const std::size_t count = old.empty() ? 8 : old.size() * 2;
        cells_.reserve(count);
        sim::ask_for_huge_pages(cells_.data(), count * sizeof(Cell));
        cells_.resize(count);
        for (const Cell& cell : old) {
            if (cell.key == kNone) continue;
            std::size_t at = home(cell.key);
            while (cells_[at].key != kNone) at = after(at);
            cells_[at] = cell;
        }
    }

    std::vector<Cell> cells_;
    std::size_t size_ = 0;
};

}  // namespace models
