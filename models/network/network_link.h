// One way of the network, between two places: latency, a line that bytes queue for, and loss.
//
// What it does to a message is decided when the message is sent, once, and needs no event: it
// arrives at a time, or it does not. So a message that is under way when a failure begins is not
// touched by it, nor is one saved by its end. Messages may overtake each other where latency
// varies, those of one sender too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/network/byte_queue.h"
#include "sim/distribution.h"
#include "sim/rng.h"
#include "sim/time.h"

namespace models {

enum class LinkClass : std::uint8_t {
    same_machine,
    same_zone,
    across_zones,
    across_regions,
    to_users
};

// What failures do to it, all together.
struct LinkEffect {
    double latency_factor = 1;
    sim::Duration more_latency{};
    double loss = 0;             // besides its own
    double bandwidth_share = 1;  // that is left; above 0
    bool cuts = false;
    bool denies = false;            // a firewall does not let it through
    std::uint16_t denied_port = 0;  // only what is sent to this port; 0: all

    void add(const LinkEffect& other) {
        latency_factor *= other.latency_factor;
        more_latency += other.more_latency;
        loss = 1 - (1 - loss) * (1 - other.loss);
        bandwidth_share *= other.bandwidth_share;
        cuts |= other.cuts;
        denies |= other.denies;
    }
};

// What became of a message.
struct Passage {
    enum class Fate : std::uint8_t { arrives, lost, dropped, cut, denied };
    Fate fate;
    sim::Time at;  // when it arrives

    bool arrives() const { return fate == Fate::arrives; }
};

// Counted from the end of the warm-up on.
struct LinkFigures {
    std::uint64_t messages = 0;  // that arrive, and their bytes
    std::uint64_t bytes = 0;
    std::uint64_t lost = 0;
    std::uint64_t dropped = 0;  // no room in its queue
    std::uint64_t cut = 0;
    std::uint64_t denied = 0;  // by a firewall
    std::uint64_t retransmissions = 0;
};

class Link {
public:
    struct Plan {
        std::string name;  // "eu-a to eu-b"
        LinkClass of{};
        std::string_view usage{};  // what its bytes are paid for as; empty: they are free
        std::string region{};      // that they leave, or that users send to
        sim::Distribution latency{};
        double bits_per_second = 0;  // 0: any amount
        std::optional<std::uint64_t> queue{};
        double loss = 0;
        std::uint64_t stream = 0;  // of its draws
    };
    explicit Link(const Plan& plan);

    // `key` names the message among all that pass here: what is random about it is drawn from it.
    Passage pass(sim::Time now, std::uint32_t bytes, std::uint64_t key) {
        if (!is_plain_) [[unlikely]]
            return pass_under(now, bytes, key, {});
        ++figures_.messages;
        figures_.bytes += bytes;
        return {Passage::Fate::arrives, now + latency_};
    }
    // The same while something is wrong with it.
    Passage pass_under(sim::Time now, std::uint32_t bytes, std::uint64_t key,
                       const LinkEffect& effect);
    void sent_again() { ++figures_.retransmissions; }

    const std::string& name() const { return name_; }
    LinkClass link_class() const { return class_; }
    std::string_view usage() const { return usage_; }
    const std::string& region() const { return region_; }
    // Of the law, in seconds: without the queue.
    double mean_latency() const { return law_.mean(); }
    double latency_variance() const { return law_.variance(); }

    void begin_measuring(sim::Time now);
    const LinkFigures& figures() const { return figures_; }
    bool has_bandwidth() const { return queue_.is_limited(); }
    // Time it has been carrying since the start, and what waits for it now.
    sim::Duration busy(sim::Time now) const { return queue_.busy(now); }
    double waiting_bytes(sim::Time now) const { return queue_.waiting(now); }
    const ByteQueue::Counted& queued() const { return queue_.counted(); }
    // The share of the time since the end of the warm-up that it has been carrying.
    double use(sim::Time now) const;

private:
    bool is_plain_;          // the same latency for all, and nothing else
    sim::Duration latency_;  // then
    LinkFigures figures_;
    ByteQueue queue_;
    double loss_;
    std::uint64_t stream_;
    sim::Distribution law_;
    LinkClass class_;
    std::string name_;
    std::string_view usage_;
    std::string region_;
    sim::Time measured_from_{};
    sim::Duration busy_before_{};
};

}  // namespace models
