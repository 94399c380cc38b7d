// How masters come and go: what is lost by that, and who is told.
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "models/redis/cluster_node.h"
#include "models/redis/redis.h"
#include "models/redis/sentinel.h"

namespace models {

// From now on those who watch over it do; before there was nothing that could go wrong.
void Redis::begin_watching() {
    if (std::exchange(is_watched_, true)) return;
    for (const auto& each : members_) {
        if (each->cluster() != nullptr) each->cluster()->start();
    }
    for (const auto& each : sentinels_) each->start();
}

// The kernel closes its connections.
void Redis::tell_closed(RedisMember& member) {
    RedisMessage closed;
    closed.kind = RedisMessage::Kind::closed;
    closed.from = member.number();
    for (const auto& each : sentinels_) member.send(each->inbox(), closed);
    if (member.cluster() == nullptr || !is_watched_) return;
    for (const auto& each : members_) {
        if (each.get() != &member) member.send(each->inbox(), closed);
    }
}

void Redis::went_down(RedisMember& member) {
    tell_closed(member);
    if (is_master(member)) down_since_[member.shard()] = context_.now();
}

void Redis::came_up(RedisMember& member) {
    if (member.leads() && !spec_.appendonly) {
        if (is_master(member)) {
            const auto lost = member.data().written.size();
            lost_writes_.add(static_cast<double>(lost));
            context_.world.recorder.incident(member.name(), "restarted empty",
                                             fmt::format("{} written keys", lost));
        }
        member.replication().clear();
    }
    if (is_master(member)) end_absence(member.shard());
    if (member.cluster() != nullptr) member.cluster()->restarted();
    member.replication().restarted();
}

void Redis::end_absence(std::uint32_t shard) {
    const sim::Time since = std::exchange(down_since_[shard], sim::kForever);
    if (since != sim::kForever) without_master_ += context_.now() - since;
}

// It has been chosen.
void Redis::become_master(RedisMember& member) {
    if (member.leads()) return;
    RedisMember& old = *newest_[member.shard()];
    lose(old, member);
    member.replication().lead();
    member.forked_at.reset();
    newest_[member.shard()] = &member;
    failovers_.add();
    end_absence(member.shard());
}

// What the master of before has and the new one has not.
void Redis::lose(const RedisMember& old, const RedisMember& promoted) {
    const RedisData& had = old.data();
    const RedisData& has = promoted.data();
    std::uint64_t lost = 0;
    if (had.run == has.run) {
        lost = had.offset - has.offset;
    } else {
        had.written.for_each([&](RedisData::Key key, std::uint64_t version) {
            const std::uint64_t* const found = has.written.find(key);
            lost += found == nullptr || *found < version ? 1 : 0;
        });
    }
    lost_writes_.add(static_cast<double>(lost));
    lost_unshipped_.add(static_cast<double>(lost));
    newest_[old.shard()]->forked_at = had.offset;
    context_.world.recorder.incident(promoted.name(), "promoted",
                                     fmt::format("{} acknowledged writes lost", lost));
}

void Redis::become_replica(RedisMember& member, RedisMember& master) {
    lose_apart(member);
    member.replication().follow(master);
}

// What it took as a master that others had replaced.
void Redis::lose_apart(RedisMember& member) {
    if (!member.forked_at) return;
    const std::uint64_t apart = member.data().offset - *member.forked_at;
    member.forked_at.reset();
    lost_writes_.add(static_cast<double>(apart));
    lost_apart_.add(static_cast<double>(apart));
    if (apart == 0) return;
    context_.world.recorder.incident(
        member.name(), "writes thrown away",
        fmt::format("{} acknowledged writes that it took after it had been replaced", apart));
}

void Redis::publish(PlaceId from, std::uint32_t master, Term since) {
    clients_.hear(from, master, since);
}

}  // namespace models
