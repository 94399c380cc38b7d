#include "models/redis_streams/stream.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace models::redis_streams {

// --- the stream ---

Entries Stream::add(const Entry& entry) {
    const bool is_full = nodes_.empty() || nodes_.back().slots >= rule_.node_max_entries ||
                         nodes_.back().bytes + entry.bytes > rule_.node_max_bytes;
    if (is_full) nodes_.emplace_back();
    MacroNode& node = nodes_.back();
    ++node.slots;
    ++node.live;
    node.bytes += entry.bytes;
    bytes_ += entry.bytes;
    entries_.push_back(entry);
    return trim();
}

// Approximately: as long as so many are left without the oldest node.
Entries Stream::trim() {
    Entries gone;
    if (!rule_.maxlen) return gone;
    while (entries_.size() > *rule_.maxlen) {
        const bool takes_node = entries_.size() - nodes_.front().live >= *rule_.maxlen;
        if (rule_.is_approximate && !takes_node) break;
        const std::uint32_t count = rule_.is_approximate ? nodes_.front().live : 1;
        for (std::uint32_t each = 0; each < count; ++each) gone.push_back(take_oldest());
    }
    return gone;
}

Entry Stream::take_oldest() {
    const Entry entry = entries_.front();
    entries_.pop_front();
    MacroNode& node = nodes_.front();
    if (--node.live == 0) {
        bytes_ -= node.bytes;
        nodes_.pop_front();
    }
    return entry;
}

const Entry* Stream::find(EntryId id) const {
    const auto found =
        std::lower_bound(entries_.begin(), entries_.end(), id,
                         [](const Entry& each, EntryId value) { return each.id < value; });
    return found != entries_.end() && found->id == id ? &*found : nullptr;
}

Entries Stream::after(EntryId id, std::size_t count) const {
    const auto from =
        std::upper_bound(entries_.begin(), entries_.end(), id,
                         [](EntryId value, const Entry& each) { return value < each.id; });
    const auto there = static_cast<std::size_t>(entries_.end() - from);
    return {from, from + static_cast<std::ptrdiff_t>(std::min(there, count))};
}

std::deque<Entry> Stream::clear() {
    nodes_.clear();
    bytes_ = 0;
    return std::exchange(entries_, {});
}

// --- the group ---

Entry Group::deliver(const Entry& entry, Pending& pending, ConsumerId consumer,
                     sim::Time now) const {
    pending.consumer = consumer;
    pending.delivered = now;
    ++pending.deliveries;
    Entry delivered = entry;
    delivered.deliveries = pending.deliveries;
    return delivered;
}

Entries Group::read(const Stream& stream, ConsumerId consumer, std::size_t count, bool noack,
                    sim::Time now) {
    Entries entries = stream.after(last_delivered_, count);
    for (Entry& each : entries) {
        last_delivered_ = each.id;
        each.deliveries = 1;
        if (!noack) each = deliver(each, pending_[each.id], consumer, now);
    }
    return entries;
}

Entries Group::read_pending(const Stream& stream, ConsumerId consumer, EntryId after,
                            std::size_t count, sim::Time now) {
    Entries entries;
    for (auto each = pending_.upper_bound(after);
         each != pending_.end() && entries.size() < count;) {
        const auto next = std::next(each);
        if (each->second.consumer == consumer) {
            const Entry* const entry = stream.find(each->first);
            if (entry != nullptr) {
                entries.push_back(deliver(*entry, each->second, consumer, now));
            } else {
                pending_.erase(each);
            }
        }
        each = next;
    }
    return entries;
}

// Ten times as many as it may claim are looked at, at most.
Group::Claimed Group::autoclaim(const Stream& stream, ConsumerId consumer, sim::Duration min_idle,
                                EntryId start, std::size_t count, sim::Time now) {
    Claimed claimed;
    std::size_t looks = 10 * count;
    auto each = pending_.lower_bound(start);
    while (each != pending_.end() && claimed.entries.size() < count && looks-- > 0) {
        const auto next = std::next(each);
        const Entry* const entry = stream.find(each->first);
        if (entry == nullptr) {
            pending_.erase(each);
            ++claimed.deleted;
        } else if (now - each->second.delivered >= min_idle) {
            claimed.entries.push_back(deliver(*entry, each->second, consumer, now));
        }
        each = next;
    }
    if (each != pending_.end()) claimed.cursor = each->first;
    return claimed;
}

void Group::clear(EntryId last_delivered) {
    pending_.clear();
    last_delivered_ = last_delivered;
}

}  // namespace models::redis_streams
