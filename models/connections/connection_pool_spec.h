// A pool of connections to another node, in HikariCP's terms; see connection_pool.h.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <tuple>

#include "models/spec/declaration/spec.h"

namespace models {

struct ConnectionPoolSpec {
    static constexpr std::string_view name = "connection_pool";
    static constexpr std::string_view doc =
        "Each instance's connections to another node; every call to that node holds one.";
    spec::MentionRef to;
    std::uint32_t maximum_pool_size = 10;
    std::optional<std::uint32_t> minimum_idle;
    sim::Duration connection_timeout = std::chrono::seconds(30);
    sim::Duration idle_timeout = std::chrono::minutes(10);
    sim::Duration connect_time = std::chrono::milliseconds(10);
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("to", &ConnectionPoolSpec::to, "The node that the connections lead to."),
            param("maximum_pool_size", &ConnectionPoolSpec::maximum_pool_size, at_least(1u),
                  at_most(100000u),
                  "Most connections of each instance; further calls wait for one."),
            param("minimum_idle", &ConnectionPoolSpec::minimum_idle, at_most(100000u),
                  "Connections kept open even when idle. Without it, maximum_pool_size."),
            param("connection_timeout", &ConnectionPoolSpec::connection_timeout,
                  above(sim::Duration::zero()),
                  "How long a call waits for a connection before it fails."),
            param("idle_timeout", &ConnectionPoolSpec::idle_timeout, above(sim::Duration::zero()),
                  "How long an idle connection beyond minimum_idle is kept."),
            param("connect_time", &ConnectionPoolSpec::connect_time,
                  at_least(sim::Duration::zero()), "Time to open a connection.")};
    }
};

}  // namespace models
