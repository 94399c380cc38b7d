// What is on a broker: its messages, exchanges and queues, and what becomes of what is published.
//
// It is where things are decided, at once and without cores or network (broker_node.h has those),
// so it can be tested against formulas. A message costs the same however many queues, bindings and
// messages there are.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "models/queue_broker/client_channel.h"
#include "models/queue_broker/exchanges.h"
#include "models/queue_broker/fates.h"
#include "models/queue_broker/message.h"
#include "models/queue_broker/queue.h"
#include "sim/scheduler.h"

namespace models::amqp {

struct Limits {
    // How long a consumer may keep a message (consumer_timeout), and how often channels look.
    sim::Duration acknowledgement_timeout = std::chrono::minutes(30);
    sim::Duration channel_tick = std::chrono::minutes(1);
};

class VirtualHost {
public:
    explicit VirtualHost(sim::Scheduler& scheduler, const Limits& limits = {})
        : scheduler_(scheduler), limits_(limits) {}
    VirtualHost(const VirtualHost&) = delete;
    VirtualHost& operator=(const VirtualHost&) = delete;

    // Each queue is bound to the default exchange by its name.
    QueueId declare(const QueueSettings& settings);
    std::optional<QueueId> find(std::string_view queue) const;
    Exchanges& exchanges() { return exchanges_; }
    Queue& queue(QueueId id) { return queues_[id]; }
    std::size_t queues() const { return queues_.size(); }
    EnvelopeId envelope(const Envelope& envelope) { return envelopes_.id(envelope); }

    void publish(ClientChannel& channel, const Publication& publication);

    const Fates& fates() const { return fates_; }
    // Copies that are ready, or that consumers have.
    std::uint64_t copies_there() const;
    std::uint64_t ready() const;

    // What its parts need of it.
    sim::Scheduler& scheduler() { return scheduler_; }
    const Limits& limits() const { return limits_; }
    Fates& fates() { return fates_; }
    Messages& messages() { return messages_; }
    const Messages& messages() const { return messages_; }
    const Envelopes& envelopes() const { return envelopes_; }
    const Envelope& envelope_of(MessageId message) const {
        return envelopes_[messages_[message].envelope];
    }
    std::uint32_t open(ClientChannel& channel);
    void closed(ClientChannel& channel) { channels_.erase(channel.number()); }
    // One of the queues that it went to has it, or refuses it.
    void settle(Ticket ticket, bool is_accepted);
    // To the dead letter exchange of that queue, or nowhere.
    void give_up(Queue& queue, MessageId message, DeathReason reason);

    // While one thing leads to another: dead letters go on when the outermost turn ends, so that no
    // queue is changed in the middle of its own change.
    class Turn {
    public:
        explicit Turn(VirtualHost& host) : host_(host) { ++host.turns_; }
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        ~Turn() {
            if (host_.turns_ == 1) host_.send_dead_letters();
            --host_.turns_;
        }

    private:
        VirtualHost& host_;
    };

private:
    struct DeadLetter {
        QueueId from;
        MessageId message;
        DeathReason reason;
    };
    // Until all queues that it went to have said something.
    struct Unconfirmed {
        std::uint32_t channel;
        std::uint64_t number;
        std::size_t left;
        bool is_accepted = true;
    };

    void confirm(const Unconfirmed& publication);
    void send_dead_letters();
    void send(const DeadLetter& letter);
    void put(MessageId message, const std::vector<QueueId>& queues, Ticket ticket,
             std::uint32_t origin);

    sim::Scheduler& scheduler_;
    Limits limits_;
    Messages messages_;
    Envelopes envelopes_;
    Exchanges exchanges_;
    std::deque<Queue> queues_;
    std::map<std::string, QueueId, std::less<>> names_;
    std::unordered_map<std::uint32_t, ClientChannel*> channels_;
    std::uint32_t opened_ = 0;
    std::unordered_map<Ticket, Unconfirmed> unconfirmed_;
    Ticket tickets_ = 0;
    std::uint32_t turns_ = 0;
    std::deque<DeadLetter> dead_letters_;
    Fates fates_;
};

}  // namespace models::amqp
