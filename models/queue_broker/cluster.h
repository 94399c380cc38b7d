// Nodes of a broker that know the same exchanges and queues.
//
// A classic queue is at one node, and away with it; a quorum queue is where a majority of its
// members is (quorum_queue.h). A client may be connected to any node: what then goes from node to
// node takes no time, but for the log of quorum queues, whose messages are on links.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/queue_broker/broker_node.h"
#include "models/queue_broker/memory_alarm.h"
#include "models/queue_broker/quorum_queue.h"
#include "models/queue_broker/virtual_host.h"
#include "models/replication/member_places.h"

namespace models::amqp {

struct ClusterPlan {
    std::uint32_t nodes = 1;
    std::uint32_t cores = 4;
    // Core time of a node; assumptions, not measurements.
    sim::Duration publish_time = std::chrono::microseconds(20);
    sim::Duration delivery_time = std::chrono::microseconds(20);
    sim::Duration acknowledge_time = std::chrono::microseconds(5);

    sim::Duration heartbeat = std::chrono::seconds(60);
    sim::Duration reconnect_interval = std::chrono::seconds(5);

    sim::Bytes memory{std::uint64_t{8} << 30U};  // of each node
    double memory_high_watermark = 0.4;          // 0.6 from RabbitMQ 4 on
    sim::Duration memory_check_interval = std::chrono::milliseconds(2500);
    std::uint32_t bytes_for_message = 700;  // besides its body

    std::uint32_t quorum_group_size = 3;
    sim::Duration raft_heartbeat = std::chrono::milliseconds(100);
    sim::Duration election_timeout = std::chrono::seconds(1);

    Limits limits{};
};

class Cluster {
public:
    Cluster(const ClusterPlan& plan, const Context& context);
    ~Cluster();

    // Classic queues are at the nodes in turn; so are the first leaders of quorum queues.
    QueueId declare(const QueueSettings& settings);
    void start();
    void dismiss();

    VirtualHost& host() { return host_; }
    const VirtualHost& host() const { return host_; }
    const ClusterPlan& plan() const { return plan_; }
    const Context& context() const { return context_; }
    MemberPlaces& places() { return places_; }
    std::uint32_t nodes() const { return static_cast<std::uint32_t>(nodes_.size()); }
    BrokerNode& node(std::uint32_t number) { return *nodes_[number]; }
    MemoryAlarm& alarm() { return alarm_; }
    // Of leaders of quorum queues, beyond the first of each.
    std::uint64_t elections() const;
    // Null: it is classic.
    QuorumQueue* quorum(QueueId queue);
    std::uint32_t number_a_connection() { return ++connections_; }

    // In bytes, by that node. A body counts for each queue there that has it.
    std::uint64_t memory_of(std::uint32_t node) const { return memory_[node]; }
    // A classic queue's node; a quorum queue's first leader.
    std::uint32_t home_of(QueueId queue) const { return homes_[queue]; }
    void went_down(BrokerNode& node);
    void came_up(BrokerNode& node);

private:
    std::uint64_t highest_memory() const;

    ClusterPlan plan_;
    Context context_;
    MemberPlaces places_;
    VirtualHost host_;
    std::vector<std::unique_ptr<BrokerNode>> nodes_;
    std::vector<std::uint64_t> memory_;  // by node
    std::vector<std::uint32_t> homes_;   // by queue
    std::map<QueueId, std::unique_ptr<QuorumQueue>> quorums_;
    MemoryAlarm alarm_;
    std::uint32_t connections_ = 0;
};

}  // namespace models::amqp
