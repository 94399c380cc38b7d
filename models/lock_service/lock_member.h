// One member of a lock service: a machine with one thread, its copy of the log (raft.h) and of what
// follows from it (lock_table.h), and the clients that it speaks for.
//
// Messages of the log do not wait for its thread, on which clients are served (etcd has a loop of
// its own for them): only one that stands still, is gone or is cut off is missed.
//
// A client may ask any member, which writes its request into the log through the leader, and tells
// it when its turn has come. The leader alone watches over leases: when one is over it writes so
// into the log, and the lock goes to the next.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/failures/injection.h"
#include "models/instance_state.h"
#include "models/lock_service/lease_keeper.h"
#include "models/lock_service/lock_table.h"
#include "models/network/mailbox.h"
#include "models/node.h"
#include "models/replication/raft.h"
#include "sim/cpu.h"
#include "sim/gate.h"
#include "sim/task_group.h"

namespace models {

class LockService;

class LockMember final : public Instance,
                         public Crashable,
                         public Slowable,
                         public Partitionable,
                         public Injectable,
                         Membership,
                         RaftHost<LockCommand> {
public:
    using Message = RaftMessage<LockCommand>;

    LockMember(LockService& service, Voter self);

    // Asked past the node it is the node all the same.
    Go enter(Call& call) override;
    Reply call(Request request) override;
    bool is_up() const override { return up_.is_up(); }
    std::uint32_t times_down() const override { return up_.times_down(); }
    void take_down() override;
    void bring_up() override;
    Ways ways_to_others() override;
    void slow_down(double factor) override { cpu_.set_speed(slow_.slow_down(factor)); }
    void speed_up(double factor) override { cpu_.set_speed(slow_.speed_up(factor)); }
    Injection* injection() override { return injection_ ? &*injection_ : nullptr; }
    std::string_view role() const override;
    PlaceId place() const override { return inbox_.place(); }

    void start();
    // By way of that registry it finds the others.
    void find_others(Registry& registry);
    std::size_t others_known() const;
    bool knows(const LockMember& other) const { return knows_[other.self_] || &other == this; }
    void dismiss();

    // Answered when the lock is held, with the token as its version; or when it is released.
    Reply acquire(Request request);
    Reply release(Request request);

    std::string name() const;
    sim::Cpu& cpu() { return cpu_; }
    Mailbox<Message>& inbox() { return inbox_; }
    // Of leases, by their holders.
    Mailbox<Renewal>& renewals() { return renewals_; }
    const RaftMember<LockCommand>& raft() const { return raft_; }

    std::uint64_t requests = 0;

private:
    // A client that waits here. It is known by its number from when it asks until it is answered
    // or gone.
    class Waiting {
    public:
        explicit Waiting(LockMember& member);
        Waiting(const Waiting&) = delete;
        Waiting& operator=(const Waiting&) = delete;
        ~Waiting() { member_.waiting_.erase(number); }

        LockSession number;
        sim::Gate written;  // into the log
        sim::Gate answered;
        FencingToken token = 0;  // 0: it will not come

    private:
        LockMember& member_;
    };

    sim::Task<Cause> take_turn(Request request);
    sim::Task<bool> write(Waiting& waiting, LockCommand command);
    bool is_own(LockSession session) const;
    Waiting* find(LockSession session);
    void grant(LockKey lock);
    void watch_lease(LockKey lock, FencingToken token);
    sim::Task<void> expire(LockKey lock, FencingToken token);
    sim::Task<void> take_later(Message message);
    bool is_held(LockKey lock, FencingToken token) const;
    void take(const Renewal& renewal);
    sim::Task<void> take_later(Renewal renewal);

    void apply(std::uint64_t index, const LockCommand& command) override;
    void leads_now() override;
    void leads_no_more() override;
    bool stands_still() const override { return injection_ && injection_->hangs(); }
    void send(Voter to, Message message) override;
    bool knows_majority() const override;

    void joined(Instance& other) override;
    void leaving(Instance&) override {}  // an address stays a member's

    LockService& service_;
    Voter self_;
    std::vector<bool> knows_;  // by member; none: all
    Mailbox<Message> inbox_;
    Mailbox<Renewal> renewals_;
    Sender sender_;
    Sender to_holders_;
    sim::Cpu cpu_;
    std::optional<Injection> injection_;
    UpState up_;
    SpeedState slow_;
    RaftMember<LockCommand> raft_;
    LockTable table_;
    bool in_office_ = false;
    std::map<FencingToken, sim::Time> renewed_;  // when last, as it knows as the leader
    std::uint64_t sessions_ = 0;
    std::map<LockSession, Waiting*> waiting_;
    sim::TaskGroup works_, leases_;
};

}  // namespace models
