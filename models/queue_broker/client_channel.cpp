#include "models/queue_broker/client_channel.h"

#include <algorithm>
#include <cassert>
#include <limits>
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
    assert(tag <= std::numeric_limits<decltype(Entry::consumer)>::max());
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

void ClientChannel::deliver(const Consumer& consumer, Entry entry) {
    const std::uint64_t tag = ++tags_;
    entry.consumer = static_cast<std::uint16_t>(consumer.tag);
    if (consumer.acknowledges) {
        unacknowledged_.add(tag, entry);
        note_deadline(tag);
        watch_timeout();
    }
    client_.deliver({tag, host_.messages()[entry.message], entry.consumer, entry.returns});
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
    if (!unacknowledged_.contains(tag)) return fail();
    std::vector<Entry> settled = std::exchange(settled_, {});
    while (multiple && unacknowledged_.first() != tag) {
        settled.push_back(unacknowledged_.take(unacknowledged_.first()));
    }
    settled.push_back(unacknowledged_.take(tag));
    for (const Entry& each : settled) give_back(each, kind);
    for (const Entry& each : settled) consumers_[each.consumer]->queue->deliver_ready();
    settled.clear();
    settled_ = std::move(settled);
}

void ClientChannel::give_back(const Entry& entry, Change::Kind kind) {
    const auto& consumer = consumers_[entry.consumer];
    consumer->queue->change({kind, 0, node_, entry, consumer});
}

void ClientChannel::close() {
    if (!std::exchange(is_open_, false)) return;
    const VirtualHost::Turn turn(host_);
    timeout_.stop();
    host_.closed(*this);
    for (const auto& each : consumers_) each->queue->cancel(*each);
    while (!unacknowledged_.empty()) {
        give_back(unacknowledged_.take(unacknowledged_.first()), Change::Kind::requeue);
    }
    for (const auto& each : consumers_) each->queue->deliver_ready();
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
void ClientChannel::note_deadline(std::uint64_t tag) {
    const sim::Duration tick = host_.limits().channel_tick;
    const sim::Time late = host_.scheduler().now() + host_.limits().acknowledgement_timeout;
    const auto ticks = (late - opened_ + tick - sim::Duration(1)) / tick;
    const sim::Time at = opened_ + ticks * tick;
    if (unacknowledged_.size() == 1) deadlines_.clear();
    if (deadlines_.empty() || deadlines_.back().at != at) deadlines_.push_back({tag, at});
}

void ClientChannel::watch_timeout() {
    if (!timeout_.armed()) {
        timeout_.start_at(deadlines_.front().at, static_cast<sim::Event&>(*this));
    }
}

// The deadline of the oldest is the last one that does not begin after it.
void ClientChannel::fire() {
    timeout_.fired();
    if (unacknowledged_.empty()) return;
    const std::uint64_t oldest = unacknowledged_.first();
    const auto next = std::find_if(deadlines_.begin(), deadlines_.end(),
                                   [&](const Deadline& each) { return each.tag > oldest; });
    deadlines_.erase(deadlines_.begin(), std::prev(next));
    if (deadlines_.front().at > host_.scheduler().now()) return watch_timeout();
    fail();
}

}  // namespace models::amqp
