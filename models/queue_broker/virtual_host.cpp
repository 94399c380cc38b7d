#include "models/queue_broker/virtual_host.h"

#include <utility>

namespace models::amqp {

QueueId VirtualHost::declare(const QueueSettings& settings) {
    const auto [known, is_new] =
        names_.emplace(settings.name, static_cast<QueueId>(queues_.size()));
    if (is_new) {
        queues_.emplace_back(*this, known->second, settings);
        exchanges_[Exchanges::kDefault].bind({known->second, settings.name});
    }
    return known->second;
}

std::optional<QueueId> VirtualHost::find(std::string_view queue) const {
    const auto found = names_.find(queue);
    return found == names_.end() ? std::nullopt : std::optional(found->second);
}

std::uint32_t VirtualHost::open(ClientChannel& channel) {
    channels_.emplace(++opened_, &channel);
    return opened_;
}

std::uint64_t VirtualHost::copies_there() const {
    std::uint64_t sum = 0;
    for (const Queue& each : queues_) sum += each.ready() + each.unacknowledged();
    return sum;
}

std::uint64_t VirtualHost::ready() const {
    std::uint64_t sum = 0;
    for (const Queue& each : queues_) sum += each.ready();
    return sum;
}

// --- publishing ---

// What no queue gets is confirmed at once: the broker will not do better later.
void VirtualHost::publish(ClientChannel& channel, const Publication& publication) {
    const Turn turn(*this);
    ++fates_.published;
    const EnvelopeId envelope = publication.message.envelope;
    const std::vector<QueueId>& queues = exchanges_.queues_of(envelope, envelopes_[envelope]);
    const Ticket ticket = ++tickets_;
    Unconfirmed unconfirmed{channel.number(), publication.number, queues.size()};
    if (queues.empty()) {
        ++(publication.mandatory ? fates_.returned : fates_.unroutable);
        if (publication.mandatory) channel.client_.returned(publication.number);
        confirm(unconfirmed);
    } else {
        ++fates_.routed;
        if (publication.number != 0) unconfirmed_.emplace(ticket, unconfirmed);
        put(messages_.add(publication.message), queues, ticket, channel.node());
    }
}

void VirtualHost::put(MessageId message, const std::vector<QueueId>& queues, Ticket ticket,
                      std::uint32_t origin) {
    messages_.hold(message);
    for (const QueueId each : queues) {
        ++fates_.copies;
        Change change;
        change.ticket = ticket;
        change.origin = origin;
        change.entry.message = message;
        queues_[each].change(std::move(change));
    }
    messages_.release(message);
}

void VirtualHost::settle(Ticket ticket, bool is_accepted) {
    const auto found = unconfirmed_.find(ticket);
    if (found == unconfirmed_.end()) return;
    Unconfirmed& unconfirmed = found->second;
    unconfirmed.is_accepted = unconfirmed.is_accepted && is_accepted;
    if (--unconfirmed.left > 0) return;
    const Unconfirmed done = unconfirmed;
    unconfirmed_.erase(found);
    confirm(done);
}

void VirtualHost::confirm(const Unconfirmed& publication) {
    if (publication.number == 0) return;
    const auto channel = channels_.find(publication.channel);
    if (channel == channels_.end()) return;
    channel->second->client_.confirm(publication.number, publication.is_accepted);
}

// --- dead letters ---

void VirtualHost::give_up(Queue& queue, MessageId message, DeathReason reason) {
    const auto why = static_cast<std::size_t>(reason);
    if (!queue.settings().dead_letter_exchange) {
        ++fates_.discarded[why];
        return;
    }
    ++fates_.dead_lettered[why];
    messages_.hold(message);
    dead_letters_.push_back({queue.id(), message, reason});
}

void VirtualHost::send_dead_letters() {
    while (!dead_letters_.empty()) {
        const DeadLetter letter = dead_letters_.front();
        dead_letters_.pop_front();
        send(letter);
        messages_.release(letter.message);
    }
}

// A message of its own, as its envelope differs: for all queues that it goes to. It has no
// publisher who waits for it.
void VirtualHost::send(const DeadLetter& letter) {
    const QueueSettings& settings = queues_[letter.from].settings();
    const auto exchange = exchanges_.find(*settings.dead_letter_exchange);
    if (!exchange) {
        ++fates_.dead_letters_unroutable;
        return;
    }
    Message message = messages_[letter.message];
    message.envelope = envelopes_.changed(
        message.envelope, letter.from, letter.reason, [&](const Envelope& before) {
            Envelope after = after_death(before, {letter.from, letter.reason, 1});
            after.exchange = *exchange;
            if (settings.dead_letter_routing_key) {
                after.routing_key = *settings.dead_letter_routing_key;
            }
            return after;
        });
    const Envelope& envelope = envelopes_[message.envelope];
    std::vector<QueueId> queues = exchanges_.queues_of(message.envelope, envelope);
    const bool is_routable = !queues.empty();
    if (letter.reason != DeathReason::rejected) {
        std::erase_if(queues, [&](QueueId each) { return envelope.is_cycle_to(each); });
    }
    if (!is_routable) {
        ++fates_.dead_letters_unroutable;
    } else if (queues.empty()) {
        ++fates_.dead_letters_in_cycle;
    } else {
        ++fates_.dead_letters_routed;
        put(messages_.add(message), queues, ++tickets_, 0);
    }
}

}  // namespace models::amqp
