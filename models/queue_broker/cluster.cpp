#include "models/queue_broker/cluster.h"

#include <algorithm>
#include <utility>

namespace models::amqp {

Cluster::Cluster(const ClusterPlan& plan, const Context& context)
    : plan_(plan),
      context_(context),
      places_(context_),
      host_(context_.scheduler(), plan.limits),
      alarm_(context_.scheduler(),
             {static_cast<std::uint64_t>(plan.memory_high_watermark *
                                         static_cast<double>(plan.memory.count)),
              plan.memory_check_interval, [this] { return highest_memory(); },
              [this] {
                  for (const auto& each : nodes_) each->alarm_changed();
              }}) {
    memory_.resize(plan.nodes);
    for (std::uint32_t each = 0; each < plan.nodes; ++each) {
        nodes_.push_back(std::make_unique<BrokerNode>(*this, each));
    }
}

Cluster::~Cluster() {
    dismiss();
}

QueueId Cluster::declare(const QueueSettings& settings) {
    const QueueId id = host_.declare(settings);
    if (id < homes_.size()) return id;
    const std::uint32_t home = id % nodes();
    homes_.push_back(home);
    const bool is_quorum = settings.type == QueueType::quorum;
    const std::uint32_t size = is_quorum ? std::min(nodes(), plan_.quorum_group_size) : 1;
    std::vector<std::uint32_t> members;
    for (std::uint32_t each = 0; each < size; ++each) {
        members.push_back((home + each) % nodes());
        host_.queue(id).account_to(memory_[members.back()], plan_.bytes_for_message);
    }
    if (is_quorum) {
        quorums_.emplace(id, std::make_unique<QuorumQueue>(*this, host_.queue(id), members));
    }
    return id;
}

void Cluster::start() {
    for (const auto& [id, each] : quorums_) each->start();
}

void Cluster::dismiss() {
    for (const auto& each : nodes_) each->dismiss();
    for (const auto& [id, each] : quorums_) each->dismiss();
}

std::uint64_t Cluster::elections() const {
    std::uint64_t sum = 0;
    for (const auto& [id, each] : quorums_) sum += each->elections() - 1;
    return sum;
}

QuorumQueue* Cluster::quorum(QueueId queue) {
    const auto found = quorums_.find(queue);
    return found == quorums_.end() ? nullptr : found->second.get();
}

std::uint64_t Cluster::highest_memory() const {
    return *std::max_element(memory_.begin(), memory_.end());
}

// A classic queue goes with its node, and whoever consumes from it is told.
void Cluster::went_down(BrokerNode& node) {
    for (QueueId id = 0; id < homes_.size(); ++id) {
        if (quorum(id) != nullptr || homes_[id] != node.number()) continue;
        for (const auto& each : nodes_) each->drop_consumers_of(id);
        host_.queue(id).crash();
    }
    for (const auto& [id, each] : quorums_) each->node_went_down(node.number());
}

void Cluster::came_up(BrokerNode& node) {
    const VirtualHost::Turn turn(host_);
    for (QueueId id = 0; id < homes_.size(); ++id) {
        const bool is_here = quorum(id) == nullptr && homes_[id] == node.number();
        if (is_here) host_.queue(id).resume();
    }
    for (const auto& [id, each] : quorums_) each->node_came_up(node.number());
}

}  // namespace models::amqp
