// The nodes `redis_streams` and `redis_stream_consumers`: models/redis_streams.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <string>

#include "tests/support/play.h"

namespace {

struct StreamOrders {
    std::string redis{};
    std::string stream{};
    std::string group{};
    std::string work = R"({"wait": "10ms"})";
    std::string failures{};
    std::string rate = "100/s";
};

// Entries for 40 s, and three consumers.
std::string stream_orders(const StreamOrders& plan) {
    return fmt::format(R"({{"run": {{"measure": "60s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "{0}", "arrivals": "constant", "calls": "app.go",
            "stages": [{{"target": "{0}", "duration": "40s"}}, {{"target": "0/s", "duration": "0s"}},
                       {{"target": "0/s", "duration": "1h"}}]}},
        "app": {{"kind": "server", "threads": 1000, "endpoints": {{"go": [{{"publish": "redis.orders"}}]}}}},
        "redis": {{"kind": "redis_streams", "streams": {{"orders": {{{1}}}}}{2}}},
        "group": {{"kind": "redis_stream_consumers", "stream": "redis.orders", "handler": "worker.do"{3}}},
        "worker": {{"kind": "server", "replicas": 3, "threads": 10, "endpoints": {{"do": [{4}]}}}}}},
        "failures": [{5}]}})",
                       plan.rate, plan.stream, plan.redis, plan.group, plan.work, plan.failures);
}

double of_stream_server(const sim::Recording& run, const std::string& name) {
    return support::measure(run, "redis", name);
}
double of_stream_group(const sim::Recording& run, const std::string& name) {
    return support::measure(run, "group", name);
}

// What the server has added, and what the group has written down of it.
void check_entries(const sim::Recording& run) {
    CHECK(of_stream_server(run, "published") ==
          of_stream_group(run, "handled") + of_stream_group(run, "given_up") +
              of_stream_group(run, "missed") + of_stream_group(run, "pending") +
              of_stream_group(run, "unread") + of_stream_group(run, "trimmed_unhandled") +
              of_stream_group(run, "lost_unhandled"));
}

}  // namespace

TEST_CASE("a group of a stream handles each entry once, and the stream keeps them all") {
    const auto run = support::play(stream_orders({}));
    check_entries(run);
    CHECK(of_stream_server(run, "published") >= 3999);
    CHECK(of_stream_group(run, "handled") == of_stream_server(run, "published"));
    CHECK(of_stream_group(run, "handled_again") == 0);
    CHECK(of_stream_server(run, "length") == of_stream_server(run, "published"));
    // A KiB and 32 bytes each, and no more than a few of 100 bytes that are pending.
    CHECK(of_stream_server(run, "memory_peak") ==
          doctest::Approx(of_stream_server(run, "published") * (1024 + 32)).epsilon(0.001));
    CHECK(of_stream_group(run, "age") > 0.01);
    CHECK(of_stream_group(run, "age") < 0.012);
}

// XADD and XACK take the thread for a command, and reads for another and for their entry; a read
// that waits has had its command's time.
TEST_CASE("all commands share one thread") {
    StreamOrders plan;
    plan.redis = R"(, "command_time": "1ms", "entry_time": "500us")";
    plan.work = R"({"wait": "0s"})";
    const auto run = support::play(stream_orders(plan));
    check_entries(run);
    // 100 a second of three commands and an entry, for 40 of 60 s; reads that bring nothing come
    // every 2 s of three consumers for the rest.
    CHECK(support::node(run, "redis").utilisation ==
          doctest::Approx((100 * 0.0035 * 40 + 20.0 / 2 * 3 * 0.001) / 60).epsilon(0.02));
    CHECK(of_stream_server(run, "publish_time") == doctest::Approx(0.001).epsilon(0.3));
}

TEST_CASE("what a consumer had when it died is delivered again: to it, or to who claims it") {
    StreamOrders plan;
    plan.rate = "200/s";
    plan.failures = R"({"kind": "crash", "target": "worker[1]", "at": "20.005s", "lasts": "10s"})";
    plan.group = R"(, "min_idle_time": "1min")";
    const auto back = support::play(stream_orders(plan));
    check_entries(back);
    CHECK(of_stream_group(back, "handled") == of_stream_server(back, "published"));
    CHECK(of_stream_group(back, "claimed") == 0);
    // The entries of one read at most, which were handled ten seconds later.
    plan.group = R"(, "min_idle_time": "3s", "claim_interval": "1s")";
    const auto claimed = support::play(stream_orders(plan));
    check_entries(claimed);
    CHECK(of_stream_group(claimed, "handled") == of_stream_server(claimed, "published"));
    CHECK(of_stream_group(claimed, "claimed") >= 1);
    CHECK(of_stream_group(claimed, "claimed") <= 10);
    // Nobody reads them again: they stay pending.
    plan.group = R"(, "min_idle_time": "1h", "reads_pending": false)";
    const auto left = support::play(stream_orders(plan));
    check_entries(left);
    CHECK(of_stream_group(left, "pending") >= 1);
    CHECK(of_stream_group(left, "pending") <= 10);
    // At most once: they are gone.
    plan.group = R"(, "noack": true)";
    const auto once = support::play(stream_orders(plan));
    check_entries(once);
    CHECK(of_stream_group(once, "missed") == of_stream_group(left, "pending"));
    CHECK(of_stream_group(once, "handled_again") == 0);
}

TEST_CASE("who claims what another is still at work with has it handled twice") {
    StreamOrders plan;
    plan.rate = "2/s";
    plan.work = R"({"wait": "1200ms"})";
    plan.group = R"(, "min_idle_time": "500ms", "claim_interval": "100ms")";
    const auto run = support::play(stream_orders(plan));
    check_entries(run);
    CHECK(of_stream_group(run, "handled_again") > 5);
    plan.group = R"(, "min_idle_time": "10s", "claim_interval": "100ms", "count": 1)";
    const auto patient = support::play(stream_orders(plan));
    check_entries(patient);
    CHECK(of_stream_group(patient, "handled_again") == 0);
}

TEST_CASE("what fails is pending, is claimed, and is given up after so many deliveries") {
    StreamOrders plan;
    plan.rate = "5/s";
    plan.work = R"({"fail": "100%"})";
    plan.group = R"(, "min_idle_time": "1s", "claim_interval": "500ms", "max_deliveries": 3)";
    const auto run = support::play(stream_orders(plan));
    check_entries(run);
    CHECK(of_stream_group(run, "given_up") == of_stream_server(run, "published"));
    CHECK(of_stream_group(run, "failed_attempts") == 3 * of_stream_server(run, "published"));
    plan.group = R"(, "min_idle_time": "1s", "claim_interval": "500ms")";
    const auto ever = support::play(stream_orders(plan));
    check_entries(ever);
    CHECK(of_stream_group(ever, "pending") == of_stream_server(ever, "published"));
}

TEST_CASE("consumers that are too slow lose what MAXLEN takes away") {
    StreamOrders plan;
    // Three consumers do 60 a second, of 100 that come: 1,600 are behind after 40 s.
    plan.work = R"({"wait": "50ms"})";
    plan.group = R"(, "count": 1)";
    plan.stream = R"("maxlen": 500, "approximate": false)";
    const auto run = support::play(stream_orders(plan));
    check_entries(run);
    CHECK(of_stream_server(run, "trimmed") == of_stream_server(run, "published") - 500);
    CHECK(of_stream_group(run, "trimmed_unhandled") ==
          doctest::Approx(40 * 40 - 500).epsilon(0.03));
    CHECK(of_stream_server(run, "length") == 500);
    plan.stream = "";
    const auto unbounded = support::play(stream_orders(plan));
    check_entries(unbounded);
    CHECK(of_stream_group(unbounded, "trimmed_unhandled") == 0);
    CHECK(of_stream_group(unbounded, "unread") ==
          doctest::Approx(40 * 100 - 60 * 60).epsilon(0.05));
}

TEST_CASE("a full server refuses XADD, and publishers are told") {
    StreamOrders plan;
    plan.redis = R"(, "maxmemory": "1MiB")";
    const auto run = support::play(stream_orders(plan));
    check_entries(run);
    // A thousand entries of 1,056 bytes are a little more.
    CHECK(of_stream_server(run, "published") == doctest::Approx(1048576.0 / 1056).epsilon(0.01));
    CHECK(of_stream_server(run, "out_of_memory") + of_stream_server(run, "published") >= 3999);
    const sim::Totals& users = support::node(run, "clients").totals;
    CHECK(static_cast<double>(users.of(sim::Outcome::failed)) ==
          of_stream_server(run, "out_of_memory"));
}

TEST_CASE("a crash takes all that is not in a file") {
    StreamOrders plan;
    plan.work = R"({"wait": "50ms"})";
    plan.group = R"(, "count": 1)";
    plan.failures = R"({"kind": "crash", "target": "redis", "at": "20.005s", "lasts": "2s"})";
    const auto lost = support::play(stream_orders(plan));
    check_entries(lost);
    CHECK(of_stream_server(lost, "lost") == doctest::Approx(2000).epsilon(0.01));
    // 60 a second were handled of 100; consumers have one each in their hands.
    CHECK(of_stream_group(lost, "lost_unhandled") == doctest::Approx(800).epsilon(0.03));
    CHECK(of_stream_group(lost, "lost_connections") > 0);
    plan.redis = R"(, "appendonly": true)";
    const auto kept = support::play(stream_orders(plan));
    check_entries(kept);
    CHECK(of_stream_server(kept, "lost") == 0);
    CHECK(of_stream_group(kept, "lost_unhandled") == 0);
    CHECK(of_stream_group(kept, "handled") > of_stream_group(lost, "handled"));
}
