// The nodes `redis_pubsub` and `redis_subscribers`: models/pubsub/redis_pubsub.h, subscribers.h.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <string>

#include "tests/support/play.h"

namespace {

// 100 messages a second for 40 s, to three subscribers that need so long for each.
std::string news(const std::string& time, const std::string& redis = "",
                 const std::string& more = "") {
    return fmt::format(R"({{"run": {{"measure": "60s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "100/s", "arrivals": "constant", "calls": "app.go",
            "stages": [{{"target": "100/s", "duration": "40s"}}, {{"target": "0/s", "duration": "0s"}},
                       {{"target": "0/s", "duration": "1h"}}]}},
        "app": {{"kind": "server", "threads": 100, "endpoints": {{"go": [{{"publish": "redis.news"}}]}}}},
        "redis": {{"kind": "redis_pubsub", "channels": ["news"]{}}},
        "feed": {{"kind": "redis_subscribers", "channel": "redis.news", "handler": "screen.show"}},
        "screen": {{"kind": "server", "replicas": 3, "threads": 10,
                    "endpoints": {{"show": [{{"wait": "{}"}}]}}}}}}{}}})",
                       redis, time, more);
}

double of_redis(const sim::Recording& run, const std::string& name) {
    return support::measure(run, "redis", name);
}
double of_feed(const sim::Recording& run, const std::string& name) {
    return support::measure(run, "feed", name);
}
// All that was sent to subscribers was read, or has gone with a connection.
void check_conserved(const sim::Recording& run) {
    CHECK(of_redis(run, "deliveries") == of_feed(run, "received") + of_feed(run, "lost_unread") +
                                             of_redis(run, "lost_in_buffers"));
}

}  // namespace

TEST_CASE("all who are subscribed get each message, and one who is away misses what comes then") {
    const auto all = support::play(news("1ms"));
    CHECK(of_redis(all, "published") >= 3999);
    CHECK(of_feed(all, "handled") == 3 * of_redis(all, "published"));
    check_conserved(all);
    const auto away = support::play(
        news("1ms", "", R"(, "failures": [{"kind": "crash", "target": "screen[1]", "at": "20.005s",
                                           "lasts": "10s"}])"));
    const double missed = 3 * of_redis(away, "published") - of_feed(away, "received");
    CHECK(missed == doctest::Approx(1000).epsilon(0.002));
    CHECK(of_redis(away, "without_receivers") == 0);
    check_conserved(away);
}

TEST_CASE("a message for which nobody is subscribed is gone") {
    const auto run = support::play(
        news("1ms", "", R"(, "failures": [{"kind": "crash", "target": "screen", "instances": 3,
                                           "at": "0s", "lasts": "20.005s"}])"));
    CHECK(of_redis(run, "without_receivers") == doctest::Approx(2000).epsilon(0.002));
    CHECK(of_feed(run, "received") ==
          3 * (of_redis(run, "published") - of_redis(run, "without_receivers")));
}

TEST_CASE("PUBLISH takes the thread for the command and for each subscriber") {
    const auto run =
        support::play(news("1ms", R"(, "command_time": "2ms", "delivery_time": "1ms")"));
    // 2 ms and 3 * 1 ms, every 10 ms.
    CHECK(of_redis(run, "publish_time") == doctest::Approx(0.005).epsilon(0.01));
    CHECK(support::node(run, "redis").utilisation == doctest::Approx(0.5 * 40 / 60).epsilon(0.01));
}

TEST_CASE("a subscriber that reads too slowly is disconnected by the limits of its output buffer") {
    // 50 a second too many of 1088 bytes each: 54,400 bytes/s and subscriber. The first 100,000
    // bytes wait in the socket; 1,000,000 more are reached after 20 s, 500,000 after 11 s.
    const std::string socket =
        R"(, "socket_buffer": "100KiB", "output_buffer_hard_limit": "1000KiB")";
    const auto hard =
        support::play(news("20ms", socket + R"(, "output_buffer_soft_limit": "1000KiB")"));
    CHECK(of_redis(hard, "slow_subscribers_disconnected") == 3);
    CHECK(of_redis(hard, "output_buffer_peak") == doctest::Approx(1024000).epsilon(0.002));
    CHECK(of_redis(hard, "lost_in_buffers") > 0);
    CHECK(of_feed(hard, "lost_connections") == 3);
    const auto soft = support::play(news("20ms", socket + R"(, "output_buffer_soft_limit": "500KiB",
                                                  "output_buffer_soft_time": "1s")"));
    // After 12 s, and again 1 s and as long later.
    CHECK(of_redis(soft, "slow_subscribers_disconnected") >= 6);
    CHECK(of_redis(soft, "output_buffer_peak") < 600000);
    const auto patient =
        support::play(news("20ms", socket + R"(, "output_buffer_soft_limit": "500KiB",
                                                  "output_buffer_soft_time": "30s")"));
    CHECK(of_redis(patient, "slow_subscribers_disconnected") == 3);
    const auto large = support::play(news("20ms", R"(, "socket_buffer": "64MiB")"));
    CHECK(of_redis(large, "output_buffer_peak") == 0);
    CHECK(of_redis(large, "slow_subscribers_disconnected") == 0);
    const auto small = support::play(news("20ms", R"(, "socket_buffer": "1KiB")"));
    CHECK(of_redis(small, "output_buffer_peak") > 1000000);
}

TEST_CASE("a server that crashes forgets who is subscribed, and they come back") {
    const auto crash = [](const std::string& interval) {
        return support::play(
            news("1ms", R"(, "price": "$36/h", "reconnect_interval": ")" + interval + "\"",
                 R"(, "failures": [{"kind": "crash", "target": "redis", "instances": 1,
                                    "at": "20s", "lasts": "5s"}])"));
    };
    const auto soon = crash("100ms");
    // 500 that were published meanwhile failed.
    CHECK(support::node(soon, "clients").totals.of(sim::Outcome::failed) ==
          doctest::Approx(500).epsilon(0.05));
    CHECK(of_feed(soon, "handled") == doctest::Approx(3 * 3500).epsilon(0.01));
    CHECK(support::node(soon, "redis").cost_usd == doctest::Approx(0.6));
    // Nobody is there for 5 s more.
    const auto late = crash("10s");
    CHECK(of_feed(late, "handled") == doctest::Approx(3 * 3000).epsilon(0.01));
}

TEST_CASE("a local copy that is deleted when its item changes is not old") {
    const auto stale = [](const std::string& evicts) {
        const auto run = support::play(R"({"run": {"measure": "60s"}, "nodes": {
            "readers": {"kind": "open_loop", "rate": "100/s", "calls": "app.read",
                        "population": {"keys": {"kind": "uniform", "count": 20}}},
            "editors": {"kind": "open_loop", "rate": "2/s", "calls": [{"to": "app.edit", "writes": "100%"}],
                        "population": {"keys": {"kind": "uniform", "count": 20}}},
            "app": {"kind": "server", "replicas": 4, "cores": 4, "balancer": "random", "endpoints": {
                "read": [{"call": "local"}],
                "edit": [{"call": "local"}, {"publish": "redis.changed"}],
                "forget": [{"call": "local.del"}]}},
            "redis": {"kind": "redis_pubsub", "channels": ["changed"]},
            "changes": {"kind": "redis_subscribers", "channel": "redis.changed", "handler": "app.forget"},
            "local": {"kind": "cache", "placement": "local", "instances": 4, "calls": "db", "ttl": "30s",
                      "stale_sets": "lease", "commands": {"del": {"evicts": )" +
                                       evicts + R"(}}},
            "db": {"kind": "database", "service_time": "5ms"}}})");
        return support::measure(run, "local", "stale_reads");
    };
    CHECK(stale("true") < 0.05 * stale("false"));
    CHECK(stale("false") > 1000);
}
