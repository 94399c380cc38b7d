// What can be said of a connection pooler, in PgBouncer's words; see pgbouncer.h.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/abilities.h"
#include "models/prices/instance_price.h"
#include "models/spec/declaration/spec.h"
#include "models/times.h"

namespace models {

enum class PoolMode { session, transaction, statement };
constexpr auto names_of(PoolMode) {
    return std::array{
        spec::Word{"session", PoolMode::session,
                   "Session pooling: a client connection holds a server connection for as long as "
                   "it is open."},
        spec::Word{"transaction", PoolMode::transaction,
                   "Transaction pooling: held from the first to the last statement of a "
                   "transaction (RDS Proxy, ProxySQL's multiplexing)."},
        spec::Word{
            "statement", PoolMode::statement,
            "Statement pooling: held for one statement; there are no transactions of several."}};
}

struct PgbouncerSpec {
    static constexpr std::string_view kind = "pgbouncer";
    static constexpr std::string_view doc =
        "PgBouncer, a connection pooler: multiplexes many client connections onto few server "
        "connections of a database.";
    spec::CallRef of;
    spec::Distribution<sim::Duration> latency;
    PoolMode pool_mode = PoolMode::session;
    std::uint32_t max_client_conn = 100;
    std::uint32_t default_pool_size = 20;
    std::uint32_t min_pool_size = 0;
    std::uint32_t reserve_pool_size = 0;
    sim::Duration reserve_pool_timeout = std::chrono::seconds(5);
    sim::Duration query_wait_timeout = std::chrono::seconds(120);
    sim::Duration server_idle_timeout = std::chrono::minutes(10);
    sim::Duration server_connect_time = std::chrono::milliseconds(10);
    std::uint32_t statements = 1;
    Times between_statements;
    Times work;
    InstancePrice price{};
    static constexpr auto params() {
        using namespace spec;
        using Spec = PgbouncerSpec;
        constexpr auto none = at_least(sim::Duration::zero());
        constexpr auto some = above(sim::Duration::zero());
        return std::tuple{
            required("of", &Spec::of, "The database behind the pooler."),
            param("latency", &Spec::latency,
                  "The network to the database, one way, instead of the links there."),
            param("pool_mode", &Spec::pool_mode,
                  "How long a client holds a server connection: for its session, a transaction or "
                  "one statement."),
            param(
                "max_client_conn", &Spec::max_client_conn, at_least(1u), at_most(10000000u),
                "Client connections that all callers' pools together may open; more are refused."),
            param("default_pool_size", &Spec::default_pool_size, at_least(1u), at_most(100000u),
                  "Server connections: how many the pooler opens to the database."),
            param("min_pool_size", &Spec::min_pool_size, at_most(100000u),
                  "Server connections that are kept open even when idle."),
            param("reserve_pool_size", &Spec::reserve_pool_size, at_most(100000u),
                  "Extra server connections, opened when a call has waited for longer than "
                  "reserve_pool_timeout."),
            param("reserve_pool_timeout", &Spec::reserve_pool_timeout, some,
                  "How long a call waits for a server connection before the reserve pool is used."),
            param("query_wait_timeout", &Spec::query_wait_timeout, some,
                  "How long a call waits for a server connection before it fails."),
            param("server_idle_timeout", &Spec::server_idle_timeout, some,
                  "How long a server connection may be idle before it is closed."),
            param("server_connect_time", &Spec::server_connect_time, none,
                  "Time to open a server connection."),
            param("statements", &Spec::statements, at_least(1u), at_most(1000u),
                  "Statements of each transaction. Each call is one transaction; its last "
                  "statement commits it."),
            param("between_statements", &Spec::between_statements,
                  "Time the caller spends between two statements of a transaction (idle in "
                  "transaction)."),
            param("work", &Spec::work, "Time of the pooler's single thread for each statement."),
            param("price", &Spec::price,
                  "Price of the pooler by time, or its size in `prices.sizes`. Without it, that of "
                  "`instance_hours`.")};
    }
    std::uint32_t instance_count() const { return 1; }
    Abilities suffers() const;
    std::vector<std::string> endpoint_names() const { return {}; }  // the database's
    std::string_view no_transactions() const {
        if (pool_mode != PoolMode::statement) return {};
        return "pools by statement, which allows no transactions of several";
    }
    spec::Around around() const { return around_way(latency); }
    void check(spec::Check& check) const {
        check.that(min_pool_size <= default_pool_size, "min_pool_size",
                   "more than there are connections at all", "give a larger default_pool_size");
        check.that(pool_mode != PoolMode::statement || statements == 1, "statements",
                   "with pool_mode \"statement\" a transaction has one statement, PgBouncer "
                   "disconnects who begins a longer one",
                   "use pool_mode \"transaction\"");
    }
};

}  // namespace models
