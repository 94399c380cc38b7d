// More masters, and the keys that move to them.
#include <fmt/core.h>

#include "models/hashes/kafka_partition.h"
#include "models/hashes/redis_slot.h"
#include "models/redis/redis.h"
#include "sim/sleep.h"

namespace models {

sim::Task<void> Redis::reshard() {
    const Resharding& plan = *spec_.resharding;
    co_await sim::sleep(context_.scheduler(), plan.at);
    const sim::Time began = context_.now();
    if (spec_.placement == KeyPlacement::modulo) {
        move_by_modulo(plan.masters);
        co_return;
    }
    const std::vector<std::uint32_t> slots = slots_to_move();
    const std::uint32_t added = plan.masters - spec_.masters;
    for (std::size_t at = 0; at < slots.size(); ++at) {
        const sim::Time due =
            began + sim::from_seconds(static_cast<double>(at + 1) / plan.slots_per_second);
        const auto to = static_cast<std::uint32_t>(spec_.masters + at * added / slots.size());
        co_await move_slot(slots[at], to);
        co_await sim::sleep_until(context_.scheduler(), due);
    }
    resharding_took_ = context_.now() - began;
    context_.world.recorder.incident(context_.name, "resharded",
                                     fmt::format("{} slots moved", slots.size()));
}

// From each master the first of its slots, so many that all have the same in the end.
std::vector<std::uint32_t> Redis::slots_to_move() const {
    const std::uint32_t keeps = kRedisSlots / spec_.resharding->masters;
    std::vector<std::uint32_t> has(spec_.masters);
    for (const std::uint32_t owner : owner_) ++has[owner];
    std::vector<std::uint32_t> moves;
    for (std::uint32_t slot = 0; slot < kRedisSlots; ++slot) {
        if (has[owner_[slot]] <= keeps) continue;
        --has[owner_[slot]];
        moves.push_back(slot);
    }
    return moves;
}

sim::Task<void> Redis::move_slot(std::uint32_t slot, std::uint32_t to) {
    RedisMember& from = *newest_[owner_[slot]];
    RedisMember& target = *newest_[to];
    const std::uint64_t keys = preloaded_[slot] + new_keys_[slot];
    const sim::Duration work = spec_.resharding->migrate_time * static_cast<std::int64_t>(keys);
    if (work > sim::Duration::zero()) {
        co_await from.cpu().work(work);
        co_await target.cpu().work(work);
    }
    from.data().written.for_each([&](Key key, std::uint64_t version) {
        if (slots_.slot_of(key) != slot) return;
        target.replication().take_over(key, version, from.data().tokens.of(key));
    });
    --slots_of_[owner_[slot]];
    ++slots_of_[to];
    owner_[slot] = to;
    moved_slots_.add();
    moved_keys_.add(static_cast<double>(keys));
}

// All at once, as when partitions are added to a topic: keys go elsewhere from now on.
void Redis::move_by_modulo(std::uint32_t masters) {
    for (Key key = 0; key < spec_.preload; ++key) {
        const std::string name = key_name(key);
        const bool moves = kafka_partition(name, masters_) != kafka_partition(name, masters);
        if (moves) moved_keys_.add();
    }
    masters_ = masters;
}

}  // namespace models
