#include "models/queue_broker/client_channel.h"

#include <algorithm>
#include <utility>

#include "models/queue_broker/virtual_host.h"

namespace models::amqp {

ClientChannel::ClientChannel(VirtualHost& host, ChannelClient& client, std::uint32_t node)
    : host_(host),
      client_(client),
      node_(node),
      number_(host.open(*this)),
      opened_(host.scheduler().now()),
      timeout_(host.scheduler()) {}

ClientChannel::~ClientChannel() {
    close();
}

void ClientChannel::publish(const Publication& publication) {
    if (is_open_) host_.publish(*this, publication);
}

std::uint32_t ClientChannel::consume(QueueId queue, const ConsumeOptions& options) {
    const VirtualHost::Turn turn(host_);
    const auto tag = static_cast<std::uint32_t>(consumers_.size());
    Consumer consumer;
    consumer.queue = &host_.queue(queue);
    consumer.channel = this;
    consumer.tag = tag;
    consumer.prefetch = options.prefetch;
    consumer.acknowledges = options.acknowledges;
    consumers_.push_back(std::make_shared<Consumer>(consumer));
    consumers_.back()->queue->add(*consumers_.back());
    return tag;
}

void ClientChannel::cancel(std::uint32_t consumer) {
    consumers_[consumer]->queue->cancel(*consumers_[consumer]);
}

void ClientChannel::deliver(const Consumer& consumer, const Entry& entry) {
    const std::uint64_t tag = ++tags_;
    if (consumer.acknowledges) {
        unacknowledged_.emplace(
            tag, Unacknowledged{entry, consumers_[consumer.tag], host_.scheduler().now()});
        watch_timeout();
    }
    client_.deliver(
        {tag, consumer.tag, host_.messages()[entry.message], entry.is_redelivered, entry.returns});
}

void ClientChannel::acknowledge(std::uint64_t tag, bool multiple) {
    settle(tag, multiple, Change::Kind::acknowledge);
}

void ClientChannel::nack(std::uint64_t tag, bool multiple, bool requeue) {
    settle(tag, multiple, requeue ? Change::Kind::requeue : Change::Kind::reject);
}

// One, or all up to it. Queues deliver again when all is settled.
void ClientChannel::settle(std::uint64_t tag, bool multiple, Change::Kind kind) {
    if (!is_open_) return;
    const VirtualHost::Turn turn(host_);
    const auto last = unacknowledged_.find(tag);
    if (last == unacknowledged_.end()) return fail();
    const auto first = multiple ? unacknowledged_.begin() : last;
    std::vector<Unacknowledged> settled;
    for (auto each = first; each != std::next(last); ++each) settled.push_back(each->second);
    unacknowledged_.erase(first, std::next(last));
    for (const Unacknowledged& each : settled) {
        each.consumer->queue->change({kind, 0, node_, each.entry, each.consumer});
    }
    for (const Unacknowledged& each : settled) each.consumer->queue->deliver_ready();
}

void ClientChannel::close() {
    if (!std::exchange(is_open_, false)) return;
    const VirtualHost::Turn turn(host_);
    timeout_.stop();
    host_.closed(*this);
    for (const auto& each : consumers_) each->queue->cancel(*each);
    const auto returned = std::exchange(unacknowledged_, {});
    for (const auto& [tag, each] : returned) {
        each.consumer->queue->change({Change::Kind::requeue, 0, node_, each.entry, each.consumer});
    }
    for (const auto& [tag, each] : returned) each.consumer->queue->deliver_ready();
}

bool ClientChannel::consumes_from(QueueId queue) const {
    return std::any_of(consumers_.begin(), consumers_.end(), [&](const auto& each) {
        return !each->is_cancelled && each->queue->id() == queue;
    });
}

void ClientChannel::fail() {
    if (!is_open_) return;
    close();
    client_.closed();
}

// The broker looks once a tick, from when the channel was opened.
void ClientChannel::watch_timeout() {
    if (timeout_.armed() || unacknowledged_.empty()) return;
    const sim::Duration tick = host_.limits().channel_tick;
    const sim::Time late =
        unacknowledged_.begin()->second.delivered + host_.limits().acknowledgement_timeout;
    const auto ticks = (late - opened_ + tick - sim::Duration(1)) / tick;
    timeout_.start_at(opened_ + ticks * tick, static_cast<sim::Event&>(*this));
}

void ClientChannel::fire() {
    timeout_.fired();
    if (unacknowledged_.empty()) return;
    const sim::Duration held = host_.scheduler().now() - unacknowledged_.begin()->second.delivered;
    if (held < host_.limits().acknowledgement_timeout) return watch_timeout();
    fail();
}

}  // namespace models::amqp
