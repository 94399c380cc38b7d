// The nodes `sqs` and `sqs_consumers`: models/cloud_queue/sqs.h, sqs_consumers.h.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <string>
#include <vector>

#include "tests/support/play.h"

namespace {

// Fifty messages in five seconds; by default ten workers, each of which needs ten seconds for one.
std::string jobs(const std::string& queue, const std::string& consumers,
                 const std::string& more = "") {
    return fmt::format(R"({{"run": {{"measure": "5min"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "10/s", "arrivals": "constant", "calls": "app.go",
            "stages": [{{"target": "10/s", "duration": "5s"}}, {{"target": "0/s", "duration": "0s"}},
                       {{"target": "0/s", "duration": "1h"}}]}},
        "app": {{"kind": "server", "threads": 100, "endpoints": {{"go": [{{"publish": "sqs.jobs"}}]}}}},
        "sqs": {{"kind": "sqs", "queues": {{"jobs": {{{}}}, "dead": {{}}}}}},
        "consumers": {{"kind": "sqs_consumers", "queue": "sqs.jobs", "handler": "worker.work",
                       "max_number_of_messages": 1{}}},
        "worker": {{"kind": "server", "replicas": 10, "threads": 10,
                    "endpoints": {{"work": [{{"wait": "10s"}}]}}}}}}{}}})",
                       queue, consumers, more);
}

double of_sqs(const sim::Recording& run, const std::string& name) {
    return support::measure(run, "sqs", name);
}
double of_consumers(const sim::Recording& run, const std::string& name) {
    return support::measure(run, "consumers", name);
}
double there(const sim::Recording& run) {
    return of_sqs(run, "visible") + of_sqs(run, "in_flight") + of_sqs(run, "delayed");
}
void check_conserved(const sim::Recording& run) {
    CHECK(of_sqs(run, "sent") + of_sqs(run, "dead_letters") + of_sqs(run, "reappeared") ==
          of_sqs(run, "deleted") + of_sqs(run, "dead_lettered") + of_sqs(run, "expired") +
              there(run));
}

}  // namespace

TEST_CASE("a visibility timeout above the work's time makes no duplicates, one below it does") {
    const auto enough = support::play(jobs(R"("visibility_timeout": "60s")", ""));
    CHECK(of_consumers(enough, "handled") == 50);
    CHECK(of_consumers(enough, "handled_again") == 0);
    CHECK(of_sqs(enough, "received_again") == 0);
    CHECK(of_sqs(enough, "deleted") == 50);
    check_conserved(enough);
    const auto too_short = support::play(jobs(R"("visibility_timeout": "5s")", ""));
    CHECK(of_consumers(too_short, "handled_again") > 0);
    CHECK(of_sqs(too_short, "old_receipts") == of_consumers(too_short, "late_deletes"));
    CHECK(of_sqs(too_short, "old_receipts") > 0);
    check_conserved(too_short);
}

TEST_CASE("a message that many wait for is never deleted when its timeout is below its work") {
    // Received at 0 s, 5 s, 10 s ...: whoever is done has an old receipt. After four it is a dead
    // letter, though each of them has handled it.
    const auto run = support::play(
        jobs(R"("visibility_timeout": "5s", "dead_letter_queue": "dead", "max_receive_count": 4)",
             R"(, "consumers_per_instance": 50)"));
    CHECK(of_sqs(run, "received") == 200);
    CHECK(of_consumers(run, "handled") == 50);
    CHECK(of_consumers(run, "handled_again") == 150);
    CHECK(of_sqs(run, "deleted") == doctest::Approx(0).epsilon(0.01));
    CHECK(of_sqs(run, "dead_lettered") == 50);
    CHECK(of_sqs(run, "visible") == 50);
    check_conserved(run);
}

TEST_CASE("a heartbeat that extends the timeout, or a timeout of the consumer's, mends that") {
    for (const char* const each :
         {R"(, "extend_visibility": "2s")", R"(, "visibility_timeout": "60s")"}) {
        const auto run = support::play(jobs(R"("visibility_timeout": "5s")", each));
        CHECK(of_consumers(run, "handled") == 50);
        CHECK(of_consumers(run, "handled_again") == 0);
        CHECK(of_sqs(run, "deleted") == 50);
    }
}

TEST_CASE("a worker that dies leaves its message to another, or loses it when it had deleted it") {
    const std::string crash =
        R"(, "failures": [{"kind": "crash", "target": "worker[0]", "at": "7s", "lasts": "5s"}])";
    const auto after = support::play(jobs(R"("visibility_timeout": "30s")", "", crash));
    CHECK(of_sqs(after, "timed_out") == 1);
    CHECK(of_consumers(after, "handled") == 50);
    CHECK(of_consumers(after, "handled_again") == 0);
    CHECK(of_sqs(after, "deleted") == 50);
    const auto before = support::play(
        jobs(R"("visibility_timeout": "30s")", R"(, "delete_when": "before")", crash));
    CHECK(of_consumers(before, "handled") == 49);
    CHECK(of_sqs(before, "deleted") == 50);
}

TEST_CASE("long polling brings a message at once and few empty receives, short polling many") {
    const auto polls = [](const std::string& wait) {
        return support::play(R"({"run": {"measure": "100s"},
            "prices": {"date": "2026-11-23", "source": "a test",
                       "items": {"queue_requests": {"usd": 0.4}}},
            "nodes": {
            "clients": {"kind": "open_loop", "rate": "1/s", "calls": "app.go"},
            "app": {"kind": "server", "threads": 100, "endpoints": {"go": [{"publish": "sqs.jobs"}]}},
            "sqs": {"kind": "sqs", "queues": {"jobs": {}}},
            "consumers": {"kind": "sqs_consumers", "queue": "sqs.jobs", "handler": "worker.work",
                          )" +
                             wait + R"(},
            "worker": {"kind": "server", "endpoints": {"work": [{"wait": "1ms"}]}}}})");
    };
    const auto long_poll = polls(R"("wait_time": "20s")");
    const auto short_poll = polls(R"("wait_time": "0s")");
    const auto paced = polls(R"("wait_time": "0s", "poll_interval": "490ms")");
    // A poll of 20 s brings nothing with a chance of e^-20.
    CHECK(of_sqs(long_poll, "empty_receives") == 0);
    CHECK(of_sqs(long_poll, "receive_requests") <= of_sqs(long_poll, "sent") + 1);
    // A request is 10 ms: 100 a second, but for those that delete.
    CHECK(of_sqs(short_poll, "receive_requests") == doctest::Approx(9900).epsilon(0.02));
    // One each half second, but for what 100 messages take.
    CHECK(of_sqs(paced, "empty_receives") == doctest::Approx(196).epsilon(0.03));
    CHECK(of_consumers(paced, "age") > of_consumers(long_poll, "age"));
    CHECK(support::node(short_poll, "sqs").cost_usd >
          10 * support::node(long_poll, "sqs").cost_usd);
}

TEST_CASE("a request pays for each 64 KiB that it carries, and a batch is one request") {
    const auto sends = [](const std::string& publish) {
        return support::play(R"({"run": {"measure": "60s"}, "nodes": {
            "clients": {"kind": "open_loop", "rate": "100/s", "arrivals": "constant", "calls": "app.go",
                "stages": [{"target": "100/s", "duration": "10s"}, {"target": "0/s", "duration": "0s"},
                           {"target": "0/s", "duration": "1h"}]},
            "app": {"kind": "server", "threads": 500, "endpoints": {"go": [{"publish": "sqs.jobs")" +
                             publish + R"(}]}},
            "sqs": {"kind": "sqs", "queues": {"jobs": {}}}}})");
    };
    const auto small = sends("");
    CHECK(of_sqs(small, "send_requests") == of_sqs(small, "sent"));
    CHECK(of_sqs(small, "billed_requests") == of_sqs(small, "sent"));
    CHECK(of_sqs(small, "publish_time") == doctest::Approx(0.01).epsilon(0.01));  // request_time
    const auto large = sends(R"(, "record_size": "130KiB")");
    CHECK(of_sqs(large, "billed_requests") == 3 * of_sqs(large, "sent"));
    // Ten come in a tenth of a second.
    const auto batched = sends(R"(, "linger": "1s")");
    CHECK(of_sqs(batched, "sent") == of_sqs(small, "sent"));
    CHECK(of_sqs(batched, "send_requests") ==
          doctest::Approx(of_sqs(small, "sent") / 10).epsilon(0.02));
}

TEST_CASE("an answer that is lost makes a standard queue have a message twice") {
    const auto run = [](const std::string& queue) {
        return support::play(R"({"run": {"measure": "120s"}, "nodes": {
            "clients": {"kind": "open_loop", "rate": "50/s", "calls": "app.go",
                "stages": [{"target": "50/s", "duration": "60s"}, {"target": "0/s", "duration": "0s"},
                           {"target": "0/s", "duration": "1h"}]},
            "app": {"kind": "server", "threads": 500, "endpoints": {"go": [
                {"publish": "sqs.jobs", "request_timeout": "200ms"}]}},
            "sqs": {"kind": "sqs", "queues": {"jobs": {)" +
                             queue + R"(}}},
            "consumers": {"kind": "sqs_consumers", "queue": "sqs.jobs", "handler": "worker.work"},
            "worker": {"kind": "server", "threads": 10, "endpoints": {"work": [{"wait": "1ms"}]}}},
            "network": {"regions": {"r": {"zones": ["a"]}}, "same_zone": {"loss": "2%"},
                        "placement": {"app": ["a"], "sqs": ["a"], "worker": ["a"]}}})");
    };
    const auto standard = run("");
    CHECK(of_sqs(standard, "sent") > of_consumers(standard, "handled"));
    CHECK(of_consumers(standard, "handled_again") > 0);
    check_conserved(standard);
    const auto fifo = run(R"("type": "fifo", "content_based_deduplication": true)");
    CHECK(of_sqs(fifo, "deduplicated") > 0);
    CHECK(of_sqs(fifo, "sent") == of_consumers(fifo, "handled"));
}

TEST_CASE("a server that is away when messages are deleted makes them come again") {
    const auto run = support::play(R"({"run": {"measure": "120s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "50/s", "calls": "app.go",
            "stages": [{"target": "50/s", "duration": "60s"}, {"target": "0/s", "duration": "0s"},
                       {"target": "0/s", "duration": "1h"}]},
        "app": {"kind": "server", "threads": 500, "endpoints": {"go": [{"publish": "sqs.jobs"}]}},
        "sqs": {"kind": "sqs", "queues": {"jobs": {}}},
        "consumers": {"kind": "sqs_consumers", "queue": "sqs.jobs", "handler": "worker.work",
                      "consumers_per_instance": 10},
        "worker": {"kind": "server", "threads": 20, "endpoints": {"work": [{"wait": "100ms"}]}}},
        "failures": [{"kind": "crash", "target": "sqs[0]", "at": "20s", "lasts": "10s"}]})");
    CHECK(of_sqs(run, "reappeared") + of_sqs(run, "received_again") > 0);
    CHECK(of_consumers(run, "handled_again") > 0);
    CHECK(of_consumers(run, "handled") == of_sqs(run, "sent"));
    check_conserved(run);
}

TEST_CASE(
    "in a FIFO queue's groups messages are handled in order, in a standard queue they are not") {
    const auto run = [](const std::string& type, const std::string& more) {
        return support::play(R"({"run": {"measure": "60s"}, "nodes": {
            "clients": {"kind": "open_loop", "rate": "100/s", "calls": "app.go",
                "population": {"keys": {"kind": "uniform", "count": 20}},
                "stages": [{"target": "100/s", "duration": "30s"}, {"target": "0/s", "duration": "0s"},
                           {"target": "0/s", "duration": "1h"}]},
            "app": {"kind": "server", "threads": 500, "endpoints": {"go": [{"publish": "sqs.jobs", "key": "item"}]}},
            "sqs": {"kind": "sqs", "queues": {"jobs": {"type": ")" +
                             type + "\"" + more + R"(}}},
            "consumers": {"kind": "sqs_consumers", "queue": "sqs.jobs", "handler": "worker.work",
                          "consumers_per_instance": 4},
            "worker": {"kind": "server", "threads": 40, "replicas": 2,
                       "endpoints": {"work": [{"wait": {"kind": "exponential", "mean": "20ms"}}]}}}})");
    };
    const auto standard = run("standard", "");
    CHECK(of_consumers(standard, "out_of_order_in_group") > 0);
    const auto fifo = run("fifo", "");
    CHECK(of_consumers(fifo, "out_of_order_in_group") == 0);
    CHECK(of_consumers(fifo, "out_of_order") > 0);
    CHECK(of_consumers(fifo, "handled") == of_sqs(fifo, "sent"));
    // 100 sends a second, and as many deletes, to a limit of 50.
    const auto limited = run("fifo", R"(, "throughput_limit": 50)");
    CHECK(of_sqs(limited, "throttled") > 0);
    CHECK(of_consumers(limited, "age") > of_consumers(fifo, "age"));
}

TEST_CASE("what a handler fails on comes back after its timeout, or at once when it is released") {
    const auto run = [](const std::string& on_failure) {
        return support::play(R"({"run": {"measure": "120s"}, "nodes": {
            "clients": {"kind": "open_loop", "rate": "10/s", "calls": "app.go",
                "stages": [{"target": "10/s", "duration": "30s"}, {"target": "0/s", "duration": "0s"},
                           {"target": "0/s", "duration": "1h"}]},
            "app": {"kind": "server", "threads": 500, "endpoints": {"go": [{"publish": "sqs.jobs"}]}},
            "sqs": {"kind": "sqs", "queues": {"jobs": {"visibility_timeout": "5s"}}},
            "consumers": {"kind": "sqs_consumers", "queue": "sqs.jobs", "handler": "worker.work",
                          "on_failure": ")" +
                             on_failure + R"("},
            "worker": {"kind": "server", "threads": 10,
                       "endpoints": {"work": [{"wait": "5ms"}, {"fail": "20%"}]}}}})");
    };
    const auto left = run("leave");
    const auto released = run("release");
    CHECK(of_sqs(left, "received_again") == of_consumers(left, "failed_attempts"));
    CHECK(of_consumers(left, "handled") == of_sqs(left, "sent"));
    CHECK(of_consumers(released, "handled") == of_sqs(released, "sent"));
    // A failure in five: a quarter of 5 s on average.
    CHECK(of_consumers(left, "age") > 1);
    CHECK(of_consumers(released, "age") < 0.5);
}

TEST_CASE(
    "a queue's delay, its retention, and its limits of what is in flight are as they are said") {
    const auto delayed = support::play(jobs(R"("delay": "30s")", ""));
    CHECK(of_consumers(delayed, "age") > 40);
    // Nobody has the time for more than the first: the others are deleted after a minute.
    const auto retained = support::play(
        jobs(R"("message_retention_period": "1min")", "",
             R"(, "failures": [{"kind": "crash", "target": "worker", "instances": 10, "at": "0s",
                                "lasts": "3min"}])"));
    CHECK(of_sqs(retained, "expired") == of_sqs(retained, "sent"));
    check_conserved(retained);
    const auto limited = support::play(
        jobs(R"("in_flight_limit": 5)", R"(, "wait_time": "0s", "poll_interval": "100ms")"));
    CHECK(of_sqs(limited, "over_limit") > 0);
    // Five at a time of ten seconds each.
    CHECK(of_consumers(limited, "handled") == 50);
    CHECK(of_consumers(limited, "age") > 45);
}

TEST_CASE(
    "messages on more servers, or of which more are asked, are missed less by short polling") {
    const auto age = [](const std::string& servers) {
        const auto run = support::play(R"({"run": {"measure": "200s"}, "nodes": {
            "clients": {"kind": "open_loop", "rate": "1/s", "calls": "app.go"},
            "app": {"kind": "server", "threads": 100, "endpoints": {"go": [{"publish": "sqs.jobs"}]}},
            "sqs": {"kind": "sqs", "queues": {"jobs": {}}, )" +
                                       servers + R"(},
            "consumers": {"kind": "sqs_consumers", "queue": "sqs.jobs", "handler": "worker.work",
                          "wait_time": "0s", "poll_interval": "990ms"},
            "worker": {"kind": "server", "endpoints": {"work": [{"wait": "1ms"}]}}}})");
        return of_consumers(run, "age");
    };
    const double all = age(R"("servers": 10, "copies": 3, "sampled_servers": 10)");
    const double some = age(R"("servers": 10, "copies": 3, "sampled_servers": 3)");
    const double few = age(R"("servers": 10, "copies": 1, "sampled_servers": 1)");
    // Half a second, and as many seconds as receives that miss it: m / (1 - m), with 35 of 120 and
    // 9 of 10 that are missed. In the last, receives that find another message miss it, too.
    CHECK(all == doctest::Approx(0.5).epsilon(0.15));
    CHECK(some - all == doctest::Approx(35.0 / 85).epsilon(0.35));
    CHECK(few > 5);
}
