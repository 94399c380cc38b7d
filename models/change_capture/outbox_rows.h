// The rows of an outbox: those that are inserted and not committed yet, and what is in each.
//
// What is in a row is known to whoever inserted it; that it is committed, and when, the database
// tells (changes.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "models/changes.h"
#include "models/context.h"
#include "models/outbox.h"
#include "models/request.h"
#include "sim/span.h"

namespace models {

// What a row, or a change of an item, becomes a record of.
struct Event {
    std::uint64_t operation = 0;
    std::uint64_t key = 0;  // the item
    std::uint32_t user = 0;
    sim::Time committed{};
    sim::SpanNumber span = 0;  // of the row, where its request is traced
};

class OutboxRows {
public:
    explicit OutboxRows(const Context& context)
        : next_(kOwnRows | kOwnRows >> 1U |
                (context.stream("rows of the outbox") >> 2U & ~std::uint64_t{0xffffffffff})) {}

    // A number that no other row has.
    std::uint64_t number() { return ++next_; }

    std::uint64_t insert(const Request& request, sim::SpanNumber span = 0) {
        const std::uint64_t row = number();
        inserted_.emplace(row, Event{request.operation_id(), request.key, request.user, {}, span});
        return row;
    }
    // Its span; 0: it has none.
    sim::SpanNumber forget(std::uint64_t row) {
        const auto gone = inserted_.extract(row);
        return gone.empty() ? 0 : gone.mapped().span;
    }

    // It is committed; none: it is no row of this outbox.
    std::optional<Event> commit(std::uint64_t row, sim::Time now) {
        const auto found = inserted_.find(row);
        if (found == inserted_.end()) return std::nullopt;
        Event event = found->second;
        event.committed = now;
        inserted_.erase(found);
        return event;
    }

private:
    std::uint64_t next_;
    std::unordered_map<std::uint64_t, Event> inserted_;
};

}  // namespace models
