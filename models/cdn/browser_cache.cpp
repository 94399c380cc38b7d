#include "models/cdn/browser_cache.h"

#include "models/data/judging.h"

namespace models {

BrowserCache::BrowserCache(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      store_(spec.eviction, {spec.capacity.count, context.stream("eviction")}),
      visit_(context),
      looking_(*this),
      hits_(context, "hits"),
      misses_(context, "misses"),
      stale_responses_(context, "stale_responses") {
    visit_.link(&looking_);
    looking_.link(visit_.inside(), nullptr);
}

void BrowserCache::connect() {
    edge_.emplace(context_, Edge::Plan{spec_.calls, {}, {}});
    ledger_ = ledger();
}

Ledger* BrowserCache::ledger() {
    return context_.world.directory.node(spec_.calls.node).ledger();
}

std::optional<EndpointId> BrowserCache::endpoint(std::string_view name) const {
    return context_.world.directory.node(spec_.calls.node).endpoint(name);
}

Key BrowserCache::name_of(const Request& request) {
    const std::uint64_t whose = std::uint64_t{request.user} << 32 | request.endpoint;
    return sim::mix(sim::mix(request.key) + whose);
}

Go BrowserCache::Looking::enter(Call& call) {
    BrowserCache& cache = cache_;
    Request& request = call.request;
    Ledger* const ledger = cache.ledger_;
    const std::uint64_t due = ledger == nullptr ? 0 : version_due(*ledger, request, request.key);
    if (!request.is_write) {
        const Slot slot = cache.store_.find(name_of(request), cache.context_.now());
        if (slot != kNoSlot) {
            cache.hits_.add();
            Response response;
            response.version = cache.versions_[slot];
            response.bytes = cache.store_[slot].bytes;
            if (judge_read(response, response.version, due)) cache.stale_responses_.add();
            return answer(call, response);
        }
        cache.misses_.add();
    }
    begin(call, due, request.identity, static_cast<bool>(request.is_relayed));
    request.identity = Request::onward_identity(request.identity, 0);
    request.is_relayed = true;
    call.push_frame(this);
    return cache.edge_->enter(call);
}

Go BrowserCache::Looking::answered(Call& call) {
    const std::uint64_t due = mine(call).due;
    abandoned(call);
    BrowserCache& cache = cache_;
    if (cache.ledger_ != nullptr && judge(*cache.ledger_, call.request, call.response, due)) {
        cache.stale_responses_.add();
    }
    if (call.request.is_write) {
        if (call.ok()) cache.store_.erase(name_of(call.request));
    } else if (call.ok() && !call.response.missing) {
        cache.keep(call.request, call.response);
    }
    return back();
}

void BrowserCache::Looking::abandoned(Call& call) {
    restore(call);
    end(call);
}

void BrowserCache::Looking::restore(Call& call) {
    call.request.identity = mine(call).identity;
    call.request.is_relayed = mine(call).was_relayed;
}

void BrowserCache::keep(const Request& request, const Response& response) {
    if (spec_.max_age == sim::Duration::zero()) return;
    const auto usual = static_cast<std::uint32_t>(spec_.object_size.count);
    const sim::Time now = context_.now();
    const Slot slot = store_.put(name_of(request), response.bytes > 0 ? response.bytes : usual,
                                 now + spec_.max_age, now);
    if (slot == kNoSlot) return;
    if (slot >= versions_.size()) versions_.resize(std::size_t{slot} + slot / 8 + 64);
    versions_[slot] = response.version;
}

void BrowserCache::finish() {
    const Tally& hits = hits_;
    const Tally& misses = misses_;
    const double lookups = hits.value() + misses.value();
    std::vector<sim::Measure>& measures = context_.meter.record().measures;
    measures.push_back({"hit_ratio", "", lookups > 0 ? hits.value() / lookups : 0});
    measures.push_back({"objects", "", static_cast<double>(store_.size())});
}

}  // namespace models
