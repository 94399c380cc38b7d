#include "models/caches/cache.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/calls/outbound.h"
#include "models/data/ledger.h"
#include "models/presence.h"
#include "sim/math.h"
#include "sim/sleep.h"

namespace models {

Cache::Cache(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      access_time_(spec.access_time.build()),
      broadcast_delay_(spec.broadcast_delay.build()),
      access_draws_(context.stream("access time")),
      age_draws_(context.stream("ttl jitter")),
      refresh_draws_(context.stream("early expiration")),
      broadcast_draws_(context.stream("broadcast")),
      measures_(spec, context) {
    for (std::uint32_t index = 0; index < spec.instances; ++index) {
        copies_.push_back(std::make_unique<CacheCopy>(*this, index));
        instances_.push_back(copies_.back().get());
    }
}

Cache::~Cache() = default;

void Cache::connect() {
    edge_.emplace(context_, Edge::Plan{spec_.calls, spec_.latency.build(), spec_.policies});
    Directory const& directory = context_.world.directory;
    ledger_ = ledger();
    for (const spec::MentionRef& ref : spec_.also_evicts) {
        if (auto* other = dynamic_cast<Cache*>(&directory.node(ref.node))) also_.push_back(other);
    }
}

// That of the database at the end of the chain.
Ledger* Cache::ledger() {
    return context_.world.directory.node(spec_.calls.node).ledger();
}

void Cache::start() {
    preload();
    if (spec_.writes != WriteMode::behind) return;
    for (const auto& copy : copies_) crew_.run(flush_at_intervals(*copy));
}

std::optional<EndpointId> Cache::endpoint(std::string_view name) const {
    const auto& entries = spec_.commands.entries;
    const auto found =
        std::ranges::find_if(entries, [&](const auto& entry) { return entry.first == name; });
    if (found == entries.end()) return std::nullopt;
    return static_cast<EndpointId>(found - entries.begin()) + 1;
}

// --- which entry, where ---

Key Cache::data_key(const Request& request) const {
    return spec_.whole_set ? Ledger::kWholeSet : request.key;
}

// "id:locale"; a whole set has one as well.
Key Cache::entry_key(const Request& request) const {
    const Key key = data_key(request);
    return spec_.per_locale ? sim::mix(key) ^ request.locale : key;
}

// The condition of @Cacheable: without a locale there is no key.
bool Cache::is_bypassed(const Request& request) const {
    return spec_.per_locale && (request.locale == 0 || request.locale == Words::kNone);
}

CacheCopy& Cache::copy_of(const Request& request) {
    const std::uint64_t count = copies_.size();
    if (spec_.placement == Placement::local) return *copies_[request.caller % count];
    return *copies_[count == 1 ? 0 : sim::mix(entry_key(request)) % count];
}

Request Cache::onward(const Request& request) const {
    Request next = request.onward(0, edge_->endpoint());
    if (!request.is_write) next.key = data_key(request);
    next.is_relayed = true;
    return next;
}

// --- answering ---

Reply Cache::call(Request request) {
    return serve(copy_of(request), request);
}

Reply Cache::serve(CacheCopy& copy, Request request) {
    Presence here(context_);
    Response response;
    if (request.endpoint > 0) {
        response = co_await command(copy, request);
        co_return here.leave(response);
    }
    const bool judges = ledger_ != nullptr && !request.is_relayed;
    const Key key = request.is_write ? request.key : data_key(request);
    const std::uint64_t expected = judges ? ledger_->acknowledged(key) : 0;
    response = co_await answer(copy, request);
    if (judges && response.ok()) {
        if (request.is_write) {
            ledger_->acknowledge(key, response.version);
        } else if (response.version < expected) {
            response.stale = true;
            measures_.stale_reads.add();
        }
    }
    co_return here.leave(response);
}

Reply Cache::answer(CacheCopy& copy, Request request) {
    if (!copy.is_up() && spec_.when_down == WhenDown::fail) {
        return [](Response refused) -> Reply {
            co_return refused;
        }(Response{Outcome::failed, Cause::refused});
    }
    if (!copy.is_up() || is_bypassed(request)) {
        measures_.bypassed.add();
        if (!request.is_write) measures_.loading();
        return edge_->call(onward(request));
    }
    return request.is_write ? write(copy, request) : read(copy, request);
}

// The network, and a turn of a thread.
sim::Task<void> Cache::access(CacheCopy& copy, const Request& request) {
    const sim::Time began = context_.now();
    sim::Draws draws(sim::request_key(access_draws_, request.identity));
    co_await sim::sleep(context_.scheduler(), access_time_.sample_duration(draws));
    if (spec_.command_time > sim::Duration::zero()) {
        const sim::Duration waited = co_await copy.cpu().work(spec_.command_time);
        context_.meter.spent(Spent::queueing, waited);
        context_.meter.spent(Spent::service, context_.now() - began - waited);
    } else {
        context_.meter.spent(Spent::service, context_.now() - began);
    }
}

Reply Cache::read(CacheCopy& copy, Request request) {
    const Key key = entry_key(request);
    const sim::Time began = context_.now();
    co_await access(copy, request);
    const CacheCopy::Item* item = copy.find(key);
    measures_.looked_up(key, item != nullptr);
    if (item != nullptr) {
        const Response response = response_of(copy, *item, key);
        if (item->fresh_until <= context_.now()) {
            measures_.served_stale.add();
            start_load(copy, request, key);
        } else {
            consider_refresh(copy, *item, request);
        }
        if (spec_.placement == Placement::local && disagrees(copy, key, response.version)) {
            measures_.inconsistent_reads.add();
        }
        measures_.answered(true, began);
        co_return response;
    }
    Response response;
    if (spec_.on_miss == OnMiss::load) {
        response = co_await load(copy, request);
    } else {
        response = co_await share_load(copy, request);
    }
    measures_.answered(false, began);
    co_return response;
}

Response Cache::response_of(CacheCopy& copy, const CacheCopy::Item& item, Key key) const {
    Response response;
    response.version = item.version;
    response.missing = item.missing;
    response.bytes = copy.store()[copy.store().peek(key)].bytes;
    return response;
}

// Whether another copy would give another answer at this moment.
bool Cache::disagrees(const CacheCopy& copy, Key key, std::uint64_t version) const {
    return std::ranges::any_of(copies_, [&](const auto& other) {
        const CacheCopy::Item* item = other.get() == &copy ? nullptr : other->peek(key);
        return item != nullptr && item->fresh_until > context_.now() && item->version != version;
    });
}

// --- loading ---

// Asks the node behind, and stores what it says; the answer does not wait for that.
Reply Cache::load(CacheCopy& copy, Request request) {
    const sim::Time began = context_.now();
    measures_.loading();
    const Response response = co_await Outbound(context_.world, edge_->call(onward(request)));
    context_.meter.spent(Spent::calling, context_.now() - began);
    const bool is_worth_keeping =
        response.ok() && (!response.missing || spec_.negative_ttl > sim::Duration::zero());
    if (is_worth_keeping) {
        const CacheCopy::Item item = item_of(response, context_.now() - began, request);
        const auto size = static_cast<std::uint32_t>(spec_.entry_size.count);
        const std::uint32_t bytes = response.bytes > 0 ? response.bytes : size;
        if (!copy.put(entry_key(request), {item, bytes, began})) measures_.refused_sets.add();
    }
    co_return response;
}

CacheCopy::Item Cache::item_of(const Response& response, sim::Duration loaded_in,
                               const Request& request) const {
    CacheCopy::Item item{response.version, sim::kForever, loaded_in, response.missing};
    sim::Duration ttl = response.missing ? spec_.negative_ttl : spec_.ttl;
    if (ttl == sim::Duration::zero()) return item;
    if (spec_.ttl_jitter.value > 0) {
        sim::Draws draws(sim::request_key(age_draws_, request.identity));
        ttl = sim::from_seconds(sim::seconds(ttl) * (1 - spec_.ttl_jitter.value * draws.uniform()));
    }
    const sim::Time now = context_.now();
    item.fresh_until = ttl >= sim::kForever - now ? sim::kForever : now + ttl;
    return item;
}

// One load for all who miss the same: for those of one calling instance, or under a lock for all.
Reply Cache::share_load(CacheCopy& copy, Request request) {
    const Key key = entry_key(request);
    const bool locks = spec_.on_miss == OnMiss::lock;
    const Key scope = locks ? key : sim::mix(key ^ (std::uint64_t{request.caller} << 32));
    for (;;) {
        const bool is_first = !copy.loads().contains(scope);
        if (is_first) start_load(copy, request, scope);
        const auto found = copy.loads().find(scope);
        if (found == copy.loads().end()) co_return co_await load(copy, request);
        const std::shared_ptr<CacheCopy::Load> load = found->second;
        if (!is_first) measures_.joined.add();
        const sim::Time began = context_.now();
        co_await load->done.pass();
        context_.meter.spent(Spent::calling, context_.now() - began);
        if (is_first || !locks) co_return load->response;
        // Whoever waited for the lock looks again, and is the next to load if it has to.
        co_await access(copy, request);
        const CacheCopy::Item* item = copy.find(key);
        if (item != nullptr) co_return response_of(copy, *item, key);
    }
}

// Runs on its own: those who wait for it may go away.
void Cache::start_load(CacheCopy& copy, const Request& request, Key scope) {
    if (copy.loads().contains(scope)) return;
    auto load = std::make_shared<CacheCopy::Load>(context_.scheduler());
    copy.loads().emplace(scope, load);
    crew_.run(run_load(copy, request, scope, std::move(load)));
}

sim::Task<void> Cache::run_load(CacheCopy& copy, Request request, Key scope,
                                std::shared_ptr<CacheCopy::Load> mine) {
    mine->response = co_await load(copy, request);
    copy.loads().erase(scope);
    mine->done.open();
}

// Ahead of its time, at a share of the ttl or at random: XFetch refreshes when the time a load
// takes, times beta, times an exponential draw, is more than what is left.
void Cache::consider_refresh(CacheCopy& copy, const CacheCopy::Item& item, const Request& request) {
    if (item.fresh_until == sim::kForever) return;
    const double left = sim::seconds(item.fresh_until - context_.now());
    bool is_due = false;
    if (spec_.refresh_ahead.value > 0) {
        is_due = left <= (1 - spec_.refresh_ahead.value) * sim::seconds(spec_.ttl);
    }
    if (spec_.early_expiration > 0) {
        sim::Draws draws(sim::request_key(refresh_draws_, request.identity));
        const double ahead =
            sim::seconds(item.loaded_in) * spec_.early_expiration * draws.exponential();
        is_due = is_due || ahead >= left;
    }
    const Key scope = entry_key(request);
    if (!is_due || copy.loads().contains(scope)) return;
    measures_.refreshes.add();
    start_load(copy, request.again(1), scope);
}

// --- writing ---

Reply Cache::write(CacheCopy& copy, Request request) {
    if (spec_.writes == WriteMode::behind) co_return co_await write_behind(copy, request);
    const sim::Time began = context_.now();
    const Response response = co_await Outbound(context_.world, edge_->call(onward(request)));
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
            const sim::Duration delay = broadcast_delay_.sample_duration(broadcast_draws_);
            crew_.run(evict_later(*copy, key, version, delay));
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
        const Response response =
            co_await Outbound(context_.world, edge_->call(request.again(attempt)));
        if (response.ok()) break;
        co_await sim::sleep(context_.scheduler(), spec_.flush_interval);
    }
    if (ledger_ == nullptr) co_return;
    for (const CacheCopy::Unflushed& each : batch) ledger_->commit(each.key, each.version);
}

// --- the rest ---

// KEYS goes through all entries at once; SCAN lets others in between.
Reply Cache::command(CacheCopy& copy, Request request) {
    Response response;
    if (!copy.is_up()) co_return Response{Outcome::failed, Cause::refused};
    const CacheCommand& command = spec_.commands.entries[request.endpoint - 1].second;
    const sim::Time began = context_.now();
    sim::Draws draws(sim::request_key(access_draws_, request.identity));
    co_await sim::sleep(context_.scheduler(), access_time_.sample_duration(draws));
    std::uint64_t left = copy.store().size();
    do {
        const std::uint64_t part = command.batch == 0 ? left : std::min(left, command.batch);
        const auto entries = static_cast<std::int64_t>(part);
        co_await copy.cpu().work(command.time + command.per_entry * entries);
        left -= part;
    } while (left > 0);
    context_.meter.spent(Spent::service, context_.now() - began);
    co_return response;
}

void Cache::lost(const CacheCopy& copy, std::size_t entries, std::uint64_t writes) {
    measures_.lost_entries.add(static_cast<double>(entries));
    measures_.lost_writes.add(static_cast<double>(writes));
    measures_.crashed();
    const std::string who = fmt::format("{}[{}]", context_.name, copy.index());
    std::string what = fmt::format("{} entries", entries);
    if (writes > 0) what += fmt::format(", {} acknowledged writes", writes);
    context_.world.recorder.incident(who, "lost", what);
}

// As if each item had just been loaded.
void Cache::preload() {
    Request request;
    const auto bytes = static_cast<std::uint32_t>(spec_.entry_size.count);
    for (std::uint64_t item = 0; item < spec_.preload; ++item) {
        request.key = item;
        request.identity = item;
        const CacheCopy::Value value{item_of({}, {}, request), bytes, context_.now()};
        if (spec_.placement == Placement::shared) {
            copy_of(request).put(entry_key(request), value);
            continue;
        }
        for (const auto& copy : copies_) copy->put(entry_key(request), value);
    }
}

void Cache::begin_measuring() {
    measures_.begin_measuring(copies_);
}

void Cache::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    record.instances = static_cast<double>(copies_.size());
    record.cost_usd = spec_.price.usd_per_hour * record.instances * measured / 3600;
    measures_.finish(copies_);
}

}  // namespace models
