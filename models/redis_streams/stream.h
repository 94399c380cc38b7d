// A Redis stream and a consumer group of it, as the server has them: entries in the order of their
// ids, how far the group has been served, and its pending entries list.
//
// Entries lie in macro nodes (listpacks of a radix tree), whose memory is given back when they are
// empty: MAXLEN with `~` deletes whole nodes only, exact trimming takes entry by entry
// (redis.io/docs/latest/commands/xadd, stream-node-max-entries and stream-node-max-bytes).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "sim/time.h"

namespace models::redis_streams {

using EntryId = std::uint64_t;  // 1 is the first
using ConsumerId = std::uint32_t;

struct Entry {
    EntryId id = 0;
    std::uint64_t identity = 0;
    std::uint64_t key = 0;
    std::uint32_t user = 0;
    std::uint32_t bytes = 0;
    sim::Time published{};
    std::uint32_t deliveries = 0;  // this one included
};
using Entries = std::vector<Entry>;

struct TrimRule {
    std::optional<std::uint64_t> maxlen{};
    bool is_approximate = true;
    std::uint32_t node_max_entries = 100;
    std::uint64_t node_max_bytes = 4096;
};

class Stream {
public:
    explicit Stream(const TrimRule& rule) : rule_(rule) {}

    // What MAXLEN takes away, the oldest first.
    Entries add(const Entry& entry);
    std::size_t length() const { return entries_.size(); }
    // Of its macro nodes.
    std::uint64_t bytes() const { return bytes_; }
    // Null when it is not there any more.
    const Entry* find(EntryId id) const;
    // From the first after that id on, so many at most.
    Entries after(EntryId id, std::size_t count) const;
    const std::deque<Entry>& entries() const { return entries_; }
    std::deque<Entry> clear();

private:
    struct MacroNode {
        std::uint32_t slots = 0;  // that were filled
        std::uint32_t live = 0;
        std::uint64_t bytes = 0;
    };
    Entries trim();
    Entry take_oldest();

    TrimRule rule_;
    std::deque<Entry> entries_;
    std::deque<MacroNode> nodes_;
    std::uint64_t bytes_ = 0;
};

class Group {
public:
    struct Pending {
        ConsumerId consumer;
        sim::Time delivered{};
        std::uint32_t deliveries = 0;
    };

    // XREADGROUP ... >: what was delivered to nobody yet. Without `noack` it is pending until it is
    // acknowledged.
    Entries read(const Stream& stream, ConsumerId consumer, std::size_t count, bool noack,
                 sim::Time now);
    // XREADGROUP ... ID: what is pending for this consumer after that id, delivered again.
    Entries read_pending(const Stream& stream, ConsumerId consumer, EntryId after,
                         std::size_t count, sim::Time now);
    // XAUTOCLAIM: what has been pending for so long with whomever, from the cursor on; what is in
    // the stream no more is forgotten.
    struct Claimed {
        Entries entries{};
        EntryId cursor = 0;  // where to go on; 0: from the start
        std::size_t deleted = 0;
    };
    Claimed autoclaim(const Stream& stream, ConsumerId consumer, sim::Duration min_idle,
                      EntryId start, std::size_t count, sim::Time now);
    // False: it was not pending.
    bool acknowledge(EntryId id) { return pending_.erase(id) > 0; }

    EntryId last_delivered() const { return last_delivered_; }
    bool is_pending(EntryId id) const { return pending_.contains(id); }
    std::size_t pending() const { return pending_.size(); }
    // As after XGROUP CREATE: nothing was delivered.
    void clear(EntryId last_delivered);

private:
    Entry deliver(const Entry& entry, Pending& pending, ConsumerId consumer, sim::Time now) const;

    EntryId last_delivered_ = 0;
    std::map<EntryId, Pending> pending_;
};

}  // namespace models::redis_streams
