#include "models/queue_broker/broker_node.h"

#include <utility>

#include "models/causes.h"
#include "models/queue_broker/cluster.h"
#include "models/queue_broker/connection.h"
#include "models/roles.h"

namespace models::amqp {

BrokerNode::BrokerNode(Cluster& cluster, std::uint32_t number)
    : cluster_(cluster),
      number_(number),
      inbox_(cluster.context().world,
             cluster.places().add(instance_name(cluster.context().name, number))),
      resets_(cluster.context(), cluster.context().world.network, inbox_.place(),
              "resets of " + std::to_string(number)),
      cpu_(cluster.context().scheduler(), sim::Discipline::processor_sharing,
           cluster.plan().cores) {
    inbox_.handle([this](const ClientFrame& frame) { take(frame); });
}

BrokerNode::~BrokerNode() = default;

Reply BrokerNode::call(Request) {
    co_return Response{Outcome::failed, cause::refused};
}

std::string BrokerNode::name() const {
    return instance_name(cluster_.context().name, number_);
}

std::string_view BrokerNode::role() const {
    for (QueueId each = 0; each < cluster_.host().queues(); ++each) {
        const QuorumQueue* const quorum = cluster_.quorum(each);
        const bool is_here = quorum != nullptr && quorum->leader() == number_;
        if (is_here || cluster_.home_of(each) == number_) return kLeaderRole;
    }
    return kFollowerRole;
}

sim::Use BrokerNode::use_of_cores() const {
    sim::Use use = cpu_.use();
    behind_.add_to(use, cluster_.context().now());
    return use;
}

void BrokerNode::wait_behind(std::int64_t more) {
    behind_.change(more, cluster_.context().now());
}

Partitionable::Ways BrokerNode::ways_to_others() {
    return cluster_.places().ways_from(place());
}

// A machine whose process has gone refuses connections.
void BrokerNode::take(const ClientFrame& frame) {
    if (!is_up()) {
        NodeFrame refused;
        refused.kind = NodeFrame::Kind::closed;
        refused.attempt = frame.attempt;
        resets_.send(frame.from->inbox(), refused, kFrameBytes);
        return;
    }
    ++frames;
    const std::uint32_t number = frame.from->number();
    if (number >= sessions_.size()) sessions_.resize(number + 1);
    auto& session = sessions_[number];
    const bool is_new = session == nullptr || session->attempt() < frame.attempt;
    if (frame.kind == ClientFrame::Kind::open && is_new) {
        session = nullptr;
        session = std::make_unique<Session>(*this, *frame.from, frame.attempt);
    } else if (session != nullptr && session->attempt() == frame.attempt) {
        session->take(frame);
    }
}

void BrokerNode::take_down() {
    if (!up_.take_down()) return;
    for (const auto& each : sessions_) {
        if (each == nullptr) continue;
        each->stop();
        if (!each->is_open()) continue;
        NodeFrame reset;
        reset.kind = NodeFrame::Kind::closed;
        reset.attempt = each->attempt();
        resets_.send(each->peer().inbox(), reset, kFrameBytes);
        each->channel().close();
    }
    sessions_.clear();
    cluster_.went_down(*this);
}

void BrokerNode::bring_up() {
    if (up_.bring_up()) cluster_.came_up(*this);
}

void BrokerNode::dismiss() {
    sessions_.clear();
}

void BrokerNode::drop_consumers_of(QueueId queue) {
    for (const auto& each : sessions_) {
        if (each != nullptr && each->channel().consumes_from(queue)) each->channel().fail();
    }
}

void BrokerNode::alarm_changed() {
    for (const auto& each : sessions_) {
        if (each != nullptr) each->alarm_changed();
    }
}

}  // namespace models::amqp
