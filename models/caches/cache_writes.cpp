// What a write does to a cache, and to others that have the item.
#include <algorithm>

#include "models/caches/cache.h"
#include "models/data/ledger.h"
#include "sim/sleep.h"

namespace models {

Reply Cache::write(CacheCopy& copy, Request request) {
    if (spec_.writes == WriteMode::behind) co_return co_await write_behind(copy, request);
    const sim::Time began = context_.now();
    Request there = request;
    lead_onward(there);
    const Response response = co_await ask(context_.world, *edge_, there);
    context_.meter.spent(Spent::calling, context_.now() - began);
    if (!response.ok() || spec_.writes == WriteMode::around) co_return response;
    co_await access(copy, request);
    if (spec_.writes == WriteMode::update && !spec_.whole_set) {
        const CacheCopy::Item item = item_of(response, {}, request);
        const auto bytes = static_cast<std::uint32_t>(spec_.entry_size.count);
        copy.put(entry_key(request), {item, bytes, context_.now()});
    } else if (copy.is_up()) {
        measures_.evicted_by_writes.add();
        copy.evict(entry_key(request), response.version);
    }
    invalidate(copy, request, response.version);
    co_return response;
}

Reply Cache::write_behind(CacheCopy& copy, Request request) {
    co_await access(copy, request);
    Response response;
    if (ledger_ != nullptr) response.version = ledger_->reserve();
    const auto bytes = static_cast<std::uint32_t>(spec_.entry_size.count);
    copy.put(entry_key(request), {item_of(response, {}, request), bytes, context_.now()});
    copy.write_later(request.key, response.version);
    invalidate(copy, request, response.version);
    co_return response;
}

// What else a write makes old: the entry in other copies, and in other caches.
void Cache::invalidate(CacheCopy& at, const Request& request, std::uint64_t version) {
    const Key key = entry_key(request);
    if (spec_.broadcast) {
        for (const auto& copy : copies_) {
            if (copy.get() == &at) continue;
            at.tell_old(*copy, key, version);
        }
    }
    if (spec_.stale_sets == StaleSets::delete_twice) {
        crew_.run(evict_later(at, key, version, spec_.second_delete_after));
    }
    for (Cache* other : also_) {
        for (const auto& copy : other->copies_) copy->evict(other->entry_key(request), version);
    }
}

sim::Task<void> Cache::evict_later(CacheCopy& copy, Key key, std::uint64_t version,
                                   sim::Duration delay) {
    co_await sim::sleep(context_.scheduler(), delay);
    copy.evict(key, version);
}

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

// One write of many items; it is tried again until it succeeds.
sim::Task<void> Cache::flush(CacheCopy& copy, std::size_t most) {
    const std::vector<CacheCopy::Unflushed> batch = copy.take_unflushed(most);
    Request request;
    request.is_write = true;
    request.is_relayed = true;
    request.key = batch.front().key;
    request.version = batch.front().version;
    request.endpoint = edge_->endpoint();
    request.identity = sim::request_key(access_draws_, batch.front().version);
    for (std::uint32_t attempt = 0;; ++attempt) {
        measures_.flushes.add();
        const Response response = co_await ask(context_.world, *edge_, request.again(attempt));
        if (response.ok()) break;
        co_await sim::sleep(context_.scheduler(), spec_.flush_interval);
    }
    if (ledger_ == nullptr) co_return;
    for (const CacheCopy::Unflushed& each : batch) ledger_->commit(each.key, each.version);
}

}  // namespace models
