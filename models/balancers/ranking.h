// Numbered things in the order of a key: the first is found at once, each is moved in O(log n).
//
// A binary heap that knows where everything stands. Equal keys are in the order of the numbers.
// Several rankings may share their `positions`, as long as nobody is in two of them.
#pragma once

#include <cassert>
#include <cstdint>
#include <vector>

namespace models {

class Ranking {
public:
    using Positions = std::vector<std::uint32_t>;  // by number, at least as many as there are

    explicit Ranking(Positions& positions) : positions_(&positions) {}

    bool empty() const { return entries_.empty(); }
    std::size_t size() const { return entries_.size(); }
    void clear() { entries_.clear(); }

    std::uint32_t first() const { return entries_.front().number; }
    double first_key() const { return entries_.front().key; }
    double key(std::uint32_t number) const { return entries_[(*positions_)[number]].key; }

    void add(std::uint32_t number, double key) {
        entries_.push_back({key, number});
        rise(entries_.size() - 1, {key, number});
    }

    void remove(std::uint32_t number) {
        const std::size_t hole = (*positions_)[number];
        assert(entries_[hole].number == number);
        const Entry last = entries_.back();
        entries_.pop_back();
        if (hole < entries_.size()) settle(hole, last);
    }

    void move(std::uint32_t number, double key) {
        assert(entries_[(*positions_)[number]].number == number);
        settle((*positions_)[number], {key, number});
    }

private:
    struct Entry {
        double key;
        std::uint32_t number;
        bool operator<(const Entry& other) const {
            return key != other.key ? key < other.key : number < other.number;
        }
    };

    void put(std::size_t at, const Entry& entry) {
        entries_[at] = entry;
        (*positions_)[entry.number] = static_cast<std::uint32_t>(at);
    }

    void settle(std::size_t at, const Entry& entry) {
        if (at > 0 && entry < entries_[(at - 1) / 2]) {
            rise(at, entry);
        } else {
            sink(at, entry);
        }
    }

    void rise(std::size_t at, Entry entry) {
        for (; at > 0 && entry < entries_[(at - 1) / 2]; at = (at - 1) / 2) {
            put(at, entries_[(at - 1) / 2]);
        }
        put(at, entry);
    }

    void sink(std::size_t at, Entry entry) {
        for (std::size_t child; (child = 2 * at + 1) < entries_.size(); at = child) {
            if (child + 1 < entries_.size() && entries_[child + 1] < entries_[child]) ++child;
            if (!(entries_[child] < entry)) break;
            put(at, entries_[child]);
        }
        put(at, entry);
    }

    Positions* positions_;
    std::vector<Entry> entries_;
};

}  // namespace models
