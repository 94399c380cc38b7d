// What a cache does about an entry it does not have, or will not have for long.

#include "models/caches/cache.h"

namespace models {

// Whether what a load has brought is worth keeping.
bool Cache::is_worth_keeping(const Response& response) const {
    return response.ok() && (!response.missing || spec_.negative_ttl > sim::Duration::zero());
}

// Once somebody has loaded it; he does not wait for that.
void Cache::keep_alone(CacheCopy& copy, const Request& request, const Response& response,
                       sim::Time began) {
    if (!is_worth_keeping(response)) return;
    if (has_commands_to_pay()) {
        crew_.run(keep(copy, request, response, began));
    } else if (!copy.put(entry_key(request), value_of(response, request, began))) {
        measures_.refused_sets.add();
    }
}

sim::Task<void> Cache::keep(CacheCopy& copy, Request request, Response response, sim::Time began) {
    if (!is_worth_keeping(response)) co_return;
    const CacheCopy::Value value = value_of(response, request, began);
    request.span = 0;  // whoever was traced has his answer
    bool is_stored = true;
    co_await set(copy, request, value, [&] { is_stored = copy.put(entry_key(request), value); });
    if (!is_stored) measures_.refused_sets.add();
}

// As it is to be stored; asked for at `began`.
CacheCopy::Value Cache::value_of(const Response& response, const Request& request,
                                 sim::Time began) const {
    const auto size = static_cast<std::uint32_t>(spec_.entry_size.count);
    const bool is_read = !request.is_write && response.bytes > 0;
    const sim::Duration loaded_in =
        request.is_write ? sim::Duration::zero() : context_.now() - began;
    return {item_of(response, loaded_in, request), is_read ? response.bytes : size, began};
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
    // Both are cut off to whole steps of the clock, and it is fresh as long as they are equal.
    if (const sim::Duration step = spec_.ttl_resolution; step > sim::Duration::zero()) {
        const sim::Duration until = item.fresh_until.time_since_epoch();
        if (item.fresh_until != sim::kForever) item.fresh_until += step - until % step;
    }
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
        const bool looks_again = !is_first && locks;
        co_await (looks_again ? load->stored : load->done).pass();
        context_.meter.spent(Spent::calling, context_.now() - began);
        if (!looks_again) co_return load->response;
        // Whoever waited for the lock looks again, and is the next to load if it has to.
        std::optional<Response> there;
        co_await command(copy, request, [&] {
            const CacheCopy::Item* item = copy.find(key);
            if (item != nullptr) there = response_of(copy, *item, key);
        });
        if (there) co_return *there;
    }
}

// Runs on its own: those who wait for it may go away.
void Cache::start_load(CacheCopy& copy, const Request& request, Key scope) {
    if (copy.loads().contains(scope)) return;
    auto load = std::make_shared<CacheCopy::Load>(context_.scheduler());
    copy.loads().emplace(scope, load);
    crew_.run(run_load(copy, request, scope, std::move(load)));
}

// It is over when the value is stored: the lock is held so long, and who comes meanwhile joins.
sim::Task<void> Cache::run_load(CacheCopy& copy, Request request, Key scope,
                                std::shared_ptr<CacheCopy::Load> mine) {
    const sim::Time began = context_.now();
    mine->response = co_await load(copy, request);
    mine->done.open();
    co_await keep(copy, request, mine->response, began);
    copy.loads().erase(scope);
    mine->stored.open();
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

}  // namespace models
