// Messages that arrive, in order: one way of a TCP connection that stays open.
//
//     Channel<Record> log(context, place, replica_mailbox, "log");
//     log.send(record, record.bytes);
//
// When one does not get through, those behind it wait for it (head-of-line blocking): it is sent
// again by the timer of retransmission.h, and once it is through they follow. What was not through
// when the timer has given up is lost, and so is what is sent from then on, until `reconnect`.
#pragma once

#include <algorithm>
#include <deque>
#include <string_view>
#include <utility>

#include "models/network/mailbox.h"
#include "sim/timer.h"

namespace models {

template <class M>
class Channel final : sim::Event {
public:
    Channel(const Context& context, PlaceId from, Mailbox<M>& to, std::string_view purpose)
        : Channel(context, context.world.network, from, to, purpose) {}
    Channel(const Context& context, Links* network, PlaceId from, Mailbox<M>& to,
            std::string_view purpose)
        : to_(to), sender_(context, network, from, purpose), timer_(context.world.scheduler) {}

    void send(M message, std::uint32_t bytes) {
        if (is_broken_) return;
        waiting_.push_back({std::move(message), bytes});
        if (!timer_.armed()) flush();
    }
    // Messages that have not been seen to get through.
    std::size_t waiting() const { return waiting_.size(); }
    bool is_broken() const { return is_broken_; }
    // A connection anew: nothing of what was sent before is on it.
    void reconnect() {
        timer_.stop();
        waiting_.clear();
        tries_ = 0;
        is_broken_ = false;
    }

private:
    struct Waiting {
        M message;
        std::uint32_t bytes;
    };

    void flush() {
        while (!waiting_.empty()) {
            const Passage passage = sender_.carry(to_.place(), waiting_.front().bytes);
            if (!passage.arrives()) return wait_for_timer();
            last_ = std::max(last_, passage.at);
            to_.deliver_at(last_, std::move(waiting_.front().message));
            waiting_.pop_front();
            tries_ = 0;
        }
    }
    void wait_for_timer() {
        timer_.start(retransmission().wait_after(++tries_), static_cast<sim::Event&>(*this));
    }
    void fire() override {
        timer_.fired();
        is_broken_ = retransmission().gives_up_after(tries_);
        if (is_broken_) return waiting_.clear();
        sender_.network()->between(sender_.place(), to_.place()).sent_again();
        flush();
    }
    Retransmission retransmission() {
        return sender_.network()->retransmission(sender_.place(), to_.place());
    }

    Mailbox<M>& to_;
    Sender sender_;
    sim::Timer timer_;
    std::deque<Waiting> waiting_;
    std::uint32_t tries_ = 0;
    bool is_broken_ = false;
    sim::Time last_{};  // when the one before arrives
};

}  // namespace models
