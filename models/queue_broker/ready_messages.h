// The messages of a queue that nobody has, in the order in which they will be delivered: higher
// priorities first, and of one priority in the order in which they came.
//
// What comes back is put where it was. Those that were never delivered are numbered one after
// another, so their numbers need not be kept. Those that came back are a heap by their numbers, as
// they are older than most; the older of the two heads is first: O(1) for what was never delivered,
// O(log n) among n that came back.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
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

    // The number of one that is added now; or, when there is none of this priority, that is not
    // added at all.
    std::uint64_t number(std::uint8_t priority) { return lines_[priority].next++; }
    // The newest of its priority.
    void add(const Entry& entry, std::uint8_t priority) {
        Line& line = lines_[priority];
        assert(entry.sequence + 1 == line.next);
        line.fresh.push_back({entry.expires, entry.message, entry.returns});
        note_added(priority);
    }
    void put_back(const Entry& entry, std::uint8_t priority) {
        Line& line = lines_[priority];
        line.returned.push_back(entry);
        std::push_heap(line.returned.begin(), line.returned.end(), is_newer);
        note_added(priority);
    }

    // When the first expires.
    sim::Time expiry() const {
        const Line& line = lines_[highest()];
        return line.is_returned_first() ? line.returned.front().expires
                                        : line.fresh.front().expires;
    }
    Entry take_first() {
        const std::uint8_t priority = highest();
        Line& line = lines_[priority];
        const Entry entry = line.is_returned_first() ? line.take_returned() : line.take_fresh();
        --size_;
        if (line.empty()) {
            filled_[priority / kBits] &= ~(std::uint64_t{1} << (priority % kBits));
        }
        return entry;
    }

    // Keeps those of which keep(entry) holds, and numbers them anew: no consumer has any.
    template <class Keep>
    void keep_if(Keep keep) {
        std::vector<std::vector<Entry>> kept(lines_.size());
        while (!empty()) {
            const std::uint8_t priority = highest();
            const Entry entry = take_first();
            if (keep(entry)) kept[priority].push_back(entry);
        }
        for (std::size_t each = 0; each < kept.size(); ++each) {
            const auto priority = static_cast<std::uint8_t>(each);
            for (Entry& entry : kept[each]) {
                entry.sequence = number(priority);
                add(entry, priority);
            }
        }
    }

private:
    static constexpr std::size_t kBits = 64;
    struct Fresh {
        sim::Time expires;
        MessageId message;
        std::uint16_t returns;
    };
    static_assert(sizeof(Fresh) == 16);
    static bool is_newer(const Entry& one, const Entry& other) {
        return one.sequence > other.sequence;
    }
    struct Line {
        bool empty() const { return fresh.empty() && returned.empty(); }
        bool is_returned_first() const {
            if (returned.empty()) return false;
            return fresh.empty() || returned.front().sequence < next - fresh.size();
        }
        Entry take_fresh() {
            const Fresh first = fresh.front();
            Entry entry{next - fresh.size(), first.expires, first.message, first.returns};
            fresh.pop_front();
            return entry;
        }
        Entry take_returned() {
            std::pop_heap(returned.begin(), returned.end(), is_newer);
            const Entry entry = returned.back();
            returned.pop_back();
            return entry;
        }
        Blocks<Fresh, 1024> fresh;
        Blocks<Entry, 1536> returned;
        std::uint64_t next = 0;
    };

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
