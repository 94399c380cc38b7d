// What nodes of a Redis Cluster, or sentinels and those they watch, tell each other.
//
// A pong here says what Redis tells in several ways: PONG, INFO and the header of the cluster bus.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/replication/election.h"

namespace models {

struct RedisMessage {
    enum class Kind : std::uint8_t {
        ping,
        pong,
        closed,        // the connection: its process is gone, and the kernel says so
        replica_of,    // be a replica of `about`; of yourself: be a master
        failed,        // `about` has
        update,        // `about` is the master of `shard`, and has been since `config_epoch`
        vote_request,  // of a replica, or a sentinel, that stands in `epoch`
        vote,
        is_down,  // a sentinel asks another about the master; with a `candidate` also for a vote
        told,     // and is told
        hello,    // of a sentinel: what it takes to be the master
    };

    Kind kind{};
    std::uint32_t from = 0;   // the number of a member, or of a sentinel
    std::uint32_t shard = 0;  // of the sender
    std::uint32_t about = 0;  // a member; in pings and pongs whom the sender takes for its master
    Term epoch = 0;           // the highest that the sender knows of
    Term config_epoch = 0;    // in which `about` became a master
    std::uint64_t offset = 0;
    bool is_down = false;
    std::optional<Voter> candidate;
    // Whom the sender takes to have failed, possibly or for sure; null: nobody.
    std::shared_ptr<const std::vector<std::uint32_t>> suspects;
};

inline constexpr std::uint32_t kRedisMessageBytes = 200;

}  // namespace models
