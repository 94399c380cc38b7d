// Keys that have left, remembered for a while: what a policy knows of the past beyond its entries.
//
// In the order they came, in a ring of keys without links, so 8 bytes a key (12 when their sizes
// differ) and a cell of the index. Whoever comes back leaves a hole, which is passed over when its
// turn comes; when the ring is full and a third of it holes, the others move up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "models/caches/index.h"

namespace models {

class Ghosts {
public:
    Ghosts() = default;
    Ghosts(const Ghosts&) = delete;
    Ghosts& operator=(const Ghosts&) = delete;
    ~Ghosts() {
        std::free(keys_);
        std::free(sizes_);
    }

    // True when the key was there.
    bool remove_key(std::uint64_t key) {
        const std::uint32_t hash = Index::hash(key);
        const Slot place = index_.find(hash, [&](Slot each) { return keys_[each] == key; });
        if (place == kNoSlot) return false;
        index_.remove(hash, place);
        bytes_ -= size_of(place);
        return true;
    }

    // The key is not there yet.
    void add(std::uint64_t key, std::uint32_t bytes) {
        if (length_ == capacity_) make_room();
        if (sizes_ == nullptr && bytes != size_) learn_size(bytes);
        const auto place = static_cast<Slot>(behind_head(length_++));
        keys_[place] = key;
        if (sizes_ != nullptr) sizes_[place] = bytes;
        index_.add(Index::hash(key), place);
        bytes_ += bytes;
    }

    void remove_oldest() {
        while (length_ > 0) {
            const auto oldest = static_cast<Slot>(head_);
            if (++head_ == capacity_) head_ = 0;
            --length_;
            if (!index_.remove_if_there(Index::hash(keys_[oldest]), oldest)) continue;
            bytes_ -= size_of(oldest);
            return;
        }
    }

    // Remembers a key that is not there, and forgets the oldest until all fit into `room` bytes.
    void add_within(std::uint64_t room, std::uint64_t key, std::uint32_t bytes) {
        if (bytes > room) return;
        while (bytes_ + bytes > room) remove_oldest();
        add(key, bytes);
    }

    std::uint64_t bytes() const { return bytes_; }
    void clear() {
        index_.clear();
        length_ = 0;
        bytes_ = 0;
    }
    std::size_t size() const { return index_.size(); }
    std::size_t memory() const {
        const std::size_t each = sizeof(*keys_) + (sizes_ != nullptr ? sizeof(*sizes_) : 0);
        return capacity_ * each + index_.memory();
    }

private:
    std::size_t behind_head(std::size_t by) const {
        const std::size_t place = head_ + by;
        return place < capacity_ ? place : place - capacity_;
    }
    std::uint32_t size_of(std::size_t place) const {
        return sizes_ != nullptr ? sizes_[place] : size_;
    }

    void learn_size(std::uint32_t bytes);
    void make_room();
    void close_holes();
    bool move(std::size_t from, std::size_t to);
    void grow();

    std::uint64_t* keys_ = nullptr;
    std::uint32_t* sizes_ = nullptr;  // none: all are of the same
    std::uint32_t size_ = 0;
    std::size_t capacity_ = 0;
    std::size_t head_ = 0;
    std::size_t length_ = 0;  // with the holes
    std::uint64_t bytes_ = 0;
    Index index_;  // of places
};

}  // namespace models
