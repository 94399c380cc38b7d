// A log on its way from who leads to one follower, in order.
//
// A record is in the leader's hands first (the thread that reads the log, an output buffer), for a
// time of its own; then it is sent, on a channel (network/channel.h). When the leader dies, what it
// has not sent is gone, and what is under way arrives: so the writes that a failover loses are
// those that were not shipped.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "models/network/channel.h"
#include "sim/distribution.h"

namespace models {

template <class Record>
class LogShipping final : sim::Event {
public:
    struct Way {
        Links& links;
        PlaceId from;
        Mailbox<Record>& to;
        std::string_view name;
    };
    // `held` is how long a record stays in the leader's hands. It outlives this.
    LogShipping(const Context& context, const Way& way, const sim::Distribution& held)
        : held_(held),
          stream_(context.stream(std::string(way.name) + " held")),
          channel_(context, &way.links, way.from, way.to, way.name),
          timer_(context.scheduler()) {}

    // The key names the record among all: what is random about it is drawn from it.
    void ship(Record record, std::uint32_t bytes, std::uint64_t key) {
        sim::Draws draws(sim::request_key(stream_, key));
        const sim::Time now = timer_.scheduler().now();
        last_due_ = std::max(last_due_, now + held_.sample_duration(draws));
        if (unsent_.empty() && last_due_ <= now) return channel_.send(std::move(record), bytes);
        unsent_.push_back({last_due_, bytes, std::move(record)});
        if (!timer_.armed()) wait();
    }

    // The leader has died, or leads no more: nothing else is sent.
    void stop() {
        timer_.stop();
        unsent_.clear();
        channel_.reconnect();
    }
    // Those that the leader still has in its hands.
    std::size_t unsent() const { return unsent_.size() + channel_.waiting(); }

private:
    struct Held {
        sim::Time due;
        std::uint32_t bytes;
        Record record;
    };

    void wait() { timer_.start_at(unsent_.front().due, static_cast<sim::Event&>(*this)); }
    void fire() override {
        timer_.fired();
        const sim::Time now = timer_.scheduler().now();
        while (!unsent_.empty() && unsent_.front().due <= now) {
            channel_.send(std::move(unsent_.front().record), unsent_.front().bytes);
            unsent_.pop_front();
        }
        if (!unsent_.empty()) wait();
    }

    const sim::Distribution& held_;
    std::uint64_t stream_;
    Channel<Record> channel_;
    sim::Timer timer_;
    std::deque<Held> unsent_;
    sim::Time last_due_{};
};

}  // namespace models
