// A consumer group as its coordinator knows it: members, generation, and what is committed.
//
// The coordinator is the broker that leads the partition in which the group's offsets are written
// (__consumer_offsets); offsets count once all its in-sync replicas have them. What else it knows,
// the next coordinator knows, too.
//
// A rebalance is the classic protocol's. Whoever joins, leaves, or is not heard of for a session
// begins one: all others learn of it by their heartbeats, join again, and wait until all have, or
// until those who have not are given up (their max_poll_interval). Then one of them, the group's
// leader, decides who reads what, and each is told when it has.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <unordered_map>

#include "models/calls/spread.h"
#include "models/calls/tally.h"
#include "models/context.h"
#include "models/log_broker/state_keeper.h"
#include "models/log_broker/wire.h"
#include "sim/gate.h"
#include "sim/task.h"
#include "sim/task_group.h"

namespace models {

class GroupState final : public StateKeeper {
public:
    struct Settings {
        sim::Duration session_timeout;
        sim::Duration rebalance_timeout;  // of the members' max_poll_interval
        sim::Duration initial_delay;
    };

    GroupState(const Context& context, const Settings& settings);

    sim::Task<BrokerAnswer> answer(std::shared_ptr<Question> question,
                                   Replica& coordinator) override;
    // Of all but commits, which are written to the coordinator's log.
    sim::Task<BrokerAnswer> answer(std::shared_ptr<Question> question);
    // Of a transaction they are pending until its marker is committed, too.
    void committed(StoreSlot slot, const Record& record) override;
    // All sessions begin anew.
    void led_by(Replica& coordinator) override;
    void dismiss() { work_.dismiss(); }

    const Offsets& offsets() const { return offsets_; }
    Epoch generation() const { return generation_; }
    std::size_t size() const { return members_.size(); }

private:
    enum class Phase : std::uint8_t { empty, joining, syncing, stable };
    struct Member {
        sim::Time heard{};
        bool has_joined = false;  // in this rebalance
        Owned owned{};
        Assignment assignment{};
    };

    BrokerError check(const Question& question);
    sim::Task<BrokerAnswer> join(std::shared_ptr<Question> question);
    sim::Task<BrokerAnswer> sync(std::shared_ptr<Question> question);
    sim::Task<BrokerAnswer> commit(std::shared_ptr<Question> question, Replica& coordinator);
    BrokerAnswer heartbeat(const Question& question);
    BrokerAnswer committed_of(const Question& question) const;
    void begin_rebalance();
    void end_joining();
    bool has_everybody() const;
    void remove(MemberId member);
    sim::Task<void> wait_for_first_members(std::uint64_t round);
    sim::Task<void> wait_for_members(std::uint64_t round);
    sim::Task<void> watch_sessions();

    const Context& context_;
    Settings settings_;
    Phase phase_ = Phase::empty;
    Epoch generation_ = 0;
    std::map<MemberId, Member> members_;
    MemberId next_ = 1;
    MemberId leader_ = 0;
    Offsets offsets_;
    std::unordered_map<StoreSlot, Offsets> written_;  // commits on their way
    std::map<std::uint32_t, Offsets> pending_;        // of transactions, by producer
    std::uint64_t round_ = 0;
    sim::Time began_{};   // the rebalance
    sim::Time newest_{};  // when somebody joined last
    bool waits_for_first_ = false;
    bool is_watched_ = false;
    Tally rebalances_;
    Tally expired_;
    Spread rebalance_time_;
    sim::Gate changed_;
    sim::TaskGroup work_;
};

}  // namespace models
