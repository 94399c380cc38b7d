#include "models/queue_broker/quorum_queue.h"

#include <algorithm>
#include <string>
#include <utility>

#include "models/queue_broker/cluster.h"

namespace models::amqp {

class QuorumQueue::Member final : RaftHost<Command> {
public:
    using Message = RaftMessage<Command>;

    Member(QuorumQueue& queue, Voter self, std::uint32_t node, std::uint32_t members)
        : queue_(queue),
          node_(node),
          box_(cluster().context().world, cluster().node(node).place()),
          sender_(cluster().context(), &cluster().places().links(), box_.place(), purpose(self)),
          raft_(*this, cluster().context().scheduler(), self,
                cluster().context().stream(purpose(self)),
                {members, cluster().plan().raft_heartbeat, cluster().plan().election_timeout,
                 cluster().context().world.can_fail}) {
        box_.handle([this](const Message& message) { raft_.take(message); });
    }

    void crash() {
        box_.close();
        raft_.crash();
    }
    void restart() {
        box_.open();
        raft_.restart();
    }
    std::uint32_t node() const { return node_; }
    bool is_up() { return cluster().node(node_).is_up(); }
    RaftMember<Command>& raft() { return raft_; }

private:
    Cluster& cluster() const { return queue_.cluster_; }
    std::string purpose(Voter self) const {
        return queue_.queue_.settings().name + " " + std::to_string(self);
    }

    void apply(std::uint64_t index, const Command& command) override {
        queue_.apply(index, command);
    }
    void leads_now() override { queue_.leads_now(*this); }
    void leads_no_more() override { queue_.leads_no_more(*this); }
    bool stands_still() const override { return false; }
    void send(Voter to, Message message) override {
        std::uint32_t bytes = kFrameBytes;
        for (const auto& each : message.entries) {
            bytes += each.command ? queue_.bytes_of(*each.command) : kFrameBytes;
        }
        sender_.send(queue_.members_[to]->box_, std::move(message), bytes);
    }

    QuorumQueue& queue_;
    std::uint32_t node_;
    Mailbox<Message> box_;
    Sender sender_;
    RaftMember<Command> raft_;
};

QuorumQueue::QuorumQueue(Cluster& cluster, Queue& queue, const std::vector<std::uint32_t>& nodes)
    : cluster_(cluster), queue_(queue), again_(cluster.context().scheduler()) {
    const auto members = static_cast<std::uint32_t>(nodes.size());
    for (Voter each = 0; each < members; ++each) {
        members_.push_back(std::make_unique<Member>(*this, each, nodes[each], members));
    }
    queue_.replicate_by(*this);
    queue_.pause();
}

QuorumQueue::~QuorumQueue() = default;

void QuorumQueue::start() {
    for (const auto& each : members_) each->raft().start();
}

void QuorumQueue::dismiss() {
    again_.stop();
    for (const auto& each : members_) each->raft().stop();
}

bool QuorumQueue::has_member_at(std::uint32_t node) const {
    return std::any_of(members_.begin(), members_.end(),
                       [&](const auto& each) { return each->node() == node; });
}

// --- changes ---

void QuorumQueue::write(Change change) {
    const std::uint64_t number = ++changes_;
    if (change.kind == Change::Kind::publish) {
        cluster_.host().messages().hold(change.entry.message);
        ++unpublished_;
    }
    const auto [written, is_new] = uncommitted_.emplace(number, Uncommitted{std::move(change)});
    if (!again_.armed()) {
        again_.start(cluster_.plan().election_timeout, static_cast<sim::Event&>(*this));
    }
    propose(number, written->second.change);
}

// By the member at the node that it comes from, or any that is up.
void QuorumQueue::propose(std::uint64_t number, const Change& change) {
    Member* proposer = nullptr;
    for (const auto& each : members_) {
        if (!each->is_up()) continue;
        if (proposer == nullptr || each->node() == change.origin) proposer = each.get();
    }
    if (proposer != nullptr) proposer->raft().propose({number});
}

// What has not been committed for so long may have been lost on the way.
void QuorumQueue::fire() {
    again_.fired();
    if (leader_) lose_orphans();
    propose_again();
    if (!uncommitted_.empty() && !again_.armed()) {
        again_.start(cluster_.plan().election_timeout, static_cast<sim::Event&>(*this));
    }
}

// A group of one commits at once what is proposed.
void QuorumQueue::propose_again() {
    std::vector<std::uint64_t> numbers;
    for (const auto& [number, each] : uncommitted_) {
        if (!each.is_orphan) numbers.push_back(number);
    }
    for (const std::uint64_t number : numbers) {
        const auto found = uncommitted_.find(number);
        if (found != uncommitted_.end()) propose(number, found->second.change);
    }
}

void QuorumQueue::lose_orphans() {
    for (auto each = uncommitted_.begin(); each != uncommitted_.end();) {
        if (!each->second.is_orphan) {
            ++each;
            continue;
        }
        --unpublished_;
        ++cluster_.host().fates().lost;
        cluster_.host().messages().release(each->second.change.entry.message);
        each = uncommitted_.erase(each);
    }
}

void QuorumQueue::apply(std::uint64_t index, const Command& command) {
    if (index <= applied_) return;
    applied_ = index;
    const auto found = uncommitted_.find(command.change);
    if (found == uncommitted_.end()) return;  // proposed again, and made before
    const Change change = std::move(found->second.change);
    uncommitted_.erase(found);
    const VirtualHost::Turn turn(cluster_.host());
    queue_.apply(change);
    if (change.kind == Change::Kind::publish) {
        --unpublished_;
        cluster_.host().messages().release(change.entry.message);
    }
    queue_.deliver_ready();
}

std::uint32_t QuorumQueue::bytes_of(const Command& command) const {
    const auto found = uncommitted_.find(command.change);
    const bool has_body =
        found != uncommitted_.end() && found->second.change.kind == Change::Kind::publish;
    if (!has_body) return kFrameBytes;
    return kHeaderBytes + cluster_.host().envelope_of(found->second.change.entry.message).bytes;
}

// --- who leads ---

void QuorumQueue::leads_now(const Member& member) {
    ++elections_;
    leader_ = member.node();
    const VirtualHost::Turn turn(cluster_.host());
    queue_.resume();
}

void QuorumQueue::leads_no_more(const Member& member) {
    if (leader_ != member.node()) return;
    leader_.reset();
    queue_.pause();
}

void QuorumQueue::node_went_down(std::uint32_t node) {
    for (const auto& each : members_) {
        if (each->node() == node) each->crash();
    }
    for (auto& [number, each] : uncommitted_) {
        const bool is_published = each.change.kind == Change::Kind::publish;
        each.is_orphan |= is_published && each.change.origin == node;
    }
}

void QuorumQueue::node_came_up(std::uint32_t node) {
    for (const auto& each : members_) {
        if (each->node() == node) each->restart();
    }
}

}  // namespace models::amqp
