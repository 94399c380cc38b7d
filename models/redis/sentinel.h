// A Redis Sentinel: watches a master and its replicas, and has one of these promoted when enough
// sentinels miss the master (Redis 7, sentinel.c).
//
// It pings each of them once a second. A master that owes it an answer for `down_after`, or has
// closed the connection and not been heard of for so long, is down for it (SDOWN); it asks the
// others once a second, and with `quorum` of them, itself included, the master is down (ODOWN).
// Then it stands in the next epoch; who has the votes of more than half of all sentinels, and of
// quorum, promotes the replica that has most. Others wait for twice failover-timeout before they
// try. Whoever leads and should not is made a replica after 8 s, and all tell each other every 2 s.
//
// A sentinel's machine does not fail here, and to answer takes it no time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/network/mailbox.h"
#include "models/redis/redis_message.h"
#include "models/replication/suspicion.h"
#include "sim/rng.h"
#include "sim/timer.h"

namespace models {

class Redis;

class Sentinel final : sim::Event {
public:
    Sentinel(Redis& redis, std::uint32_t number, const std::string& name);

    void start();
    void stop() { timer_.stop(); }

    PlaceId place() const { return inbox_.place(); }
    Mailbox<RedisMessage>& inbox() { return inbox_; }
    // Whom it names to clients, and since which epoch.
    std::uint32_t master() const { return master_; }
    Term config_epoch() const { return config_epoch_; }

private:
    using Kind = RedisMessage::Kind;
    enum class Stage : std::uint8_t { none, standing, promoting };

    struct Watched {
        Suspicion heard;
        bool is_closed = false;
        std::uint64_t offset = 0;
        std::uint32_t follows = 0;
        sim::Time follows_since{};
    };
    struct Other {
        bool says_down = false;
        std::optional<sim::Time> told_at;
    };

    void fire() override;
    void look();
    void ping(std::uint32_t member);
    bool is_down(const Watched& watched) const;
    bool is_agreed() const;
    void ask_others(bool for_a_vote);
    void correct(std::uint32_t member);

    void take(const RedisMessage& message);
    void answer(const RedisMessage& question);
    void told(const RedisMessage& message);
    void heard(const RedisMessage& pong);
    void learn(std::uint32_t master, Term since);

    void stand();
    void go_on();
    void promote();
    std::optional<std::uint32_t> best_replica() const;
    void give_up();

    void send_member(std::uint32_t member, RedisMessage message);
    void send_others(const RedisMessage& message);
    RedisMessage message(Kind kind) const;
    sim::Time now() const { return timer_.scheduler().now(); }

    Redis& redis_;
    std::uint32_t number_;
    Mailbox<RedisMessage> inbox_;
    Sender sender_;
    sim::Draws draws_;
    sim::Timer timer_;
    std::vector<Watched> watched_;  // by member
    std::vector<Other> others_;     // by sentinel
    std::uint32_t master_ = 0;
    Term config_epoch_ = 0;
    Ballot ballot_;
    std::optional<sim::Time> asked_at_;
    std::optional<sim::Time> hello_at_;

    Stage stage_ = Stage::none;
    std::optional<sim::Time> failover_at_;  // when one was begun last, here or by whom it voted for
    Term failover_epoch_ = 0;
    std::optional<Poll> poll_;
    std::uint32_t promoted_ = 0;
};

}  // namespace models
