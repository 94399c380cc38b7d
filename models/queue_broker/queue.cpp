#include "models/queue_broker/queue.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

#include "models/queue_broker/client_channel.h"
#include "models/queue_broker/virtual_host.h"

namespace models::amqp {

Queue::Queue(VirtualHost& host, QueueId id, const QueueSettings& settings)
    : host_(host),
      id_(id),
      settings_(settings),
      ready_(settings.max_priority),
      expiry_(host.scheduler()) {}

void Queue::apply(const Change& change) {
    if (change.kind == Change::Kind::publish) {
        host_.settle(change.ticket, publish(change.entry.message));
        return;
    }
    give_back(*change.consumer);
    switch (change.kind) {
        case Change::Kind::acknowledge:
            ++host_.fates().acknowledged;
            return forget(change.entry);
        case Change::Kind::requeue:
            return requeue(change.entry);
        default:
            return give_up(change.entry, DeathReason::rejected);
    }
}

// --- what comes in ---

// False: it is full and refuses.
bool Queue::publish(MessageId message) {
    const Envelope& envelope = host_.envelope_of(message);
    if (!is_up_ && !is_replicated()) {
        ++host_.fates().lost;
        return false;
    }
    if (settings_.overflow != Overflow::drop_head && would_overflow(envelope.bytes)) {
        if (settings_.overflow == Overflow::reject_publish_dlx) {
            host_.give_up(*this, message, DeathReason::maxlen);
        } else {
            ++host_.fates().refused;
        }
        return false;
    }
    Entry entry;
    entry.sequence = ready_.number(ready_.priority(envelope.priority));
    entry.message = message;
    const sim::Duration ttl = std::min(settings_.message_ttl.value_or(sim::Duration::max()),
                                       envelope.expiration.value_or(sim::Duration::max()));
    if (ttl < sim::Duration::max()) entry.expires = host_.scheduler().now() + ttl;
    host_.messages().hold(message);
    for (std::uint64_t* const each : accounts_) *each += memory_of(message);
    if (hand_over_at_once(entry)) return true;
    add_ready(entry, true);
    deliver_ready();
    while (overflows()) give_up(take_ready(), DeathReason::maxlen);
    drop_expired();
    return true;
}

void Queue::add_ready(const Entry& entry, bool is_new) {
    const Envelope& envelope = host_.envelope_of(entry.message);
    const std::uint8_t priority = ready_.priority(envelope.priority);
    ready_bytes_ += envelope.bytes;
    is_new ? ready_.add(entry, priority) : ready_.put_back(entry, priority);
}

Entry Queue::take_ready() {
    const Entry entry = ready_.take_first();
    ready_bytes_ -= host_.envelope_of(entry.message).bytes;
    return entry;
}

bool Queue::would_overflow(std::uint32_t bytes) const {
    return (settings_.max_length && ready() + 1 > *settings_.max_length) ||
           (settings_.max_length_bytes && ready_bytes_ + bytes > *settings_.max_length_bytes);
}

// What refuses new messages takes back those that consumers had all the same.
bool Queue::overflows() const {
    if (settings_.overflow != Overflow::drop_head || ready_.empty()) return false;
    return (settings_.max_length && ready() > *settings_.max_length) ||
           (settings_.max_length_bytes && ready_bytes_ > *settings_.max_length_bytes);
}

// --- to consumers ---

void Queue::add(Consumer& consumer) {
    ++consumers_;
    consumer.in_line = true;
    line_.push_back(&consumer);
    deliver_ready();
}

void Queue::cancel(Consumer& consumer) {
    if (std::exchange(consumer.is_cancelled, true)) return;
    --consumers_;
    if (std::exchange(consumer.in_line, false)) std::erase(line_, &consumer);
}

Consumer* Queue::next_consumer() {
    while (!line_.empty()) {
        Consumer* const first = line_.front();
        line_.pop_front();
        first->in_line = first->may_take();
        if (!first->in_line) continue;
        line_.push_back(first);
        return first;
    }
    return nullptr;
}

// What a delivery leads to may come back here; it is then seen to by the one that is at it.
void Queue::deliver_ready() {
    if (!is_up_ || std::exchange(is_delivering_, true)) return;
    for (;;) {
        drop_expired();
        if (ready_.empty()) break;
        Consumer* const consumer = next_consumer();
        if (consumer == nullptr) break;
        hand_over(*consumer, take_ready());
    }
    is_delivering_ = false;
    watch_expiry();
}

// Past the line: what has no time to live at all still gets to a consumer who is waiting for it.
bool Queue::hand_over_at_once(const Entry& entry) {
    if (!is_up_ || is_delivering_ || !ready_.empty()) return false;
    Consumer* const consumer = next_consumer();
    if (consumer == nullptr) return false;
    is_delivering_ = true;
    hand_over(*consumer, entry);
    is_delivering_ = false;
    deliver_ready();
    return true;
}

void Queue::hand_over(Consumer& consumer, const Entry& entry) {
    ++host_.fates().delivered;
    host_.fates().redelivered += entry.returns > 0;
    if (consumer.acknowledges) {
        ++consumer.unacknowledged;
        ++unacknowledged_;
        return consumer.channel->deliver(consumer, entry);
    }
    consumer.channel->deliver(consumer, entry);
    ++host_.fates().acknowledged;
    forget(entry);
}

// --- what comes back ---

void Queue::give_back(Consumer& consumer) {
    assert(consumer.unacknowledged > 0);
    --consumer.unacknowledged;
    --unacknowledged_;
    if (consumer.in_line || consumer.is_cancelled || !consumer.may_take()) return;
    consumer.in_line = true;
    line_.push_back(&consumer);
}

// To where it was. A quorum queue counts how often, and without a limit puts it at the end, so that
// its log can be cut off.
void Queue::requeue(Entry entry) {
    if (entry.returns < std::numeric_limits<std::uint16_t>::max()) ++entry.returns;
    const bool is_quorum = settings_.type == QueueType::quorum;
    if (is_quorum && settings_.delivery_limit && entry.returns > *settings_.delivery_limit) {
        return give_up(entry, DeathReason::delivery_limit);
    }
    const bool goes_to_end = is_quorum && !settings_.delivery_limit;
    if (goes_to_end) {
        const std::uint8_t asked = host_.envelope_of(entry.message).priority;
        entry.sequence = ready_.number(ready_.priority(asked));
    }
    add_ready(entry, goes_to_end);
    while (overflows()) give_up(take_ready(), DeathReason::maxlen);
}

// --- what goes ---

void Queue::give_up(const Entry& entry, DeathReason reason) {
    host_.give_up(*this, entry.message, reason);
    forget(entry);
}

std::uint64_t Queue::memory_of(MessageId message) const {
    return std::uint64_t{host_.envelope_of(message).bytes} + bytes_for_message_;
}

void Queue::forget(const Entry& entry) {
    for (std::uint64_t* const each : accounts_) *each -= memory_of(entry.message);
    host_.messages().release(entry.message);
}

bool Queue::expires_first() const {
    return !ready_.empty() && ready_.expiry() <= host_.scheduler().now();
}

void Queue::drop_expired() {
    if (!is_up_) return;
    while (expires_first()) give_up(take_ready(), DeathReason::expired);
    if (!is_delivering_) watch_expiry();
}

// A timer for the head. One that is early looks again: heads that leave need not stop it.
void Queue::watch_expiry() {
    if (ready_.empty() || ready_.expiry() >= expiry_at_) return;
    expiry_at_ = ready_.expiry();
    expiry_.start_at(expiry_at_, static_cast<sim::Event&>(*this));
}

void Queue::fire() {
    expiry_.fired();
    expiry_at_ = sim::kForever;
    const VirtualHost::Turn turn(host_);
    drop_expired();
}

// --- its node ---

void Queue::crash() {
    pause();
    assert(consumers_ == 0 && "its channels are closed first");
    const bool keeps = settings_.durable;
    ready_.keep_if([&](const Entry& entry) {
        const Envelope& envelope = host_.envelope_of(entry.message);
        if (keeps && envelope.persistent) return true;
        ready_bytes_ -= envelope.bytes;
        ++host_.fates().lost;
        forget(entry);
        return false;
    });
}

void Queue::resume() {
    is_up_ = true;
    deliver_ready();
}

}  // namespace models::amqp
