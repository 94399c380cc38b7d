#include "models/redis/clients.h"

#include "models/redis/cluster_node.h"
#include "models/redis/redis.h"
#include "models/redis/sentinel.h"
#include "sim/sleep.h"

namespace models {

RedisClients::RedisClients(Redis& redis)
    : redis_(redis), stream_(redis.context().stream("who the masters are")) {}

void RedisClients::know_all() {
    const Links* const network = redis_.context().world.network;
    const std::size_t zones = network == nullptr ? 1 : network->places().zones().size();
    std::vector<Known> all;
    for (std::uint32_t shard = 0; shard < redis_.shards(); ++shard) {
        all.push_back({redis_.shard(shard).front()->number(), 0});
    }
    known_.assign(zones, all);
    is_asking_.resize(zones);
}

bool RedisClients::has_way(const Request& request) const {
    return redis_.context().world.network != nullptr && request.place != kNowhere;
}

PlaceId RedisClients::place(std::size_t zone) const {
    return redis_.links().numbered(zone);
}

PlaceId RedisClients::place_of(const Request& request) const {
    return request.place;
}

std::size_t RedisClients::zone_of(const Request& request) const {
    return has_way(request) ? redis_.links().number_of(request.place) : 0;
}

RedisMember& RedisClients::master_of(std::uint32_t shard, const Request& request) const {
    return redis_.member(known_[zone_of(request)][shard].master);
}

// --- what they are told ---

void RedisClients::learn(std::size_t zone, std::uint32_t shard, Known known) {
    Known& mine = known_[zone][shard];
    if (known.since >= mine.since) mine = known;
}

void RedisClients::learn(const Request& request, std::uint32_t shard, std::uint32_t master,
                         Term since) {
    learn(zone_of(request), shard, {master, since});
}

void RedisClients::hear(PlaceId from, std::uint32_t master, Term since) {
    Links* const network = redis_.context().world.network;
    for (std::size_t zone = 0; zone < known_.size(); ++zone) {
        sim::Time when = redis_.context().now();
        if (network != nullptr) {
            const std::uint64_t key = sim::request_key(stream_, ++asked_);
            const Passage passage = network->carry({from, place(zone), kRedisMessageBytes, key});
            if (!passage.arrives()) continue;
            when = passage.at;
        }
        asking_.run(learn_later(zone, {master, since}, when));
    }
}

sim::Task<void> RedisClients::learn_later(std::size_t zone, Known known, sim::Time when) {
    co_await sim::sleep_until(redis_.context().scheduler(), when);
    learn(zone, redis_.member(known.master).shard(), known);
}

// --- what they ask ---

void RedisClients::ask(const Request& request) {
    const std::size_t zone = zone_of(request);
    if (is_asking_[zone]) return;
    is_asking_[zone] = true;
    asking_.run(ask_someone(zone));
}

sim::Task<void> RedisClients::ask_someone(std::size_t zone) {
    const bool is_cluster = redis_.spec().is_cluster();
    const auto count =
        static_cast<std::uint32_t>(is_cluster ? redis_.members() : redis_.sentinels().size());
    sim::Draws draws(sim::request_key(stream_, ++asked_));
    const auto first = count == 0 ? 0 : static_cast<std::uint32_t>(draws.below(count));
    for (std::uint32_t step = 0; step < count; ++step) {
        if (co_await ask_one(zone, (first + step) % count)) break;
    }
    is_asking_[zone] = false;
}

// False when it does not answer.
sim::Task<bool> RedisClients::ask_one(std::size_t zone, std::uint32_t one) {
    const bool is_cluster = redis_.spec().is_cluster();
    sim::Scheduler& scheduler = redis_.context().scheduler();
    Links* const network = redis_.context().world.network;
    const auto carry = [&](PlaceId from, PlaceId to) {
        const std::uint64_t key = sim::request_key(stream_, ++asked_);
        return network->carry({from, to, kRedisMessageBytes, key});
    };
    const PlaceId there =
        is_cluster ? redis_.member(one).place() : redis_.sentinels()[one]->place();
    if (network != nullptr) {
        const Passage passage = carry(place(zone), there);
        if (!passage.arrives()) co_return false;
        co_await sim::sleep_until(scheduler, passage.at);
    }
    if (is_cluster && (!redis_.member(one).is_up() || redis_.member(one).hangs())) {
        co_return false;
    }
    std::vector<Known> told;
    for (std::uint32_t shard = 0; is_cluster && shard < redis_.shards(); ++shard) {
        const ClusterNode::Known& known = redis_.member(one).cluster()->master_of(shard);
        told.push_back({known.member, known.since});
    }
    if (!is_cluster) {
        told.push_back(
            {redis_.sentinels()[one]->master(), redis_.sentinels()[one]->config_epoch()});
    }
    if (network != nullptr) {
        const Passage passage = carry(there, place(zone));
        if (!passage.arrives()) co_return false;
        co_await sim::sleep_until(scheduler, passage.at);
    }
    for (std::uint32_t shard = 0; shard < told.size(); ++shard) learn(zone, shard, told[shard]);
    co_return true;
}

}  // namespace models
