#include "models/caches/cache.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/data/ledger.h"
#include "models/network/crossing.h"
#include "models/used.h"
#include "sim/sleep.h"

namespace models {

namespace {

// Apart from those of items. Of a user, or of an address without one.
Key session_key(const Request& request) {
    const std::uint64_t sender = std::uint64_t{request.user} << 32 | request.address;
    return sim::mix(sender ^ 0x5e5510);
}

}  // namespace

Cache::Cache(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      flush_draws_(context.stream("flushes")),
      age_draws_(context.stream("ttl jitter")),
      refresh_draws_(context.stream("early expiration")),
      measures_(spec, context) {
    for (std::uint32_t index = 0; index < spec.instances; ++index) {
        copies_.push_back(std::make_unique<CacheCopy>(*this, index));
        instances_.push_back(copies_.back().get());
    }
    context.meter.resource(spec.threads == 1 ? "command thread" : "command threads",
                           [this](sim::Time, sim::Uses& uses) {
                               for (const auto& copy : copies_) uses.push_back(copy->cpu().use());
                           });
}

Cache::~Cache() = default;

void Cache::connect() {
    edge_.emplace(context_, Edge::Plan{spec_.calls, spec_.latency.build(), spec_.policies});
    if (spec_.sessions) {
        log_in_.emplace(context_, Edge::Plan{spec_.sessions->calls, spec_.latency.build(), {}});
    }
    Directory const& directory = context_.world.directory;
    ledger_ = ledger();
    behind_takes_batches_ = directory.node(spec_.calls.node).takes_batches();
    for (const spec::MentionRef& ref : spec_.also_evicts) {
        if (auto* other = dynamic_cast<Cache*>(&directory.node(ref.node))) also_.push_back(other);
    }
    for (const auto& copy : copies_) {
        programs_.push_back(std::make_unique<CacheProgram>(*this, *copy));
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
    if (spec_.sessions && name == "session") return static_cast<EndpointId>(entries.size()) + 1;
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
    if (is_session(request)) return session_key(request);
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
    if (count == 1) return *copies_.front();
    return *copies_[sim::mix(entry_key(request) + context_.world.scatter) % count];
}

// As the node behind is asked.
void Cache::lead_onward(Request& request, const CacheCopy& copy) const {
    request.identity = Request::onward_identity(request.identity, 0);
    request.endpoint = edge_->endpoint();
    if (!request.is_write) request.key = data_key(request);
    request.is_relayed = true;
    if (context_.world.network == nullptr) return;
    // Who says himself how far the cache is does not say how far it is to the node behind.
    const bool asks_itself = spec_.placement == Placement::proxy || request.place == kNowhere;
    if (asks_itself) request.place = copy.place();
}

// --- the way to its machines ---

bool Cache::has_way(const CacheCopy& copy, const Request& request) const {
    return copy.is_apart() && request.place != kNowhere;
}

bool Cache::has_commands_to_pay() const {
    return spec_.command_time > sim::Duration::zero() || copies_.front()->is_apart();
}

sim::Task<bool> Cache::go(CacheCopy& copy, const Request& request, bool is_back) {
    const sim::Time left = context_.now();
    const PlaceId from = is_back ? copy.place() : request.place;
    const PlaceId to = is_back ? request.place : copy.place();
    const bool arrived = co_await cross(
        context_.world, {from, to, is_back ? 0 : request.bytes, request.identity ^ is_back});
    context_.meter.spent(Spent::network, context_.now() - left);
    co_return arrived;
}

// A connection to a machine that is down: no answer until the timeout, or a reset.
Reply Cache::find_dead(CacheCopy& copy, Request request) {
    const sim::Time began = context_.now();
    if (spec_.connect_timeout > sim::Duration::zero()) {
        co_await sim::sleep(context_.scheduler(), spec_.connect_timeout);
        context_.meter.spent(Spent::calling, context_.now() - began);
    } else if (has_way(copy, request)) {
        request.bytes = 0;
        if (co_await go(copy, request, false)) co_await go(copy, request, true);
    }
    const Ejections::Rule rule{spec_.eject_after, spec_.retry_after};
    measures_.failed_connections.add();
    if (copy.ejections().failed(request.caller, context_.now(), rule)) measures_.ejections.add();
    co_return Response{};
}

// --- answering ---

Response Cache::hit(CacheCopy& copy, const CacheCopy::Item& item, const Request& request) {
    const Key key = entry_key(request);
    const Response response = response_of(copy, item, key);
    if (item.fresh_until <= context_.now()) {
        measures_.served_stale.add();
        start_load(copy, request, key);
    } else {
        consider_refresh(copy, item, request);
    }
    if (spec_.placement == Placement::local && disagrees(copy, key, response.version)) {
        measures_.inconsistent_reads.add();
    }
    return response;
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

// --- the rest ---

// KEYS goes through all entries at once; SCAN lets others in between.
Reply Cache::named_command(CacheCopy& copy, Request request) {
    if (is_session(request)) co_return co_await session(copy, request);
    Response response;
    if (!copy.is_up()) co_return Response{Outcome::failed, cause::refused};
    const CacheCommand& command = spec_.commands.entries[request.endpoint - 1].second;
    const bool has_way = this->has_way(copy, request);
    if (has_way && !co_await go(copy, request, false)) {
        co_return Response{Outcome::timed_out, cause::timeout};
    }
    const sim::Time began = context_.now();
    std::uint64_t left = copy.store().size();
    do {
        const std::uint64_t part = command.batch == 0 ? left : std::min(left, command.batch);
        const auto entries = static_cast<std::int64_t>(part);
        co_await copy.cpu().work(command.time + command.per_entry * entries);
        left -= part;
    } while (left > 0);
    if (command.evicts) copy.evict(entry_key(request), request.version);
    context_.meter.spent(Spent::service, context_.now() - began);
    if (has_way) co_await go(copy, request, true);
    co_return response;
}

Reply Cache::session(CacheCopy& copy, Request request) {
    if (!copy.is_up()) {
        const bool refuses = spec_.when_down == WhenDown::fail;
        if (refuses) co_return Response{Outcome::failed, cause::refused};
        co_return co_await log_in(copy, request);
    }
    bool is_there = false;
    const Key key = entry_key(request);
    co_await command(copy, request, [&] { is_there = copy.find(key) != nullptr; });
    if (is_there) co_return Response{};
    co_return co_await log_in(copy, request);
}

// It is kept for good, but for evictions and crashes.
Reply Cache::log_in(CacheCopy& copy, Request request) {
    const Key key = entry_key(request);
    if (const auto known = logged_in_.find(key); known != logged_in_.end()) {
        measures_.sessions_lost.add();
        if (known->second > copy.emptied_at()) measures_.sessions_evicted.add();
    }
    const sim::Time began = context_.now();
    Request onward = request;
    onward.identity = Request::onward_identity(request.identity, kLoggingIn);
    onward.endpoint = log_in_->endpoint();
    const Response response = co_await ask(context_.world, *log_in_, onward);
    context_.meter.spent(Spent::calling, context_.now() - began);
    if (!response.ok() || !copy.is_up()) co_return response;
    const auto bytes = static_cast<std::uint32_t>(spec_.sessions->size.count);
    const CacheCopy::Value value{{0, sim::kForever, {}, false}, bytes, began};
    co_await set(copy, request, value, [&] { copy.put(key, value); });
    logged_in_[key] = context_.now();
    co_return Response{};
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
    record.instances = static_cast<double>(copies_.size());
    use_instances(context_, spec_.price, record.instances);
    measures_.finish(copies_);
}

}  // namespace models
