// A member of a consumer group: it joins, fetches what it was assigned, has records handled one
// after the other, and commits how far it got.
//
// What waits in a process dies with it; that the process is there again is seen within a
// heartbeat's interval at the latest. A rebalance is heard of by heartbeats, and joined at the next
// poll, when the records of the last one are handled.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "models/log_broker/fetcher.h"
#include "models/log_broker/peer.h"
#include "models/log_broker/transactional_producer.h"
#include "models/log_broker/wire.h"
#include "models/node.h"
#include "models/processes/consumers_at_work.h"
#include "models/processes/incarnation.h"
#include "sim/gate.h"
#include "sim/task.h"
#include "sim/task_group.h"

namespace models {

class ConsumerGroup;

class GroupMember {
public:
    struct Name {
        std::string name;
        std::uint32_t instance;
    };
    GroupMember(ConsumerGroup& group, Instance& process, Name name);

    // It lives as long as its process does, and again with the next one.
    void start();
    // Its instance takes no more: what it has in its hands is handled, then it says good-bye.
    void leave();
    // The same, and the process waits for it.
    void end();
    bool is_living() const { return is_living_; }
    // It may ask again whether it may handle records.
    void resume();
    void dismiss();

    bool is_idle() const { return member_ != 0 && fetcher_.is_empty(); }
    sim::Use use(sim::Time now) const { return at_work_.use(now, is_living_ && process_.is_up()); }
    // Handled, and not committed.
    const Offsets& done() const { return done_; }

private:
    bool is_alive() const { return incarnation_.is_alive(); }
    sim::Task<void> live();
    sim::Task<void> read();
    void die();

    sim::Task<void> join();
    sim::Task<bool> try_to_join();
    sim::Task<void> let_go_of_all();
    sim::Task<void> take_up();
    Offsets revoke();
    sim::Task<void> begin(Assignment added);
    sim::Task<Offsets> committed_of(Assignment partitions);
    void lose_membership();
    Owned owned() const;

    sim::Task<bool> wait_for_records();
    sim::Task<void> handle_poll();
    void note_done(PartitionId partition, Offset next);
    Offsets forget_done();
    bool pass_over(const Fetcher::Fetched& each);
    std::uint32_t tries_of(const Fetcher::Fetched& each) const;
    sim::Task<bool> handle(const Fetcher::Fetched& each);
    void tell_breaker(sim::Time began, const Response& response);
    sim::Task<void> give_up(Request request);
    Request request_of(const Record& record) const;
    bool may_handle();
    sim::Task<void> commit_done();
    sim::Task<void> commit(Offsets offsets);
    sim::Task<void> commit_transaction(Offsets offsets);
    sim::Task<void> go_back();
    sim::Task<void> beat();
    sim::Task<void> look_for_partitions();

    sim::Task<BrokerAnswer> ask_coordinator(Question question, sim::Duration timeout);

    ConsumerGroup& group_;
    Instance& process_;
    std::uint32_t instance_;
    Peer peer_;
    PartitionState coordinator_;
    sim::Gate woken_;  // something has come up that the member may wait for
    Incarnation incarnation_;
    Fetcher fetcher_;
    std::optional<TransactionalProducer> transactional_;

    bool is_living_ = false;
    bool is_leaving_ = false;
    bool is_holding_ = false;  // its process
    MemberId member_ = 0;
    Epoch generation_ = 0;
    std::int64_t owned_since_ = -1;  // the generation in which it got what it had last
    Assignment had_;                 // before it let go of all
    bool must_join_ = true;
    bool is_joining_ = false;
    bool is_assigned_ = false;  // anew, and has not taken that up
    bool is_polling_ = false;
    bool is_paused_ = false;  // by the group's circuit breaker
    sim::Time polled_{};
    sim::Time committed_{};
    std::optional<sim::Time> paused_{};
    Assignment assignment_;
    Assignment known_;       // partitions of the group's topics
    Assignment shared_out_;  // those of them of which it has decided last who reads them
    bool leads_group_ = false;
    AtWork at_work_;
    Offsets done_;                                // handled, and not committed
    Offsets::value_type* newest_done_ = nullptr;  // of them, where it is
    bool has_rewound_ = false;                    // in this poll, to what is committed
    std::map<std::pair<PartitionId, Offset>, std::uint32_t> tried_;  // in vain, of this transaction
    sim::TaskGroup life_;
    sim::TaskGroup work_;
};

}  // namespace models
