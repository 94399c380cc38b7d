// The replication of a quorum queue: a change is made when a majority of the members has it in its
// log (replication/raft.h), and not before.
//
// All members make the same changes in the same order, so what they are is there once: whoever is
// first to know that a change is committed makes it. A change is proposed by the node that it comes
// from to whoever leads, as far as it knows, and again as long as it is not committed: its number
// keeps it from being made twice. A message whose node dies before that is lost, unless it got into
// the log of who leads next; it was never confirmed. While nobody leads, nothing is delivered and
// nothing expires.
//
// Unlike RabbitMQ's, consumers are not in the log: whose node lives keeps what it has over a
// change of leaders.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "models/network/mailbox.h"
#include "models/queue_broker/queue.h"
#include "models/replication/raft.h"
#include "sim/timer.h"

namespace models::amqp {

class Cluster;

class QuorumQueue final : public Replication, sim::Event {
public:
    struct Command {
        std::uint64_t change = 0;
    };
    // Its members are at these nodes; the first one leads first.
    QuorumQueue(Cluster& cluster, Queue& queue, const std::vector<std::uint32_t>& nodes);
    ~QuorumQueue();

    void start();
    void dismiss();
    void write(Change change) override;

    void node_went_down(std::uint32_t node);
    void node_came_up(std::uint32_t node);
    // The node that leads, if any.
    std::optional<std::uint32_t> leader() const { return leader_; }
    bool has_member_at(std::uint32_t node) const;
    std::uint64_t elections() const { return elections_; }
    // Changes that are not committed; of these, messages that are published.
    std::size_t uncommitted() const { return uncommitted_.size(); }
    std::uint64_t unpublished() const { return unpublished_; }

private:
    class Member;
    struct Uncommitted {
        Change change;
        bool is_orphan = false;  // the node that published it has gone
    };

    void fire() override;
    void propose_again();
    void lose_orphans();
    void propose(std::uint64_t number, const Change& change);
    void apply(std::uint64_t index, const Command& command);
    void leads_now(const Member& member);
    void leads_no_more(const Member& member);
    std::uint32_t bytes_of(const Command& command) const;

    Cluster& cluster_;
    Queue& queue_;
    std::vector<std::unique_ptr<Member>> members_;
    std::map<std::uint64_t, Uncommitted> uncommitted_;
    std::uint64_t changes_ = 0;
    std::uint64_t unpublished_ = 0;
    std::uint64_t applied_ = 0;
    std::optional<std::uint32_t> leader_;
    std::uint64_t elections_ = 0;
    sim::Timer again_;
};

}  // namespace models::amqp
