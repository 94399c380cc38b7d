// The nodes `rabbitmq` and `consumers`: models/queue_broker/rabbitmq.h, consumers.h.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <string>

#include "tests/support/play.h"

namespace {

// A thousand messages in ten seconds, to a consumer that needs 20 ms for each, and that is down
// from 5 s to 10 s.
std::string with_crash(const std::string& acknowledge) {
    return fmt::format(R"({{"run": {{"measure": "60s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "100/s", "arrivals": "constant", "calls": "app.go",
            "stages": [{{"target": "100/s", "duration": "10s"}}, {{"target": "0/s", "duration": "0s"}},
                       {{"target": "0/s", "duration": "1h"}}]}},
        "app": {{"kind": "server", "threads": 100, "endpoints": {{"go": [{{"publish": "rabbit.q"}}]}}}},
        "rabbit": {{"kind": "rabbitmq", "queues": {{"q": {{}}}}}},
        "consumers": {{"kind": "consumers", "queue": "rabbit.q", "handler": "worker.work",
                       "prefetch": 10, "acknowledge": "{}"}},
        "worker": {{"kind": "server", "endpoints": {{"work": [{{"wait": "20ms"}}]}}}}}},
        "failures": [{{"kind": "crash", "target": "worker", "instances": 1, "at": "5s",
                       "lasts": "5s"}}]}})",
                       acknowledge);
}

double of_rabbit(const sim::Recording& run, const std::string& name) {
    return support::measure(run, "rabbit", name);
}
double of_consumers(const sim::Recording& run, const std::string& name) {
    return support::measure(run, "consumers", name);
}

}  // namespace

TEST_CASE("a consumer that acknowledges what it has handled loses nothing when it dies") {
    const auto run = support::play(with_crash("after"));
    const double published = of_rabbit(run, "published");
    CHECK(published >= 999);
    // It had its prefetch, and one of these in its hands.
    CHECK(of_rabbit(run, "redelivered") == 10);
    CHECK(of_consumers(run, "handled") == published);
    CHECK(of_consumers(run, "handled_again") == 0);
    CHECK(of_rabbit(run, "acknowledged") == published);
}

TEST_CASE("a consumer that acknowledges before it handles loses the one that it has in its hands") {
    const auto run = support::play(with_crash("before"));
    const double published = of_rabbit(run, "published");
    // The acknowledged one made room for another.
    CHECK(of_rabbit(run, "redelivered") == 10);
    CHECK(of_consumers(run, "handled") == published - 1);
    CHECK(of_rabbit(run, "acknowledged") == published);
}

TEST_CASE("without acknowledgements a consumer's death loses all that was sent to it") {
    const auto run = support::play(with_crash("automatic"));
    const double published = of_rabbit(run, "published");
    CHECK(of_rabbit(run, "redelivered") == 0);
    CHECK(of_rabbit(run, "acknowledged") == published);
    // 500 were sent in 5 s, and 250 handled.
    CHECK(of_consumers(run, "handled") == doctest::Approx(published - 250).epsilon(0.01));
}

TEST_CASE("what a handler fails on is rejected, or comes back until it is taken") {
    const auto scenario = [](const std::string& on_failure) {
        return R"({"run": {"measure": "20s"}, "nodes": {
            "clients": {"kind": "open_loop", "rate": "50/s", "calls": "app.go",
                "stages": [{"target": "50/s", "duration": "10s"}, {"target": "0/s", "duration": "0s"},
                           {"target": "0/s", "duration": "1h"}]},
            "app": {"kind": "server", "threads": 100, "endpoints": {"go": [
                {"publish": "rabbit.orders", "routing_key": "order.created"}]}},
            "rabbit": {"kind": "rabbitmq", "exchanges": {"orders": {"type": "topic"}},
                "queues": {"q": {"bindings": [{"exchange": "orders", "key": "order.#"}],
                                 "dead_letter_exchange": "", "dead_letter_routing_key": "dead"},
                           "dead": {}}},
            "consumers": {"kind": "consumers", "queue": "rabbit.q", "handler": "worker.work",
                          "prefetch": 1, "on_failure": ")" +
               on_failure + R"("},
            "worker": {"kind": "server", "endpoints": {"work": [{"wait": "1ms"}, {"fail": "50%"}]}}}})";
    };
    const auto rejected = support::play(scenario("reject"));
    const double failures = of_consumers(rejected, "failed_attempts");
    CHECK(failures > 0);
    CHECK(of_rabbit(rejected, "dead_lettered_rejected") == failures);
    CHECK(of_rabbit(rejected, "ready") == failures);
    CHECK(of_consumers(rejected, "handled") == of_rabbit(rejected, "published") - failures);
    const auto requeued = support::play(scenario("requeue"));
    CHECK(of_consumers(requeued, "handled") == of_rabbit(requeued, "published"));
    CHECK(of_consumers(requeued, "requeued") == of_rabbit(requeued, "redelivered"));
    // Each is tried until it is done, at 50 %: once more on average; 3 sigma of 500 are 95.
    CHECK(of_rabbit(requeued, "redelivered") == doctest::Approx(500).epsilon(0.25));
}

TEST_CASE("a mandatory message without a queue fails its request, another is dropped") {
    const auto scenario = [](const std::string& mandatory) {
        return R"({"run": {"measure": "10s"}, "nodes": {
            "clients": {"kind": "open_loop", "rate": "50/s", "calls": "app.go"},
            "app": {"kind": "server", "threads": 100, "endpoints": {"go": [
                {"publish": "rabbit.orders", "routing_key": "unbound", "mandatory": )" +
               mandatory + R"(}]}},
            "rabbit": {"kind": "rabbitmq", "exchanges": {"orders": {}}, "queues": {"q": {}}}}})";
    };
    const auto dropped = support::play(scenario("false"));
    CHECK(of_rabbit(dropped, "unroutable") == of_rabbit(dropped, "published"));
    CHECK(support::node(dropped, "clients").totals.of(sim::Outcome::failed) == 0);
    const auto returned = support::play(scenario("true"));
    CHECK(of_rabbit(returned, "returned") == of_rabbit(returned, "published"));
    CHECK(support::node(returned, "clients").totals.of(sim::Outcome::succeeded) == 0);
}
