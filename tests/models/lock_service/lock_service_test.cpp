// A lock service: leases, fencing tokens, and what becomes of both when members fail.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

struct LockPlan {
    std::string lease = "3s";
    std::string pause = "10s";
    bool is_fenced = false;
    std::string store = R"("kind": "database", "service_time": "0s")";
    std::string failures{};
};

// Requests at 2 s and 4 s, each for one of two instances. The first is to work until 2.1 s and
// stands still from 2.05 s on.
std::string paused_holder(const LockPlan& plan) {
    const std::string pause = fmt::format(
        R"({{"kind": "hang", "target": "app[0]", "at": "2.05s", "lasts": "{}"}})", plan.pause);
    return fmt::format(R"({{"run": {{"measure": "30s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "0.5/s", "arrivals": "constant", "requests": 2,
                     "calls": [{{"to": "front.put", "writes": "100%"}}]}},
        "front": {{"kind": "pool", "of": "app", "balancer": "round_robin"}},
        "app": {{"kind": "server", "replicas": 2, "endpoints": {{"put": [
            {{"lock": "etcd", "resource": "stock", "steps": [{{"work": "100ms"}}, {{"call": "store"}}]}}]}}}},
        "etcd": {{"kind": "lock_service", "lease": "{}", "operation_time": "0s"}},
        "store": {{{}, "fencing_tokens": {}}}}},
        "failures": [{}{}]}})",
                       plan.lease, plan.store, plan.is_fenced, pause, plan.failures);
}

double most_latency(const sim::Recording& run) {
    return sim::seconds(node(run, "clients").latency.succeeded.max());
}

}  // namespace

TEST_CASE("a lease that ends before its holder's pause lets the next one in, and damage be done") {
    const sim::Recording run = play(paused_holder({}));
    CHECK(measure(run, "etcd", "leases") == 2);
    CHECK(measure(run, "etcd", "expired_leases") == 1);
    CHECK(measure(run, "etcd", "late_releases") == 1);
    CHECK(measure(run, "store", "late_writes") == 1);
    CHECK(measure(run, "store", "fenced_writes") == 0);
    CHECK(node(run, "clients").totals.of(sim::Outcome::succeeded) == 2);
}

TEST_CASE("with fencing tokens the store refuses who was paused for longer than his lease") {
    LockPlan plan;
    plan.is_fenced = true;
    for (const std::string store :
         {R"("kind": "database", "service_time": "0s")",
          R"("kind": "replicated", "replicas": 2, "acknowledge": "all", "service_time": "0s")",
          R"("kind": "redis", "replicas": 1, "command_time": "0s")",
          R"("kind": "quorum", "service_time": "0s")"}) {
        plan.store = store;
        const sim::Recording run = play(paused_holder(plan));
        CHECK(measure(run, "store", "late_writes") == 0);
        CHECK(measure(run, "store", "fenced_writes") == 1);
        CHECK(node(run, "clients").totals.of(sim::Outcome::succeeded) == 1);
    }
}

TEST_CASE("a store that does not compare tokens is overwritten by who is too late") {
    LockPlan plan;
    for (const std::string store : {R"("kind": "redis", "command_time": "0s")",
                                    R"("kind": "quorum", "service_time": "0s")"}) {
        plan.store = store;
        const sim::Recording run = play(paused_holder(plan));
        CHECK(measure(run, "store", "late_writes") == 1);
        CHECK(measure(run, "store", "fenced_writes") == 0);
    }
}

TEST_CASE("a replica that is promoted knows the tokens that it had, whatever kind of store") {
    LockPlan plan;
    plan.is_fenced = true;
    plan.store = R"("kind": "redis", "replicas": 1, "command_time": "0s", "down_after": "1s")";
    plan.failures = R"(, {"kind": "crash", "target": "store[0]", "at": "6s", "lasts": "1h"})";
    const sim::Recording run = play(paused_holder(plan));
    CHECK(measure(run, "store", "failovers") == 1);
    CHECK(measure(run, "store", "fenced_writes") == 1);
}

namespace {

// Two writers of one item a second apart, each with ten seconds of work under a lease of three.
std::string long_holders(const std::string& keep_alive, const std::string& failures = "") {
    return fmt::format(R"({{"run": {{"measure": "60s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "1/s", "arrivals": "constant", "requests": 2,
                     "calls": [{{"to": "front.put", "writes": "100%"}}]}},
        "front": {{"kind": "pool", "of": "app", "balancer": "round_robin"}},
        "app": {{"kind": "server", "replicas": 2, "endpoints": {{"put": [
            {{"lock": "etcd", "resource": "stock", {} "steps": [{{"wait": "10s"}}, {{"call": "store"}}]}}]}}}},
        "etcd": {{"kind": "lock_service", "lease": "3s", "operation_time": "0s"}},
        "store": {{"kind": "database", "service_time": "0s"}}}},
        "network": {{"regions": {{"here": {{"zones": ["a", "b"]}}}}, "same_zone": {{"latency": "1ms"}},
            "across_zones": {{"latency": "1ms"}}, "to_users": {{"latency": "1ms"}},
            "placement": {{"app": ["b", "a"], "etcd": ["a"], "store": ["a"]}}}},
        "failures": [{}]}})",
                       keep_alive, failures);
}

}  // namespace

TEST_CASE("who renews a lease keeps the lock for as long as he works") {
    const sim::Recording without = play(long_holders(""));
    CHECK(measure(without, "etcd", "expired_leases") == 2);
    const sim::Recording with = play(long_holders(R"("keep_alive": "33%",)"));
    CHECK(measure(with, "etcd", "expired_leases") == 0);
    CHECK(measure(with, "etcd", "late_releases") == 0);
    // Ten seconds each, and a keep-alive after every 0.99 s of them.
    CHECK(measure(with, "etcd", "renewals") == 20);
    // The second comes a second after the first, and has the lock when that has done.
    CHECK(most_latency(with) == doctest::Approx(19).epsilon(0.01));
}

TEST_CASE("who is cut off loses a lock a lease after his last keep-alive, and not before") {
    // The first has it from 1.005 s on, and sends keep-alives at 1.995, 2.985, 3.975 s and so on.
    // What is sent from 4.5 s on does not arrive: the last to do so does at 3.976 s, and the lease
    // is over at 6.976 s.
    const sim::Recording run = play(long_holders(
        R"("keep_alive": "33%",)",
        R"({"kind": "partition", "from": ["b"], "to": ["a"], "at": "4.5s", "lasts": "8s"})"));
    CHECK(measure(run, "etcd", "expired_leases") == 1);
    const sim::Recording healed = play(long_holders(
        R"("keep_alive": "33%",)",
        R"({"kind": "partition", "from": ["b"], "to": ["a"], "at": "4.5s", "lasts": "2.2s"})"));
    // Healed at 6.7 s: the keep-alive of 6.945 s is in time.
    CHECK(measure(healed, "etcd", "expired_leases") == 0);
    const sim::Recording late = play(long_holders(
        R"("keep_alive": "33%",)",
        R"({"kind": "partition", "from": ["b"], "to": ["a"], "at": "4.5s", "lasts": "2.46s"})"));
    // Healed at 6.96 s: the next is sent at 7.935 s, when the lock is another's.
    CHECK(measure(late, "etcd", "expired_leases") == 1);
}

TEST_CASE("a holder that stands still renews nothing, and leases outlive their leader") {
    LockPlan plan;
    const std::string text = paused_holder(plan);
    const std::string step = R"("resource": "stock",)";
    std::string renewing = text;
    renewing.replace(renewing.find(step), step.size(), step + R"( "keep_alive": "33%",)");
    CHECK(measure(play(renewing), "etcd", "expired_leases") == 1);
    // A new leader gives him his whole time again, and he finds it.
    const sim::Recording run = play(long_holders(
        R"("keep_alive": "33%",)",
        R"({"kind": "crash", "target": "etcd", "role": "leader", "at": "4s", "lasts": "1h"})"));
    CHECK(measure(run, "etcd", "elections") >= 1);
    CHECK(measure(run, "etcd", "late_releases") == 0);
}

TEST_CASE("a pause that is shorter than the lease harms nobody: the next one waits for it") {
    LockPlan plan;
    plan.pause = "2.5s";
    const sim::Recording run = play(paused_holder(plan));
    CHECK(measure(run, "etcd", "expired_leases") == 0);
    CHECK(measure(run, "store", "late_writes") == 0);
    // The first goes on at 4.55 s and is done at 4.6; the second has worked at 4.7.
    CHECK(most_latency(run) == doctest::Approx(2.6).epsilon(0.001));
}

namespace {

// Forty writes a second to five items, each under its lock for 5 ms; the lease is far longer.
std::string locking_shop(const std::string& etcd, const std::string& failures) {
    return fmt::format(R"({{"run": {{"measure": "60s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "40/s", "calls": [{{"to": "app.put", "writes": "100%"}}],
                     "population": {{"keys": {{"kind": "uniform", "count": 5}}}}}},
        "app": {{"kind": "server", "threads": 1000, "endpoints": {{"put": [
            {{"lock": "etcd", "steps": [{{"wait": "5ms"}}, {{"call": "store"}}]}}]}}}},
        "etcd": {{"kind": "lock_service", "lease": "2s", {}}},
        "store": {{"kind": "database", "service_time": "0s"}}}}, "failures": [{}]}})",
                       etcd, failures);
}

}  // namespace

TEST_CASE("when the leader is gone the others elect one, within two election timeouts or so") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const sim::Recording run = play(
            locking_shop(
                R"("election_timeout": "1s")",
                R"({"kind": "crash", "target": "etcd", "role": "leader", "at": "20s", "lasts": "20s"})"),
            seed);
        CHECK(measure(run, "etcd", "elections") >= 1);
        // The first of two to stand, each after 1 to 2 s; a split vote takes as long again.
        CHECK(measure(run, "etcd", "without_leader") >= 0.9);
        CHECK(measure(run, "etcd", "without_leader") < 4);
        CHECK(measure(run, "store", "late_writes") == 0);
        CHECK(node(run, "clients").totals.of(sim::Outcome::succeeded) > 2300);
    }
}

TEST_CASE("without a majority nobody gets a lock") {
    const sim::Recording run = play(locking_shop(
        R"("members": 3)",
        R"({"kind": "crash", "target": "etcd", "instances": 2, "at": "20s", "lasts": "30s"})"));
    const auto& slices = node(run, "clients").slices;
    for (std::size_t second = 24; second < 49; ++second) CHECK(slices[second].succeeded == 0);
    CHECK(slices[58].succeeded > 20);
}

TEST_CASE("whatever fails of a lock service, two never hold one lock while nobody pauses") {
    const std::string failures = R"(
        {"kind": "crash", "target": "etcd", "time_to_fail": {"kind": "exponential", "mean": "8s"},
         "time_to_repair": {"kind": "exponential", "mean": "2s"}},
        {"kind": "partition", "target": "etcd", "time_to_fail": {"kind": "exponential", "mean": "8s"},
         "time_to_repair": {"kind": "exponential", "mean": "2s"}},
        {"kind": "hang", "target": "etcd", "time_to_fail": {"kind": "exponential", "mean": "20s"},
         "time_to_repair": {"kind": "exponential", "mean": "2s"}})";
    double elections = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        for (const std::string members : {"3", "5"}) {
            const sim::Recording run =
                play(locking_shop("\"members\": " + members, failures), seed);
            CHECK(measure(run, "store", "late_writes") == 0);
            CHECK(node(run, "clients").totals.of(sim::Outcome::succeeded) > 100);
            elections += measure(run, "etcd", "elections");
        }
    }
    CHECK(elections > 40);
}
