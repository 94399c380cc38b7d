#include "models/queue_broker/session.h"

#include <utility>

#include "models/queue_broker/cluster.h"
#include "models/queue_broker/connection.h"

namespace models::amqp {

Session::Session(BrokerNode& node, Connection& peer, std::uint32_t attempt)
    : node_(node),
      peer_(peer),
      attempt_(attempt),
      channel_(node.cluster().host(), *this, node.number()),
      way_(node.cluster().context(), peer.links(), node.place(), peer.inbox(),
           node.name() + " to " + peer.name()),
      heard_(node.cluster().context().now()),
      heartbeat_(node.cluster().context().scheduler()) {
    send({});
    watch_heartbeat();
}

Session::~Session() {
    stop();
}

void Session::stop() {
    works_.dismiss();
    unread_.clear();
    unwritten_.clear();
    note_waiting();
}

void Session::note_waiting() {
    const std::size_t now = (is_blocked_ ? 0 : unread_.size()) + unwritten_.size();
    if (now == waiting_) return;
    node_.wait_behind(static_cast<std::int64_t>(now) - static_cast<std::int64_t>(waiting_));
    waiting_ = now;
}

// --- what it reads ---

void Session::take(const ClientFrame& frame) {
    heard_ = node_.cluster().context().now();
    if (frame.kind == ClientFrame::Kind::heartbeat || !is_open()) return;
    unread_.push_back(frame);
    note_waiting();
    if (!is_reading_ && !is_blocked_) works_.run(read());
}

sim::Task<void> Session::read() {
    is_reading_ = true;
    while (!unread_.empty() && !is_blocked_ && is_open()) {
        const ClientFrame frame = std::move(unread_.front());
        unread_.pop_front();
        note_waiting();
        co_await node_.cpu().work(time_of(frame));
        handle(frame);
    }
    is_reading_ = false;
}

sim::Duration Session::time_of(const ClientFrame& frame) const {
    const ClusterPlan& plan = node_.cluster().plan();
    switch (frame.kind) {
        case ClientFrame::Kind::publish:
            return plan.publish_time;
        case ClientFrame::Kind::acknowledge:
        case ClientFrame::Kind::nack:
            return plan.acknowledge_time;
        default:
            return {};
    }
}

void Session::handle(const ClientFrame& frame) {
    switch (frame.kind) {
        case ClientFrame::Kind::publish:
            channel_.publish(frame.publication);
            node_.cluster().alarm().note();
            if (node_.cluster().alarm().is_on()) {
                is_blocked_ = true;
                note_waiting();
                send({NodeFrame::Kind::blocked});
            }
            return;
        case ClientFrame::Kind::consume:
            channel_.consume(frame.queue, frame.options);
            return;
        case ClientFrame::Kind::cancel:
            return channel_.cancel(static_cast<std::uint32_t>(frame.tag));
        case ClientFrame::Kind::acknowledge:
            return channel_.acknowledge(frame.tag, frame.multiple);
        case ClientFrame::Kind::nack:
            return channel_.nack(frame.tag, frame.multiple, frame.requeue);
        case ClientFrame::Kind::close:
            return channel_.close();
        default:
            return;
    }
}

void Session::alarm_changed() {
    if (node_.cluster().alarm().is_on() || !std::exchange(is_blocked_, false)) return;
    note_waiting();
    send({NodeFrame::Kind::unblocked});
    if (!is_reading_) works_.run(read());
}

// --- what it writes ---

void Session::deliver(const Delivery& delivery) {
    NodeFrame frame;
    frame.kind = NodeFrame::Kind::deliver;
    frame.delivery = delivery;
    unwritten_.push_back(std::move(frame));
    note_waiting();
    if (!is_writing_) works_.run(write());
}

sim::Task<void> Session::write() {
    is_writing_ = true;
    while (!unwritten_.empty()) {
        const NodeFrame frame = std::move(unwritten_.front());
        unwritten_.pop_front();
        note_waiting();
        co_await node_.cpu().work(node_.cluster().plan().delivery_time);
        send(frame);
    }
    is_writing_ = false;
}

void Session::confirm(std::uint64_t number, bool is_accepted) {
    NodeFrame frame;
    frame.kind = NodeFrame::Kind::confirm;
    frame.number = number;
    frame.is_accepted = is_accepted;
    send(std::move(frame));
}

void Session::returned(std::uint64_t number) {
    NodeFrame frame;
    frame.kind = NodeFrame::Kind::returned;
    frame.number = number;
    send(std::move(frame));
}

void Session::closed() {
    unread_.clear();
    note_waiting();
    send({NodeFrame::Kind::closed});
}

void Session::send(NodeFrame frame) {
    frame.attempt = attempt_;
    const std::uint32_t bytes = frame.bytes(node_.cluster().host().envelopes());
    way_.send(std::move(frame), bytes);
}

// --- heartbeats ---

// Where nothing can go wrong nobody would learn anything from them.
void Session::watch_heartbeat() {
    const sim::Duration heartbeat = node_.cluster().plan().heartbeat;
    if (!node_.cluster().context().world.can_fail || heartbeat <= sim::Duration::zero()) return;
    heartbeat_.start(heartbeat / 2, static_cast<sim::Event&>(*this));
}

// Two are missed: the peer is taken to be gone. A blocked connection is not watched.
void Session::fire() {
    heartbeat_.fired();
    if (!is_open()) return;
    const sim::Duration silent = node_.cluster().context().now() - heard_;
    if (!is_blocked_ && silent > node_.cluster().plan().heartbeat) return channel_.fail();
    send({NodeFrame::Kind::heartbeat});
    watch_heartbeat();
}

}  // namespace models::amqp
