// One server of a ZooKeeper ensemble: its copy of the log (replication/raft.h) and of the sessions
// that follow from it, and, while it leads, the watch over sessions.
//
// Every server answers reads and pings while it is in the quorum, as far as it knows; what changes
// the list goes through the leader and is there once more than half have it. A session ends when
// the leader has not heard of it for its timeout, at the next tick (SessionTrackerImpl's buckets);
// a new leader gives each its whole time again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "models/instance_state.h"
#include "models/network/mailbox.h"
#include "models/node.h"
#include "models/replication/raft.h"
#include "sim/gate.h"
#include "sim/task_group.h"

namespace models {

class ZooKeeper;

using ZkSession = std::uint64_t;
inline constexpr std::uint32_t kPingBytes = 64;

// What has an ephemeral node: an instance, by its place in the list of a service.
struct ZkNode {
    std::uint32_t service = 0;
    std::uint32_t entry = 0;
    auto operator<=>(const ZkNode&) const = default;
};

struct SessionCommand {
    enum class Kind : std::uint8_t { create, close, expire };
    Kind kind = Kind::create;
    ZkSession session = 0;
    ZkNode node{};
};

class ZooKeeperServer final : public Instance,
                              public Crashable,
                              public Partitionable,
                              RaftHost<SessionCommand> {
public:
    using Message = RaftMessage<SessionCommand>;

    ZooKeeperServer(ZooKeeper& ensemble, Voter self);

    // Nobody calls it: who wants to know of instances subscribes.
    Reply call(Request) override { co_return Response{Outcome::failed, cause::refused}; }
    bool is_up() const override { return up_.is_up(); }
    std::uint32_t times_down() const override { return up_.times_down(); }
    void take_down() override;
    void bring_up() override;
    Ways ways_to_others() override;
    std::string_view role() const override;
    PlaceId place() const override { return inbox_.place(); }

    void start() { raft_.start(); }
    void dismiss();
    // Of a session that was there before the run.
    void know(ZkSession session, ZkNode node) { put(session, node); }

    // In the quorum, as far as it knows: else it answers nobody.
    bool serves() const { return is_up() && raft_.leader().has_value(); }
    bool has(ZkSession session) const { return sessions_.contains(session); }
    bool lists(ZkNode node) const { return listed_.contains(node); }
    // A client's ping: the leader hears of it.
    void touch(ZkSession session);
    // False when it was not committed, as far as this server was told, within the limit.
    sim::Task<bool> write(SessionCommand command, sim::Duration limit);

    std::string name() const;
    Mailbox<Message>& inbox() { return inbox_; }
    Mailbox<ZkSession>& touches() { return touches_; }
    Mailbox<Voter>& closed() { return closed_; }
    const RaftMember<SessionCommand>& raft() const { return raft_; }

private:
    void put(ZkSession session, ZkNode node);
    void remove(ZkSession session);
    sim::Task<void> watch_sessions();

    void apply(std::uint64_t index, const SessionCommand& command) override;
    void leads_now() override;
    void leads_no_more() override;
    bool stands_still() const override { return false; }
    void send(Voter to, Message message) override;

    ZooKeeper& ensemble_;
    Voter self_;
    Mailbox<Message> inbox_;
    Mailbox<ZkSession> touches_;
    Mailbox<Voter> closed_;  // whose connections have closed
    Sender sender_;
    UpState up_;
    RaftMember<SessionCommand> raft_;
    std::map<ZkSession, ZkNode> sessions_;
    std::map<ZkNode, std::uint32_t> listed_;        // by how many sessions
    std::map<ZkSession, sim::Time> heard_of_;       // while it leads
    std::multimap<ZkSession, sim::Gate*> waiting_;  // who has written, until that is committed
    sim::TaskGroup sessions_watch_;
};

}  // namespace models
