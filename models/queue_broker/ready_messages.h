// The messages of a queue that nobody has, in the order in which they will be delivered: higher
// priorities first, and of one priority in the order in which they came.
//
// What comes back is put where it was: entries keep their sequence. As returned messages are older
// than most, they stand in a line of their own, by sequence, and the older of the two heads is
// first: O(1) for what was never delivered, O(log n) among n that came back.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "models/queue_broker/message.h"

namespace models::amqp {

class ReadyMessages {
public:
    explicit ReadyMessages(std::uint8_t max_priority)
        : lines_(std::size_t{1} + max_priority), max_priority_(max_priority) {}

    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    // What a message's priority counts as here.
    std::uint8_t priority(std::uint8_t asked) const { return std::min(asked, max_priority_); }

    // The newest of its priority.
    void add(const Entry& entry) {
        Line& line = lines_[entry.priority];
        assert(line.fresh.empty() || line.fresh.back().sequence < entry.sequence);
        line.fresh.push_back(entry);
        note_added(entry.priority);
    }
    void put_back(const Entry& entry) {
        lines_[entry.priority].returned.emplace(entry.sequence, entry);
        note_added(entry.priority);
    }

    const Entry& first() const {
        const Line& line = lines_[highest()];
        return is_returned_first(line) ? line.returned.begin()->second : line.fresh.front();
    }
    Entry take_first() {
        const std::uint8_t priority = highest();
        Line& line = lines_[priority];
        Entry entry;
        if (is_returned_first(line)) {
            entry = line.returned.begin()->second;
            line.returned.erase(line.returned.begin());
        } else {
            entry = line.fresh.front();
            line.fresh.pop_front();
        }
        --size_;
        if (line.empty()) {
            filled_[priority / kBits] &= ~(std::uint64_t{1} << (priority % kBits));
        }
        return entry;
    }

    // Keeps those of which keep(entry) holds.
    template <class Keep>
    void keep_if(Keep keep) {
        std::vector<Entry> kept;
        while (!empty()) {
            const Entry entry = take_first();
            if (keep(entry)) kept.push_back(entry);
        }
        for (const Entry& each : kept) add(each);
    }

private:
    static constexpr std::size_t kBits = 64;
    struct Line {
        bool empty() const { return fresh.empty() && returned.empty(); }
        std::deque<Entry> fresh;
        std::map<std::uint64_t, Entry> returned;
    };

    static bool is_returned_first(const Line& line) {
        if (line.returned.empty()) return false;
        return line.fresh.empty() || line.returned.begin()->first < line.fresh.front().sequence;
    }
    void note_added(std::uint8_t priority) {
        ++size_;
        filled_[priority / kBits] |= std::uint64_t{1} << (priority % kBits);
    }
    std::uint8_t highest() const {
        assert(!empty());
        std::size_t word = filled_.size() - 1;
        while (filled_[word] == 0) --word;
        const auto bit = kBits - 1 - static_cast<std::size_t>(std::countl_zero(filled_[word]));
        return static_cast<std::uint8_t>(word * kBits + bit);
    }

    std::vector<Line> lines_;
    std::array<std::uint64_t, 4> filled_{};  // by priority: whether its line has any
    std::size_t size_ = 0;
    std::uint8_t max_priority_;
};

}  // namespace models::amqp
