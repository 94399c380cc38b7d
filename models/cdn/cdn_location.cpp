#include "models/cdn/cdn_location.h"

#include <fmt/core.h>

#include "models/blocks/ask.h"
#include "models/cdn/cdn.h"

namespace models {

namespace {

PlaceId place_of(const Cdn& cdn, std::uint32_t index) {
    Links* const network = cdn.context().world.network;
    return network == nullptr ? kNowhere : network->place_of(cdn.context().name, index);
}

}  // namespace

CdnLocation::CdnLocation(Cdn& cdn, std::uint32_t index)
    : cdn_(cdn),
      index_(index),
      place_(place_of(cdn, index)),
      store_(cdn.spec().eviction, {cdn.spec().capacity.count,
                                   cdn.context().stream(fmt::format("eviction of {}", index))}),
      cpu_(cdn.context().scheduler(), sim::Discipline::fcfs, cdn.spec().cores),
      purges_(cdn.context().world, place_) {
    purges_.handle([this](const PurgesUpTo& all) { apply(all.number); });
    if (cdn.context().is_injected) injection_.emplace(cdn.context().scheduler());
}

Go CdnLocation::enter(Call&) {
    return cdn_.enter_at(*this);
}

Reply CdnLocation::call(Request request) {
    co_return co_await ask(cdn_.context().world, *this, request);
}

// --- objects ---

std::optional<CdnLocation::Found> CdnLocation::find(std::uint64_t name,
                                                    const CdnBehaviorSpec& rule) {
    const Slot slot = store_.find(name, cdn_.context().now());
    if (slot == kNoSlot) return std::nullopt;
    const Entry& entry = store_[slot];
    return Found{versions_[slot], entry.bytes, entry.expires - rule.longer()};
}

// Nothing goes into what is down.
void CdnLocation::put(std::uint64_t name, const Found& object, const CdnBehaviorSpec& rule) {
    if (!is_up()) return;
    const Slot slot =
        store_.put(name, object.bytes, object.fresh_until + rule.longer(), cdn_.context().now());
    if (slot == kNoSlot) return;
    if (slot >= versions_.size()) {
        // An eighth more at a time: beside the entries it is what memory goes into.
        versions_.reserve(std::size_t{slot} + slot / 8 + 64);
        versions_.resize(versions_.capacity());
    }
    versions_[slot] = object.version;
}

bool CdnLocation::erase(std::uint64_t name) {
    return store_.erase(name);
}

// --- fetches ---

std::shared_ptr<CdnLocation::Fetch> CdnLocation::fetch_of(std::uint64_t name) const {
    const auto found = fetches_.find(name);
    return found == fetches_.end() ? nullptr : found->second;
}

std::shared_ptr<CdnLocation::Fetch> CdnLocation::begin_fetch(std::uint64_t name) {
    auto fetch = std::make_shared<Fetch>(cdn_.context().scheduler());
    fetches_[name] = fetch;
    return fetch;
}

void CdnLocation::end_fetch(std::uint64_t name, const std::shared_ptr<Fetch>& fetch) {
    const auto found = fetches_.find(name);
    if (found != fetches_.end() && found->second == fetch) fetches_.erase(found);
}

// --- purges ---

void CdnLocation::apply(std::uint64_t up_to) {
    for (; applied_ < up_to; ++applied_) {
        const CdnPurge& purge = cdn_.control().purge(applied_);
        if (purge.is_of_all) {
            cdn_.measures().purged_objects.add(static_cast<double>(store_.size()));
            store_.clear();
            for (const auto& [name, fetch] : fetches_) fetch->is_purged = true;
            fetches_.clear();
        } else {
            for (const std::uint64_t name : cdn_.objects().names_of(purge.item)) forget(name);
        }
        cdn_.control().applied(applied_);
    }
    cdn_.control().forget_applied();
}

void CdnLocation::forget(std::uint64_t name) {
    if (store_.erase(name)) cdn_.measures().purged_objects.add();
    const auto found = fetches_.find(name);
    if (found == fetches_.end()) return;
    found->second->is_purged = true;
    fetches_.erase(found);
}

// --- failures ---

// What was there is lost, and there is nothing left to purge.
void CdnLocation::take_down() {
    if (!up_.take_down()) return;
    apply(cdn_.control().purges());
    purges_.close();
    cdn_.measures().lost_objects.add(static_cast<double>(store_.size()));
    cdn_.context().world.recorder.incident(fmt::format("{}[{}]", cdn_.context().name, index_),
                                           "lost", fmt::format("{} objects", store_.size()));
    store_.clear();
    for (const auto& [name, fetch] : fetches_) fetch->is_purged = true;
    fetches_.clear();
    cdn_.context().world.calls.end_all_in(this, {Outcome::failed, cause::reset});
}

void CdnLocation::bring_up() {
    if (!up_.bring_up()) return;
    purges_.open();
}

}  // namespace models
