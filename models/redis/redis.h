// Redis as a store of its own: single, with Sentinel, or Cluster.
//
// A key belongs to one of 16384 slots and a slot to a master (hashes/redis_slot.h); the first
// masters have equal ranges, as redis-cli --cluster create hands them out. Its machines stand in
// places of their own, and send each other all that they say (replication/README.md): the stream of
// writes (redis_replication.h), and what decides who is a master (cluster_node.h, sentinel.h). So
// there can be two masters of one slot, on either side of a cut; what the one that loses has taken
// since is lost when it becomes a replica.
//
// Callers know the masters as of what they were told last: by a machine that sends them on (MOVED),
// by sentinels (+switch-master), or because they asked after a call had failed (clients.h).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/blocks/ask.h"
#include "models/calls/tally.h"
#include "models/context.h"
#include "models/data/fencing.h"
#include "models/data/ledger.h"
#include "models/hashes/redis_slot.h"
#include "models/node.h"
#include "models/redis/clients.h"
#include "models/redis/redis_member.h"
#include "models/redis/redis_memory.h"
#include "models/redis/redis_program.h"
#include "models/redis/redis_spec.h"
#include "models/replication/member_places.h"
#include "sim/task_group.h"

namespace models {

class Sentinel;

class Redis final : public Node, public Service {
public:
    using Spec = RedisSpec;

    Redis(const Spec& spec, const Context& context);
    ~Redis() override;

    void start() override;
    void finish() override;
    void dismiss() override;
    Service* service() override { return this; }
    Ledger* ledger() override { return &ledger_; }
    std::span<Instance* const> instances() override { return instances_; }

    Go enter(Call&) override { return program_.enter(); }
    Reply call(Request request) override { co_return co_await ask(context_.world, *this, request); }

    // What its machines and sentinels need of it.
    void went_down(RedisMember& member);
    void came_up(RedisMember& member);
    void become_master(RedisMember& member);
    void become_replica(RedisMember& member, RedisMember& master);
    void publish(PlaceId from, std::uint32_t master, Term since);
    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }
    MemberPlaces& places() { return places_; }
    Links& links() const { return places_.links(); }
    const sim::Distribution& replication_delay() const { return replication_delay_; }
    RedisMemory& memory() { return memory_; }
    std::uint64_t next_run() { return ++runs_; }
    std::uint32_t shards() const { return static_cast<std::uint32_t>(shards_.size()); }
    const std::vector<RedisMember*>& shard(std::uint32_t shard) const { return shards_[shard]; }
    std::uint32_t members() const { return static_cast<std::uint32_t>(members_.size()); }
    RedisMember& member(std::uint32_t number) const { return *members_[number]; }
    Mailbox<RedisMessage>& inbox_of_sentinel(std::uint32_t number);
    const std::vector<std::unique_ptr<Sentinel>>& sentinels() const { return sentinels_; }
    bool has_slots(std::uint32_t shard) const { return slots_of_[shard] > 0; }
    // The newest master of its shard, up or not.
    RedisMember& master(std::uint32_t shard) const { return *newest_[shard]; }
    bool is_master(const RedisMember& member) const { return &master(member.shard()) == &member; }

    void begin_watching();

private:
    friend RedisProgram;

    using Key = RedisData::Key;

    // A key's slot, and the shard in which its caller looks first.
    struct KeyLocation {
        std::uint32_t slot;
        std::uint32_t believed;
    };
    // What a machine says: an answer, or who to ask instead.
    struct Said {
        Response response;
        RedisMember* moved = nullptr;
    };

    std::string key_name(Key key) const;
    KeyLocation place_of(Key key) const;
    std::uint32_t shard_of(Key key, std::uint32_t slot) const;
    RedisMember& member_for(std::uint32_t shard, const Request& request) const;
    Said answer(RedisMember& member, const Request& request, std::uint32_t slot);
    Response read(const RedisMember& member, const Request& request) const;
    Response write(RedisMember& member, const Request& request, std::uint32_t slot);
    Response refuse(std::uint32_t slot, const Response& response);
    // A command, until a thread took it.
    void had_to_wait(sim::Duration waited) {
        // So full a thread may keep those who watch it waiting, too.
        if (!is_watched_ && waited > spec_.down_after / 4) begin_watching();
    }

    // redis_life.cpp
    void lose(const RedisMember& old, const RedisMember& promoted);
    void lose_apart(RedisMember& member);
    void end_absence(std::uint32_t shard);
    void tell_closed(RedisMember& member);

    // redis_resharding.cpp
    sim::Task<void> reshard();
    sim::Task<void> move_slot(std::uint32_t slot, std::uint32_t to);
    std::vector<std::uint32_t> slots_to_move() const;
    void move_by_modulo(std::uint32_t masters);

    void hand_out_slots();
    void count_keys();
    void count_preloaded();
    void report_keys(std::vector<sim::Measure>& measures) const;

    Spec spec_;
    NumberedSlots slots_;
    Context context_;
    Ledger ledger_;
    WriteFence fencing_;
    MemberPlaces places_;
    RedisProgram program_;
    sim::Distribution replication_delay_;
    std::uint64_t runs_ = 1;
    std::vector<std::unique_ptr<RedisMember>> members_;
    std::vector<Instance*> instances_;
    std::vector<std::vector<RedisMember*>> shards_;
    std::vector<RedisMember*> newest_;  // the master of each shard
    std::vector<std::unique_ptr<Sentinel>> sentinels_;
    bool is_watched_ = false;
    RedisClients clients_;
    std::uint32_t masters_;                 // that have keys, by modulo
    std::vector<std::uint32_t> owner_;      // of each slot
    std::vector<std::uint32_t> known_;      // what callers take it to be
    std::vector<std::uint32_t> slots_of_;   // how many each shard has
    std::vector<std::uint64_t> new_keys_;   // of each slot, written since the start
    std::vector<std::uint64_t> preloaded_;  // likewise
    std::vector<sim::Time> down_since_;     // of each shard's master; kForever: up
    sim::Duration without_master_{};
    std::uint32_t lowest_failed_ = ~std::uint32_t{0};
    std::uint32_t highest_failed_ = 0;
    sim::Duration resharding_took_{};
    Tally lost_writes_, lost_unshipped_, lost_apart_, failovers_, redirects_, stale_reads_;
    Tally moved_keys_, moved_slots_;
    RedisMemory memory_;
    sim::TaskGroup crew_;
};

}  // namespace models
