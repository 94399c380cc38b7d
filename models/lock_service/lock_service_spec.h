// What can be said of a lock service.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/abilities.h"
#include "models/prices/instance_price.h"
#include "models/spec/declaration/spec.h"

namespace models {

struct LockServiceSpec {
    static constexpr std::string_view kind = "lock_service";
    static constexpr std::string_view doc =
        "A lock service (ZooKeeper, etcd, Chubby): members that keep one log of who holds which "
        "lock, and elect who leads. A lock is held under a lease with a fencing token; steps of "
        "servers take it (`lock`).";
    std::uint32_t members = 3;
    sim::Duration lease = std::chrono::seconds(10);
    sim::Duration operation_time = std::chrono::microseconds(50);
    sim::Duration heartbeat_interval = std::chrono::milliseconds(100);
    sim::Duration election_timeout = std::chrono::seconds(1);
    std::optional<spec::MentionRef> discover_via;
    InstancePrice price{};

    std::uint32_t instance_count() const { return members; }
    Abilities suffers() const;
    std::vector<std::string> roles() const;
    void check(spec::Check& check) const {
        check.that(heartbeat_interval < election_timeout, "heartbeat_interval",
                   "a leader that is heard of no sooner than it is missed",
                   "make it less than \"election_timeout\"; etcd has a tenth");
    }

    static constexpr auto params() {
        using namespace spec;
        using Spec = LockServiceSpec;
        return std::tuple{
            param("members", &Spec::members, at_least(1u), at_most(101u),
                  "Number of members. A majority (quorum) must have each log entry, and elects the "
                  "leader."),
            param("lease", &Spec::lease, at_least(sim::Duration(std::chrono::milliseconds(1))),
                  "Lease: how long a lock is held from its grant unless released; then the next "
                  "waiter gets it. A new leader renews all leases."),
            param("operation_time", &Spec::operation_time, at_least(sim::Duration::zero()),
                  "Time of a member's single thread for a lock or a release."),
            param("heartbeat_interval", &Spec::heartbeat_interval,
                  at_least(sim::Duration(std::chrono::milliseconds(1))),
                  "Interval between two heartbeats of the leader to each follower."),
            param("election_timeout", &Spec::election_timeout,
                  at_least(sim::Duration(std::chrono::milliseconds(1))),
                  "How long a member hears nothing of a leader before it stands for election, "
                  "randomized up to twice this. A leader that reaches no majority for so long "
                  "steps down."),
            param(
                "discover_via", &Spec::discover_via,
                "Registry by which members find one another: a `headless_service` for discovery "
                "by DNS (etcd's --discovery-srv, EventStoreDB's --discover-via-dns). Nobody leads "
                "until a majority has found one another. Without it each knows all from the "
                "start, and the first member leads."),
            param("price", &Spec::price,
                  "Price of each member by time, or its size in `prices.sizes`. Without it, that "
                  "of `instance_hours`.")};
    }
};

}  // namespace models
