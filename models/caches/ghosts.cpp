#include "models/caches/ghosts.h"

#include <algorithm>
#include <new>

namespace models {

namespace {

template <class Value>
Value* resized(Value* values, std::size_t count) {
    void* const grown = std::realloc(static_cast<void*>(values), count * sizeof(Value));
    if (grown == nullptr) throw std::bad_alloc();
    sim::ask_for_huge_pages(grown, count * sizeof(Value));
    return static_cast<Value*>(grown);
}

}  // namespace

void Ghosts::learn_size(std::uint32_t bytes) {
    if (index_.size() > 0) {
        sizes_ = resized(sizes_, capacity_);
        std::fill(sizes_, sizes_ + capacity_, size_);
    }
    size_ = bytes;
}

void Ghosts::make_room() {
    const std::size_t holes = length_ - index_.size();
    holes * 3 > length_ ? close_holes() : grow();
}

// One to another place, where nobody is; false when it is a hole.
bool Ghosts::move(std::size_t from, std::size_t to) {
    const std::uint32_t hash = Index::hash(keys_[from]);
    if (!index_.rename_if_there(hash, static_cast<Slot>(from), static_cast<Slot>(to))) return false;
    keys_[to] = keys_[from];
    if (sizes_ != nullptr) sizes_[to] = sizes_[from];
    return true;
}

void Ghosts::close_holes() {
    std::size_t kept = 0;
    for (std::size_t each = 0; each < length_; ++each) {
        if (move(behind_head(each), behind_head(kept))) ++kept;
    }
    length_ = kept;
}

// What stood before the end of the ring is then before the new one, holes and all.
void Ghosts::grow() {
    constexpr std::size_t kLarge = std::size_t{1} << 20;
    const std::size_t old_end = capacity_;
    const std::size_t more = old_end < kLarge ? old_end + 16 : old_end / 16;
    capacity_ = old_end + more;
    if (capacity_ >= kNoSlot) throw std::bad_alloc();
    keys_ = resized(keys_, capacity_);
    if (sizes_ != nullptr) sizes_ = resized(sizes_, capacity_);
    if (head_ == 0) return;
    for (std::size_t place = old_end; place-- > head_;) {
        if (!move(place, place + more)) keys_[place + more] = keys_[place];
    }
    head_ += more;
}

}  // namespace models
