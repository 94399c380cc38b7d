#include "models/caches/cache_copy.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/caches/cache.h"

namespace models {

namespace {

// How long a deletion is remembered: longer than loads take.
constexpr sim::Duration kRemembered = std::chrono::minutes(1);

constexpr std::uint32_t kInvalidationBytes = 64;

PlaceId place_of(const Cache& cache, std::uint32_t index) {
    Links* const network = cache.context().world.network;
    return network == nullptr ? kNowhere : network->place_of(cache.context().name, index);
}

}  // namespace

// What needs no core time cannot be slowed.
Abilities CacheSpec::suffers() const {
    const Abilities all = abilities_of<CacheCopy>();
    const bool works = command_time > sim::Duration::zero();
    return works ? all : all.without(Abilities::slowness());
}

CacheCopy::CacheCopy(Cache& cache, std::uint32_t index)
    : cache_(cache),
      index_(index),
      store_(cache.spec().eviction, {cache.spec().capacity.count,
                                     cache.context().stream(fmt::format("eviction of {}", index))}),
      cpu_(cache.context().scheduler(), sim::Discipline::fcfs, cache.spec().threads),
      invalidations_(cache.context().world, place_of(cache, index)),
      tells_(cache.context(), invalidations_.place(), fmt::format("invalidations {}", index)) {
    invalidations_.handle([this](const Invalidation& each) { evict(each.key, each.version); });
    if (cache.context().is_injected) injection_.emplace(cache.context().scheduler());
}

Go CacheCopy::enter(Call&) {
    return cache_.enter_at(*this);
}

Reply CacheCopy::call(Request request) {
    co_return co_await ask(cache_.context().world, *this, request);
}

void CacheCopy::tell_old(CacheCopy& other, Key key, std::uint64_t version) {
    tells_.send(other.invalidations_, {key, version}, kInvalidationBytes);
}

Placement CacheCopy::cache_placement() const {
    return cache_.spec().placement;
}

const CacheCopy::Item* CacheCopy::find(Key key) {
    const Slot slot = store_.find(key, cache_.context().now());
    return slot == kNoSlot ? nullptr : &items_[slot];
}

const CacheCopy::Item* CacheCopy::peek(Key key) const {
    const Slot slot = store_.peek(key);
    return slot == kNoSlot ? nullptr : &items_[slot];
}

bool CacheCopy::put(Key key, const Value& value) {
    if (!is_up()) return true;
    if (is_too_old(key, value)) return false;
    store(key, value);
    return true;
}

bool CacheCopy::overwrite(Key key, const Value& value) {
    if (!is_up()) return true;
    if (is_older(key, value)) return false;
    store(key, value);
    if (remembers_changes()) mark(key, value.item.version);
    return true;
}

void CacheCopy::store(Key key, const Value& value) {
    const sim::Time now = cache_.context().now();
    const Slot slot = store_.put(key, value.bytes, gone_at(value.item.fresh_until), now);
    if (slot == kNoSlot) return;
    if (slot >= items_.size()) items_.resize(std::size_t{slot} + slot / 4 + 64);
    items_[slot] = value.item;
}

// Than what is there, or was deleted: what a cas finds out.
bool CacheCopy::is_older(Key key, const Value& value) const {
    if (cache_.spec().stale_sets != StaleSets::version) return false;
    const Item* const there = peek(key);
    if (there != nullptr && there->version > value.item.version) return true;
    const auto found = marks_.find(key);
    return found != marks_.end() && found->second.version > value.item.version;
}

bool CacheCopy::is_too_old(Key key, const Value& value) const {
    if (cache_.spec().stale_sets != StaleSets::lease) return is_older(key, value);
    const auto found = marks_.find(key);
    return found != marks_.end() && found->second.at >= value.began;
}

void CacheCopy::evict(Key key, std::uint64_t version) {
    store_.erase(key);
    if (remembers_changes()) mark(key, version);
}

bool CacheCopy::remembers_changes() const {
    const StaleSets guard = cache_.spec().stale_sets;
    return guard == StaleSets::lease || guard == StaleSets::version;
}

void CacheCopy::mark(Key key, std::uint64_t version) {
    const sim::Time now = cache_.context().now();
    // Deletions overtake each other, too.
    Mark& mark = marks_[key];
    mark = {std::max(mark.version, version), now};
    marked_.emplace_back(now, key);
    while (marked_.front().first + kRemembered < now) {
        const auto oldest = marks_.find(marked_.front().second);
        if (oldest != marks_.end() && oldest->second.at == marked_.front().first) {
            marks_.erase(oldest);
        }
        marked_.pop_front();
    }
}

sim::Time CacheCopy::gone_at(sim::Time fresh_until) const {
    const sim::Duration longer = cache_.spec().stale_while_revalidate;
    return longer >= sim::kForever - fresh_until ? sim::kForever : fresh_until + longer;
}

// Several writes to an item between two flushes are one when they are written on.
void CacheCopy::write_later(Key key, std::uint64_t version) {
    const auto [place, is_new] = unflushed_at_.try_emplace(key, flushed_ + unflushed_.size());
    if (is_new) unflushed_.push_back({key, 0, 0});
    Unflushed& mine = unflushed_[place->second - flushed_];
    mine.version = version;
    ++mine.writes;
}

std::vector<CacheCopy::Unflushed> CacheCopy::take_unflushed(std::size_t most) {
    std::vector<Unflushed> taken;
    while (!unflushed_.empty() && taken.size() < most) {
        taken.push_back(unflushed_.front());
        unflushed_at_.erase(unflushed_.front().key);
        unflushed_.pop_front();
        ++flushed_;
    }
    return taken;
}

std::uint64_t CacheCopy::unflushed_writes() const {
    std::uint64_t writes = 0;
    for (const Unflushed& each : unflushed_) writes += each.writes;
    return writes;
}

// Whatever is in memory is gone: entries, and writes that were not passed on.
void CacheCopy::take_down() {
    if (!up_.take_down()) return;
    invalidations_.close();
    cache_.lost(*this, store_.size(), unflushed_writes());
    store_.clear();
    emptied_at_ = cache_.context().now();
    marks_.clear();
    marked_.clear();
    unflushed_.clear();
    unflushed_at_.clear();
    flushed_ = 0;
}

void CacheCopy::bring_up() {
    if (up_.bring_up()) invalidations_.open();
}

}  // namespace models
