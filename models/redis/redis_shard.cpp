#include "models/redis/redis_shard.h"

#include <algorithm>

namespace models {

RedisMember* RedisShard::reader(bool replicas, std::uint64_t draw) const {
    const std::size_t count = members_.size();
    for (std::size_t step = 0; replicas && step < count; ++step) {
        RedisMember* each = members_[(draw + step) % count];
        if (each != master_ && each->is_up()) return each;
    }
    return master_->is_up() ? master_ : nullptr;
}

void RedisShard::write(Key key, std::uint64_t version, sim::Time now) {
    master_->written[key] = version;
    if (members_.size() == 1) return;
    log_.push_back({key, version, now});
    master_->applied = end();
    if (log_.size() % 1024 == 0) trim();
}

// Whatever has reached the replica by now, in order; nothing sent after the master's death does.
void RedisShard::catch_up(RedisMember& replica, sim::Time now) {
    const sim::Time until = std::min(now, died_at_);
    while (&replica != master_ && replica.applied < end()) {
        const Write& next = log_[replica.applied - first_];
        sim::Draws draws(sim::request_key(lag_.stream + replica.index(), next.version));
        const sim::Time there =
            std::max(replica.applied_at, next.at + lag_.delay.sample_duration(draws));
        if (there > until) return;
        replica.written[next.key] = next.version;
        replica.applied_at = there;
        ++replica.applied;
    }
}

void RedisShard::trim() {
    std::uint64_t slowest = end();
    for (RedisMember* each : members_) {
        if (each->is_up()) slowest = std::min(slowest, each->applied);
    }
    for (; first_ < slowest; ++first_) log_.pop_front();
}

RedisMember* RedisShard::promote(std::uint64_t& lost) {
    RedisMember* best = nullptr;
    for (RedisMember* each : members_) {
        if (each == master_ || !each->is_up()) continue;
        catch_up(*each, died_at_);
        if (best == nullptr || each->applied > best->applied) best = each;
    }
    if (best == nullptr) return nullptr;
    lost = end() - best->applied;
    while (end() > best->applied) log_.pop_back();
    master_ = best;
    died_at_ = sim::kForever;
    return best;
}

void RedisShard::resync(RedisMember& member) {
    if (&member == master_) {
        died_at_ = sim::kForever;
        for (RedisMember* each : members_) {
            if (each != master_ && each->is_up() && master_->is_empty) resync(*each);
        }
        return;
    }
    member.written = master_->written;
    member.is_empty = master_->is_empty;
    member.applied = end();
}

}  // namespace models
