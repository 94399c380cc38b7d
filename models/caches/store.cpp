#include "models/caches/store.h"

namespace models {

Slot Store::find(Key key, sim::Time now) {
    const Slot slot = peek(key);
    if (slot == kNoSlot) return kNoSlot;
    state_.now = now;
    if (state_.entries[slot].expires <= now) {
        eviction_->forget(slot);
        remove(slot);
        ++expirations_;
        return kNoSlot;
    }
    use(slot);
    return slot;
}

void Store::use(Slot slot) {
    eviction_->hit(slot);
    if (state_.dropped.empty()) return;
    for (const Slot each : state_.dropped) evict(each);
    state_.dropped.clear();
}

Slot Store::put(Key key, std::uint32_t bytes, sim::Time expires, sim::Time now) {
    state_.now = now;
    const Slot old = peek(key);
    if (old != kNoSlot) {
        Entry& entry = state_.entries[old];
        const bool alike =
            entry.bytes == bytes && (entry.expires == sim::kForever) == (expires == sim::kForever);
        if (alike && entry.expires > now) {
            entry.expires = expires;
            use(old);
            return old;
        }
        eviction_->forget(old);
        remove(old);
    }
    if (bytes > state_.capacity) return kNoSlot;
    eviction_->expect(key, bytes);
    if (!make_room(bytes)) return kNoSlot;
    const Slot slot = state_.entries.add({key, expires, kNoSlot, kNoSlot, bytes, 0});
    index_.add(Index::hash(key), slot);
    bytes_ += bytes;
    eviction_->inserted(slot);
    return slot;
}

bool Store::make_room(std::uint32_t bytes) {
    while (bytes_ + bytes > state_.capacity) {
        const Slot slot = eviction_->evict();
        if (slot == kNoSlot) return false;
        evict(slot);
    }
    return true;
}

bool Store::erase(Key key) {
    const Slot slot = peek(key);
    if (slot == kNoSlot) return false;
    eviction_->forget(slot);
    remove(slot);
    return true;
}

void Store::clear() {
    state_.entries.clear();
    index_.clear();
    eviction_->clear();
    bytes_ = 0;
}

void Store::evict(Slot slot) {
    remove(slot);
    ++evictions_;
}

void Store::remove(Slot slot) {
    bytes_ -= state_.entries[slot].bytes;
    index_.remove(Index::hash(state_.entries[slot].key), slot);
    state_.entries.remove(slot);
}

}  // namespace models
