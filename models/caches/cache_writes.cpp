// What a write does to a cache, and to others that have the item.
#include <algorithm>

#include "models/caches/cache.h"
#include "models/calls/batch.h"
#include "models/data/ledger.h"
#include "sim/sleep.h"

namespace models {

Reply Cache::write(CacheCopy& copy, Request request) {
    if (spec_.writes == WriteMode::behind) co_return co_await write_behind(copy, request);
    const sim::Time began = context_.now();
    Request there = request;
    lead_onward(there, copy);
    const Response response = co_await ask(context_.world, *edge_, there);
    context_.meter.spent(Spent::calling, context_.now() - began);
    if (!response.ok() || spec_.writes == WriteMode::around) co_return response;
    if (spec_.writes == WriteMode::update && !spec_.whole_set) {
        co_await write_through(copy, request, response);
    } else {
        co_await erase(copy, request, response.version);
    }
    co_await invalidate(copy, request, response.version);
    co_return response;
}

// Its own writes and those of others reach the cache in whatever order they come: of two writes to
// one item the older may stay, though the database has them the other way round.
sim::Task<void> Cache::write_through(CacheCopy& copy, Request request, Response response) {
    const CacheCopy::Value value = value_of(response, request, {});
    bool is_stored = false;
    co_await set(copy, request, value,
                 [&] { is_stored = copy.overwrite(entry_key(request), value); });
    if (!is_stored) measures_.refused_sets.add();
}

Reply Cache::write_behind(CacheCopy& copy, Request request) {
    Response response;
    request.bytes = std::max(request.bytes, static_cast<std::uint32_t>(spec_.entry_size.count));
    co_await command(copy, request, [&] {
        if (ledger_ != nullptr) response.version = ledger_->reserve();
        copy.overwrite(entry_key(request), value_of(response, request, {}));
        copy.write_later(request.key, response.version);
    });
    co_await invalidate(copy, request, response.version);
    co_return response;
}

sim::Task<void> Cache::erase(CacheCopy& copy, Request request, std::uint64_t version) {
    request.identity = Request::onward_identity(request.identity, kErasing);
    request.bytes = 0;
    co_await command(copy, request, [&] {
        if (!copy.is_up()) return;
        measures_.evicted_by_writes.add();
        copy.evict(entry_key(request), version);
    });
}

// What else a write makes old: the entry in other copies, and in other caches.
sim::Task<void> Cache::invalidate(CacheCopy& at, Request request, std::uint64_t version) {
    if (spec_.broadcast) {
        for (const auto& copy : copies_) {
            if (copy.get() == &at) continue;
            at.tell_old(*copy, entry_key(request), version);
        }
    }
    if (spec_.stale_sets == StaleSets::delete_twice) {
        crew_.run(erase_later(at, request, version));
    }
    request.bytes = 0;
    for (Cache* other : also_) {
        for (const auto& copy : other->copies_) {
            CacheCopy* const there = copy.get();
            co_await other->command(*there, request,
                                    [&] { there->evict(other->entry_key(request), version); });
        }
    }
}

sim::Task<void> Cache::erase_later(CacheCopy& copy, Request request, std::uint64_t version) {
    co_await sim::sleep(context_.scheduler(), spec_.second_delete_after);
    request.bytes = 0;
    request.span = 0;
    co_await command(copy, request, [&] { copy.evict(entry_key(request), version); });
}

// --- write-behind's flushes ---

sim::Task<void> Cache::flush_at_intervals(CacheCopy& copy) {
    for (;;) {
        co_await sim::sleep(context_.scheduler(), spec_.flush_interval);
        // What is there now; what comes meanwhile waits for the next flush.
        for (std::size_t left = copy.unflushed(); left > 0 && copy.unflushed() > 0;) {
            const std::size_t part = std::min<std::size_t>(left, spec_.flush_batch);
            co_await flush(copy, part);
            left -= part;
        }
    }
}

// One statement of many rows; it is tried again until it succeeds.
sim::Task<void> Cache::flush(CacheCopy& copy, std::size_t most) {
    const std::vector<CacheCopy::Unflushed> batch = copy.take_unflushed(most);
    std::vector<Key> rows;
    for (const CacheCopy::Unflushed& each : batch) rows.push_back(each.key);
    Request request;
    request.is_write = true;
    request.is_relayed = true;
    request.version = batch.front().version;
    request.endpoint = edge_->endpoint();
    request.identity = sim::request_key(flush_draws_, batch.front().version);
    request.bytes = static_cast<std::uint32_t>(spec_.entry_size.count);
    request.place = copy.place();
    for (std::uint32_t attempt = 0;; ++attempt) {
        measures_.flushes.add();
        const Response response = co_await send_rows(context_.world, *edge_, request.again(attempt),
                                                     rows, behind_takes_batches_);
        if (response.ok()) break;
        co_await sim::sleep(context_.scheduler(), spec_.flush_interval);
    }
    measures_.flushed_rows.add(static_cast<double>(batch.size()));
    for (const CacheCopy::Unflushed& each : batch) {
        measures_.flushed_writes.add(static_cast<double>(each.writes));
        if (ledger_ != nullptr) ledger_->commit(each.key, each.version);
    }
}

}  // namespace models
