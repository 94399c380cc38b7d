#include "models/queue_broker/connection.h"

#include <utility>

#include "models/queue_broker/cluster.h"

namespace models::amqp {

namespace {

// How long nothing comes of an attempt to connect.
constexpr sim::Duration kConnectionTimeout = std::chrono::seconds(60);

}  // namespace

Connection::Connection(Cluster& cluster, const Where& where, ConnectionUser& user)
    : cluster_(cluster),
      where_(where),
      user_(user),
      number_(cluster.number_a_connection()),
      inbox_(cluster.context().world, where.place),
      node_(where.first_node % cluster.nodes()),
      timer_(cluster.context().scheduler()) {
    inbox_.handle([this](const NodeFrame& frame) { take(frame); });
}

Channel<ClientFrame>& Connection::way() {
    auto& way = ways_[node_];
    if (way == nullptr) {
        BrokerNode& node = cluster_.node(node_);
        way = std::make_unique<Channel<ClientFrame>>(cluster_.context(), where_.links, where_.place,
                                                     node.inbox(),
                                                     where_.name + " to " + node.name());
    }
    return *way;
}

void Connection::send(ClientFrame frame) {
    frame.from = this;
    frame.attempt = attempt_;
    const std::uint32_t bytes = frame.bytes(cluster_.host().envelopes());
    way().send(std::move(frame), bytes);
}

// --- open and lost ---

void Connection::open() {
    wants_open_ = true;
    connect();
}

void Connection::connect() {
    ++attempt_;
    way().reconnect();
    send({});
    timer_.start(kConnectionTimeout, static_cast<sim::Event&>(*this));
}

void Connection::close() {
    if (!std::exchange(wants_open_, false)) return;
    ClientFrame frame;
    frame.kind = ClientFrame::Kind::close;
    send(std::move(frame));
    is_open_ = is_blocked_ = false;
    timer_.stop();
}

// One that was lost is tried again at once, elsewhere; one that was refused later.
void Connection::lose() {
    const bool was_open = std::exchange(is_open_, false);
    is_blocked_ = false;
    node_ = (node_ + 1) % cluster_.nodes();
    const bool waits = !was_open || cluster_.nodes() == 1;
    const sim::Duration wait = waits ? cluster_.plan().reconnect_interval : sim::Duration::zero();
    timer_.start(wait, static_cast<sim::Event&>(*this));
    if (was_open) user_.lost();
}

// Heartbeats go both ways while something can go wrong; two that are missed are a lost connection.
void Connection::fire() {
    timer_.fired();
    if (!wants_open_) return;
    if (!is_open_) return connect();
    const sim::Duration heartbeat = cluster_.plan().heartbeat;
    if (cluster_.context().now() - heard_ > heartbeat) return lose();
    ClientFrame frame;
    frame.kind = ClientFrame::Kind::heartbeat;
    send(std::move(frame));
    timer_.start(heartbeat / 2, static_cast<sim::Event&>(*this));
}

void Connection::take(const NodeFrame& frame) {
    if (!wants_open_ || frame.attempt != attempt_) return;
    heard_ = cluster_.context().now();
    switch (frame.kind) {
        case NodeFrame::Kind::opened: {
            is_open_ = true;
            timer_.stop();
            const sim::Duration heartbeat = cluster_.plan().heartbeat;
            if (cluster_.context().world.can_fail && heartbeat > sim::Duration::zero()) {
                timer_.start(heartbeat / 2, static_cast<sim::Event&>(*this));
            }
            return user_.opened();
        }
        case NodeFrame::Kind::deliver:
            return user_.deliver(frame.delivery);
        case NodeFrame::Kind::confirm:
            return user_.confirm(frame.number, frame.is_accepted);
        case NodeFrame::Kind::returned:
            return user_.returned(frame.number);
        case NodeFrame::Kind::blocked:
            is_blocked_ = true;
            return;
        case NodeFrame::Kind::unblocked:
            is_blocked_ = false;
            return user_.unblocked();
        case NodeFrame::Kind::heartbeat:
            return;
        case NodeFrame::Kind::closed:
            return lose();
    }
}

// --- what its user says ---

void Connection::publish(const Publication& publication) {
    if (!is_open_) return;
    ClientFrame frame;
    frame.kind = ClientFrame::Kind::publish;
    frame.publication = publication;
    send(std::move(frame));
}

void Connection::consume(QueueId queue, const ConsumeOptions& options) {
    if (!is_open_) return;
    ClientFrame frame;
    frame.kind = ClientFrame::Kind::consume;
    frame.queue = queue;
    frame.options = options;
    send(std::move(frame));
}

void Connection::cancel(std::uint32_t consumer) {
    if (!is_open_) return;
    ClientFrame frame;
    frame.kind = ClientFrame::Kind::cancel;
    frame.tag = consumer;
    send(std::move(frame));
}

void Connection::acknowledge(std::uint64_t tag, bool multiple) {
    if (!is_open_) return;
    ClientFrame frame;
    frame.kind = ClientFrame::Kind::acknowledge;
    frame.tag = tag;
    frame.multiple = multiple;
    send(std::move(frame));
}

void Connection::nack(std::uint64_t tag, bool multiple, bool requeue) {
    if (!is_open_) return;
    ClientFrame frame;
    frame.kind = ClientFrame::Kind::nack;
    frame.tag = tag;
    frame.multiple = multiple;
    frame.requeue = requeue;
    send(std::move(frame));
}

}  // namespace models::amqp
