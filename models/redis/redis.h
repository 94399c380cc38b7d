// Redis as a store of its own: single, with Sentinel, or Cluster.
//
// A key belongs to one of 16384 slots and a slot to a master (hashes/redis_slot.h); the first
// masters have equal ranges, as redis-cli --cluster create hands them out. A master that is silent
// for `down_after` is held to be down; then a replica takes over, and the writes it has not got are
// lost. Callers know which master has which slot as of the last time they were sent on (MOVED).
// Not modelled: partitions between machines, so there is never more than one master of a slot.
#pragma once

#include <memory>
#include <vector>

#include "models/blocks/ask.h"
#include "models/blocks/measure.h"
#include "models/calls/tally.h"
#include "models/context.h"
#include "models/data/ledger.h"
#include "models/node.h"
#include "models/redis/redis_shard.h"
#include "models/redis/redis_spec.h"
#include "sim/crew.h"

namespace models {

class Redis final : public Node, public Service {
public:
    using Spec = RedisSpec;

    Redis(const Spec& spec, const Context& context);
    ~Redis() override;

    void start() override;
    void finish() override;
    void dismiss() override { crew_.dismiss(); }
    Service* service() override { return this; }
    Ledger* ledger() override { return &ledger_; }
    std::span<Instance* const> instances() override { return instances_; }

    Go enter(Call&) override { return visit_.enter(); }
    Reply call(Request request) override { co_return co_await ask(context_.world, *this, request); }

    // What its machines need of it.
    void went_down(RedisMember& member);
    void came_up(RedisMember& member);
    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }
    bool is_master(const RedisMember& member) const {
        return &shards_[member.shard()].master() == &member;
    }

private:
    // A caller may be sent on, and the machine may be another by the time it answers: a story.
    class Execute final : public Await {
    public:
        explicit Execute(Redis& redis) : redis_(redis) {}
        Reply story(Call& call) override { return redis_.execute_judged(call.request); }

    private:
        Redis& redis_;
    };

    using Key = RedisMember::Key;

    // Where a key is, and with whom its caller looks first.
    struct Place {
        std::uint32_t slot;
        std::uint32_t shard;
        std::uint32_t believed;
    };

    Place place_of(Key key) const;
    Reply execute_judged(Request request);
    Reply execute(Place place, Request request);
    sim::Task<Cause> visit(RedisMember& member, const Request& request);
    RedisMember* member_for(const Place& place, const Request& request) const;
    bool refuses_all() const;
    Response answer(RedisMember& member, const Request& request);
    Response refuse(const Place& place, Cause cause);

    sim::Task<void> fail_over(std::uint32_t shard);
    sim::Task<void> reshard();
    sim::Task<void> move_slot(std::uint32_t slot, std::uint32_t to);
    std::vector<std::uint32_t> slots_to_move() const;
    void move_by_modulo(std::uint32_t masters);

    void hand_out_slots();
    void count_preloaded();
    std::string name_of(const RedisMember& member) const;

    Spec spec_;
    Context context_;
    Ledger ledger_;
    MeasuredVisit visit_;
    Execute execute_;
    sim::Distribution access_time_;
    sim::Distribution replication_delay_;
    sim::Distribution election_time_;
    std::uint64_t access_draws_;
    sim::Draws election_draws_;
    std::vector<std::unique_ptr<RedisMember>> members_;
    std::vector<Instance*> instances_;
    std::vector<RedisShard> shards_;
    std::uint32_t masters_;                   // that have keys, by modulo
    std::vector<std::uint32_t> owner_;        // of each slot
    std::vector<std::uint32_t> known_;        // what callers take it to be
    std::vector<std::vector<Key>> new_keys_;  // of each slot, written since the start
    std::vector<std::uint64_t> preloaded_;    // of each slot
    std::vector<sim::Time> down_since_;       // of each shard's master; kForever: up
    sim::Duration without_master_{};
    std::uint32_t lowest_failed_ = ~std::uint32_t{0};
    std::uint32_t highest_failed_ = 0;
    sim::Duration resharding_took_{};
    Tally lost_writes_, failovers_, redirects_, stale_reads_, moved_keys_, moved_slots_;
    sim::Crew crew_;
};

}  // namespace models
