// What can be said of a ZooKeeper ensemble that lists instances; see zookeeper.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/abilities.h"
#include "models/spec/declaration/spec.h"

namespace models {

struct ZooKeeperSpec {
    static constexpr std::string_view kind = "zookeeper";
    static constexpr std::string_view doc =
        "A ZooKeeper ensemble as a registry: each instance has a session and an ephemeral node, "
        "and balancers with this `registry` watch the list. Without a quorum nothing is "
        "registered, and callers go on by the list that they have.";
    std::uint32_t servers = 3;
    sim::Duration tick_time = std::chrono::seconds(2);
    sim::Duration session_timeout = std::chrono::seconds(30);
    std::uint32_t sync_limit = 5;

    std::uint32_t instance_count() const { return servers; }
    Abilities suffers() const;
    std::vector<std::string> roles() const;
    // A third: a client that hears nothing for another third tries the next server (ClientCnxn).
    sim::Duration ping_interval() const { return session_timeout / 3; }
    void check(spec::Check& check) const {
        check.that(session_timeout >= 2 * tick_time && session_timeout <= 20 * tick_time,
                   "session_timeout",
                   "a server grants sessions of 2 to 20 ticks (minSessionTimeout, "
                   "maxSessionTimeout)",
                   "change it, or \"tick_time\"");
    }
    static constexpr auto params() {
        using namespace spec;
        using Spec = ZooKeeperSpec;
        return std::tuple{
            param("servers", &Spec::servers, at_least(1u), at_most(101u),
                  "Servers of the ensemble. More than half of all must be up and reach one "
                  "another (quorum) for any change of the list."),
            param("tick_time", &Spec::tick_time,
                  at_least(sim::Duration(std::chrono::milliseconds(10))),
                  "Tick (tickTime): the leader pings followers each half of one, and looks for "
                  "sessions that have expired at each."),
            param("session_timeout", &Spec::session_timeout,
                  at_least(sim::Duration(std::chrono::milliseconds(20))),
                  "Session timeout: how long an instance that is not heard of stays listed. It "
                  "pings at a third of that."),
            param("sync_limit", &Spec::sync_limit, at_least(1u), at_most(1000u),
                  "Ticks that a follower and its leader may not hear of each other (syncLimit); "
                  "then a new leader is elected. A process that dies is noticed at once, as its "
                  "connections close.")};
    }
};

}  // namespace models
