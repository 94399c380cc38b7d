// Messages: typed, one way, and nobody is told what becomes of them.
//
//     Mailbox<Vote> votes(world, place);                 // of the receiver
//     Sender sender(context, place, "votes");            // one for each who sends
//     sender.send(votes, Vote{term, granted}, 64);       // a datagram of 64 bytes
//
//     const Vote vote = co_await votes.receive();        // the oldest that is there, or the next
//     votes.handle([](const Vote& vote) { ... });        // or each when it comes
//
// A message is lost, late or before others as its link has it, and is never sent again here: those
// who need it to arrive use a Channel (channel.h) or a protocol of their own. It is delivered by
// one event, which also parts the one who sends from the one who receives when there is no network.
// What arrives while a mailbox is closed (its process has crashed) is gone.
#pragma once

#include <cassert>
#include <cstdint>
#include <deque>
#include <functional>
#include <string_view>
#include <utility>

#include "models/context.h"
#include "models/network/links.h"
#include "sim/frame_pool.h"
#include "sim/link.h"

namespace models {

template <class M>
class Mailbox {
public:
    Mailbox(World& world, PlaceId at) : world_(world), place_(at) {}
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;
    // What is under way to it goes with it.
    ~Mailbox() {
        under_way_.for_each([](Flight& each) { each.drop(); });
    }

    PlaceId place() const { return place_; }
    World& world() const { return world_; }

    // From now on each that arrives goes there, at once.
    void handle(std::function<void(const M&)> handler) { handler_ = std::move(handler); }

    // What is there is lost, and so is what arrives until it is open again.
    void close() {
        is_open_ = false;
        waiting_.clear();
    }
    void open() { is_open_ = true; }
    std::size_t waiting() const { return waiting_.size(); }
    // That found it closed.
    std::uint64_t missed() const { return missed_; }

    // One at a time may wait.
    class Receiving {
    public:
        explicit Receiving(Mailbox& box) : box_(box) {}
        Receiving(const Receiving&) = delete;
        Receiving& operator=(const Receiving&) = delete;
        ~Receiving() {
            if (waits_) box_.receiver_ = {};
        }
        bool await_ready() const { return !box_.waiting_.empty(); }
        void await_suspend(sim::Wake caller) {
            assert(!box_.receiver_);
            box_.receiver_ = caller;
            waits_ = true;
        }
        M await_resume() {
            waits_ = false;
            M message = std::move(box_.waiting_.front());
            box_.waiting_.pop_front();
            return message;
        }

    private:
        Mailbox& box_;
        bool waits_ = false;
    };
    Receiving receive() { return Receiving(*this); }

    // It will be delivered then.
    void deliver_at(sim::Time when, M message) {
        auto* const flight = new Flight(*this, std::move(message));
        flight->ticket = world_.scheduler.at(when, static_cast<sim::Event&>(*flight));
        under_way_.add_last(*flight);
    }

private:
    struct Flight final : sim::Event, sim::Link<Flight>, sim::Pooled {
        Flight(Mailbox& box, M what) : to(box), message(std::move(what)) {}
        void fire() override {
            Mailbox& box = to;
            M delivered = std::move(message);
            delete this;
            box.deliver(std::move(delivered));
        }
        void drop() {
            to.world_.scheduler.cancel(ticket);
            delete this;
        }

        Mailbox& to;
        M message;
        sim::Ticket ticket = sim::Ticket::none;
    };

    void deliver(M message) {
        if (!is_open_) {
            ++missed_;
        } else if (handler_) {
            handler_(message);
        } else {
            waiting_.push_back(std::move(message));
            if (receiver_) std::exchange(receiver_, {})();
        }
    }

    World& world_;
    PlaceId place_;
    bool is_open_ = true;
    std::uint64_t missed_ = 0;
    std::function<void(const M&)> handler_;
    std::deque<M> waiting_;
    sim::Wake receiver_;
    sim::List<Flight> under_way_;
};

// Who sends, from one place. Its messages are numbered, so what others send changes nobody's luck.
class Sender {
public:
    Sender(const Context& context, PlaceId from, std::string_view purpose)
        : world_(context.world), stream_(context.stream(purpose)), from_(from) {}

    PlaceId place() const { return from_; }
    std::uint64_t sent() const { return sent_; }

    // True when it will arrive, which only a test may ask.
    template <class M>
    bool send(Mailbox<M>& to, M message, std::uint32_t bytes) {
        const Passage passage = carry(to.place(), bytes);
        if (passage.arrives()) to.deliver_at(passage.at, std::move(message));
        return passage.arrives();
    }

    // What happens to the next message.
    Passage carry(PlaceId to, std::uint32_t bytes) {
        const std::uint64_t key = sim::request_key(stream_, sent_++);
        const bool has_way = world_.network != nullptr && from_ != kNowhere && to != kNowhere;
        if (!has_way) return {Passage::Fate::arrives, world_.scheduler.now()};
        return world_.network->carry({from_, to, bytes, key});
    }

private:
    World& world_;
    std::uint64_t stream_;
    PlaceId from_;
    std::uint64_t sent_ = 0;
};

}  // namespace models
