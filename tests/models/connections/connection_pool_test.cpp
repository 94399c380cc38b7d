// Connections as HikariCP keeps them (HikariPool.java): filled up to minimum_idle, opened while
// callers wait, tried again after 10 ms and then twice that, closed when nobody uses them.
#include "models/connections/connection_pool.h"
#include "models/causes.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/connections/connection_limit.h"
#include "sim/sleep.h"
#include "sim/task_group.h"
#include "tests/support/block_world.h"

using namespace std::chrono_literals;
using models::ConnectionLimit;
using models::ConnectionPool;
using models::ConnectionPoolSpec;

namespace {

// Opening one takes 10 ms, nobody waits longer than a second.
struct Pooled {
    explicit Pooled(std::uint32_t most, std::uint32_t idle,
                    std::optional<std::uint32_t> accepted = std::nullopt)
        : limit(accepted), pool(small.context, spec_of(most, idle), &limit) {}
    ~Pooled() {
        tasks.dismiss();
        pool.dismiss();
    }

    static ConnectionPoolSpec spec_of(std::uint32_t most, std::uint32_t idle) {
        ConnectionPoolSpec spec;
        spec.maximum_pool_size = most;
        spec.minimum_idle = idle;
        spec.connection_timeout = 1s;
        spec.idle_timeout = 10s;
        spec.connect_time = 10ms;
        return spec;
    }

    sim::Task<void> use(sim::Duration time) {
        const sim::Permit connection = co_await pool.take();
        const auto now = small.scheduler.now().time_since_epoch() / 1ms;
        log.push_back(std::to_string(now) + (connection ? " has one" : " timed out"));
        if (connection) co_await sim::sleep(small.scheduler, time);
    }
    void go_to(sim::Duration time) { small.scheduler.run_until(sim::Time(time)); }

    support::BlockWorld small;
    ConnectionLimit limit;
    ConnectionPool pool;
    sim::TaskGroup tasks;
    std::vector<std::string> log;
};

using Log = std::vector<std::string>;

}  // namespace

TEST_CASE("a call waits for a connection until its time is over") {
    Pooled at(2, 2);
    at.pool.open(true);
    CHECK(at.pool.connections() == 2);
    for (int i = 0; i < 3; ++i) at.tasks.run(at.use(3s));
    at.tasks.run(at.use(3s));
    CHECK(at.pool.waiting() == 2);
    at.go_to(2s);
    CHECK(at.log == Log{"0 has one", "0 has one", "1000 timed out", "1000 timed out"});
    CHECK(at.pool.waiting_peak() == 2);
}

TEST_CASE("connections are opened one after another for those who wait, up to the most") {
    Pooled at(2, 0);
    at.pool.open(false);
    CHECK(at.pool.connections() == 0);
    for (int i = 0; i < 3; ++i) at.tasks.run(at.use(50ms));
    at.go_to(1s);
    // The third has what the first gives back.
    CHECK(at.log == Log{"10 has one", "20 has one", "60 has one"});
    CHECK(at.pool.connections() == 2);
}

TEST_CASE("one that is refused is tried again after 10 ms, then 20, then 40") {
    Pooled at(1, 0, 1);
    REQUIRE(at.limit.open());  // somebody else has the only one
    at.pool.open(false);
    at.tasks.run(at.use(50ms));
    at.go_to(119ms);
    // At 10, 30 (10 later, and 10 to open), 60 and 110.
    CHECK(at.limit.refused() == 4);
    at.limit.close(1);
    at.go_to(2s);
    CHECK(at.log == Log{"200 has one"});
}

TEST_CASE("what nobody used for a whole idle_timeout is closed, down to minimum_idle") {
    Pooled at(3, 1);
    at.pool.open(true);
    for (int i = 0; i < 3; ++i) at.tasks.run(at.use(1s));
    at.go_to(5s);
    CHECK(at.pool.connections() == 3);
    at.go_to(10s);
    CHECK(at.pool.connections() == 3);  // in the first ten seconds all were in use
    at.go_to(21s);
    CHECK(at.pool.connections() == 1);
    CHECK(at.limit.open_now() == 1);
    at.pool.close();
    CHECK(at.limit.open_now() == 0);
}
