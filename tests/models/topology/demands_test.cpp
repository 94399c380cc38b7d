#include "models/topology/demands.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "tests/support/play.h"

using namespace models;

namespace {

Demands demands(const std::string& nodes, const std::string& rest = "") {
    return demands_of(support::scenario_from(
        R"({"run": {"warm_up": "10s", "measure": "100s"}, "nodes": {)" + nodes + "}" + rest + "}"));
}

}  // namespace

TEST_CASE("what a request needs is known for each client, and who waits for answers") {
    const Demands all = demands(R"(
        "open": {"kind": "open_loop", "rate": "100/s", "calls": "web.get"},
        "closed": {"kind": "users", "users": 10, "think_time": "3s", "calls": "db"},
        "web": {"kind": "server", "cores": 2, "endpoints": {"get": [
            {"work": "4ms"}, {"call": "db"}, {"call": "db"}]}},
        "db": {"kind": "database", "service_time": "2ms"})");
    REQUIRE(all.clients.size() == 2);
    const ClientDemand& open = all.clients[0];
    const ClientDemand& closed = all.clients[1];
    CHECK(open.users == 0);
    CHECK(open.rate_per_s == doctest::Approx(100));
    CHECK(open.core_s[2] == doctest::Approx(0.004));
    CHECK(open.core_s[3] == doctest::Approx(0.004));
    CHECK(closed.users == 10);
    CHECK(closed.think_s == doctest::Approx(3));
    CHECK(closed.core_s[2] == 0);
    CHECK(closed.core_s[3] == doctest::Approx(0.002));
    // N / (Z + R), and twice 100/s of the other's.
    CHECK(closed.rate_per_s == doctest::Approx(10 / 3.002));
    CHECK(all.node("db")->calls_per_s == doctest::Approx(200 + 10 / 3.002));
}

TEST_CASE("rates follow the calls by weights, and demands are means") {
    const Demands all = demands(R"(
        "clients": {"kind": "open_loop", "rate": "100/s", "calls": "front", "latency": "1ms"},
        "front": {"kind": "pool", "of": "web"},
        "web": {"kind": "server", "replicas": 3, "cores": 2, "endpoints": {"get": [
            {"work": {"kind": "exponential", "mean": "4ms"}},
            {"choose": [{"weight": 3, "steps": [{"call": "db.read"}]},
                        {"weight": 1, "steps": [{"call": "db.read"}, {"call": "db.write"}]}]}]}},
        "db": {"kind": "database", "connections": 10,
               "queries": {"read": "2ms", "write": "8ms"}})");
    CHECK(all.offered_per_s == doctest::Approx(100));
    CHECK(all.node("web")->calls_per_s == doctest::Approx(100));
    CHECK(all.node("web")->core_s == doctest::Approx(0.004));
    CHECK(all.node("db")->calls_per_s == doctest::Approx(125));
    // Four reads and one write of five: (4 * 2 + 8) / 5 ms.
    CHECK(all.node("db")->core_s == doctest::Approx(0.0032));
    // 2 * 1 ms of network, 4 ms here, 2 ms of reading, a quarter of 8 ms of writing.
    CHECK(all.response_s == doctest::Approx(0.010));
    CHECK(all.node("db")->slots == 10);
    CHECK(all.node("web")->slots_name == "threads");
    CHECK(all.notes.empty());
}

TEST_CASE("branches side by side take as long as the longest and ask for all") {
    const Demands all = demands(R"(
        "clients": {"kind": "open_loop", "rate": "10/s", "calls": "web"},
        "web": {"kind": "server", "endpoints": {"get": [
            {"parallel": [[{"wait": "5ms"}], [{"call": "db"}, {"call": "db"}]]}]}},
        "db": {"kind": "database", "service_time": "2ms"})");
    CHECK(all.response_s == doctest::Approx(0.005));
    CHECK(all.node("db")->calls_per_s == doctest::Approx(20));
}

TEST_CASE("what fails is not carried on, and is not served") {
    const Demands all = demands(R"(
        "clients": {"kind": "open_loop", "rate": "100/s", "calls": "web"},
        "web": {"kind": "server", "endpoints": {"get": [{"fail": "10%"}, {"call": "db"}]}},
        "db": {"kind": "database"})");
    CHECK(all.success == doctest::Approx(0.9));
    CHECK(all.node("db")->calls_per_s == doctest::Approx(90));
}

TEST_CASE("users send at most N / (Z + R)") {
    const Demands all = demands(R"(
        "people": {"kind": "users", "users": 50, "think_time": "900ms", "calls": "web"},
        "web": {"kind": "server", "endpoints": {"get": [{"wait": "100ms"}]}})");
    CHECK(all.offered_per_s == doctest::Approx(50));
    CHECK(all.notes.size() == 1);
}

TEST_CASE("the highest rate of stages counts") {
    const Demands all = demands(R"(
        "clients": {"kind": "open_loop", "rate": "10/s", "calls": "web",
                    "stages": [{"target": "300/s", "duration": "10s"},
                               {"target": "20/s", "duration": "10s"}]},
        "web": {"kind": "server", "endpoints": {"get": [{"work": "1ms"}]}})");
    CHECK(all.offered_per_s == doctest::Approx(300));
}

TEST_CASE("a crash of all of a node that is used takes its time from availability") {
    const std::string nodes = R"(
        "clients": {"kind": "open_loop", "rate": "10/s", "calls": "web"},
        "web": {"kind": "server", "replicas": 2, "endpoints": {"get": [{"work": "1ms"}]}})";
    // Ten of the 110 s are warm-up: 5 s of the first crash fall into it; 5 s of the second overlap.
    const Demands all = demands(nodes, R"(, "failures": [
        {"kind": "crash", "target": "web", "at": "5s", "lasts": "15s"},
        {"kind": "crash", "target": "web", "at": "15s", "lasts": "10s"},
        {"kind": "crash", "target": "web", "at": "50s", "lasts": "10s", "instances": 1}])");
    CHECK(all.up == doctest::Approx(0.85));
}

TEST_CASE("thirty layers of two calls each are reckoned at once") {
    std::string nodes = R"("clients": {"kind": "open_loop", "rate": "1/s", "calls": "s0"})";
    for (int i = 0; i < 30; ++i) {
        const std::string next = "s" + std::to_string(i + 1);
        nodes += ", \"s" + std::to_string(i) + R"(": {"kind": "server", "endpoints": {"get": [)" +
                 R"({"call": ")" + next + R"("}, {"call": ")" + next + R"("}]}})";
    }
    nodes += R"(, "s30": {"kind": "database"})";
    CHECK(demands(nodes).node("s30")->calls_per_s == doctest::Approx(1073741824.0));
}

TEST_CASE("what is not known before a run is named") {
    const Demands all = demands(R"(
        "clients": {"kind": "open_loop", "rate": "10/s", "calls": "web",
                    "policies": [{"kind": "retry"}]},
        "web": {"kind": "server", "endpoints": {"get": [{"work": "1ms"}]}})");
    REQUIRE(all.notes.size() == 1);
    CHECK(all.notes.front().find("retry") != std::string::npos);
}

TEST_CASE("what is held beside cores and threads: connections, permits, a balancer's places") {
    const Demands all = demands(R"(
        "clients": {"kind": "open_loop", "rate": "100/s", "calls": "front.get"},
        "front": {"kind": "pool", "of": "a", "queue": {"maxconn": 8}},
        "a": {"kind": "server", "replicas": 2, "pools": [{"to": "b", "maximum_pool_size": 10}],
              "endpoints": {"get": [
                {"work": "5ms"},
                {"call": "b", "policies": [{"kind": "bulkhead", "max_concurrent_calls": 6}]}]}},
        "b": {"kind": "server", "threads": 500, "endpoints": {"get": [{"wait": "45ms"}]}})");
    const NodeDemand& a = *all.node("a");
    REQUIRE(a.resource("connections to b") != nullptr);
    CHECK(a.resource("connections to b")->size == 20);
    CHECK(a.resource("connections to b")->held_s == doctest::Approx(0.045));
    REQUIRE(a.resource("bulkhead to b") != nullptr);
    CHECK(a.resource("bulkhead to b")->size == 12);
    CHECK(a.resource("bulkhead to b")->in_use(a.calls_per_s) == doctest::Approx(4.5));
    const ResourceDemand* const places = all.node("front")->resource("maxconn of a");
    REQUIRE(places != nullptr);
    CHECK(places->size == 16);
    CHECK(places->held_s == doctest::Approx(0.050));
    CHECK(all.notes.empty());
}

TEST_CASE("what works on calls beside cores: devices, command threads, a primary's cores") {
    const Demands all = demands(R"(
        "clients": {"kind": "open_loop", "rate": "100/s", "calls": [
            {"to": "db"}, {"to": "r"}, {"to": "c"}, {"to": "pair"}]},
        "db": {"kind": "database", "service_time": "1ms",
               "storage": {"pages": 4, "hit_ratio": "75%", "read_latency": "2ms", "iops": "400/s"}},
        "r": {"kind": "redis", "masters": 3, "command_time": "1ms"},
        "c": {"kind": "cache", "threads": 1, "command_time": "1ms", "calls": "db"},
        "pair": {"kind": "replicated", "replicas": 1, "cores": 4, "service_time": "8ms"})");
    // A page in four of four is read, and none begins within 2.5 ms of another.
    CHECK(all.node("db")->resource("device")->held_s == doctest::Approx(0.0025));
    CHECK(all.node("db")->stays_s == doctest::Approx(0.003));
    CHECK(all.node("r")->resource("command thread")->size == 3);
    CHECK(all.node("c")->resource("command thread")->held_s == doctest::Approx(0.002));
    const ResourceDemand* const primary = all.node("pair")->resource("primary's cores");
    REQUIRE(primary != nullptr);
    CHECK(primary->size == 4);
    CHECK(primary->in_use(all.node("pair")->calls_per_s) == doctest::Approx(25 * 0.008));
    CHECK(all.clients.front().held_s[2].at("command thread") == doctest::Approx(0.00025));
}

TEST_CASE("how unlike the times are that a core is asked for") {
    const Demands all = demands(R"(
        "clients": {"kind": "open_loop", "rate": "100/s", "calls": "web"},
        "web": {"kind": "server", "cores": 2, "scheduling": "fcfs", "endpoints": {"get": [
            {"work": {"kind": "exponential", "mean": "4ms"}},
            {"choose": [{"weight": 1, "steps": [{"work": "2ms"}]},
                        {"weight": 1, "steps": []}]}]}})");
    const NodeDemand& web = *all.node("web");
    CHECK(!web.shares_cores);
    CHECK(web.core_s == doctest::Approx(0.005));
    CHECK(web.core_visits == doctest::Approx(1.5));
    // 2 * 4^2 of the exponential, and half of 2^2.
    CHECK(web.core_squares == doctest::Approx(34e-6));
}

TEST_CASE("calls go as deep as a scenario is long") {
    constexpr int kDeep = 20000;
    std::string nodes = R"("clients": {"kind": "open_loop", "rate": "10/s", "calls": "s0"})";
    for (int i = 0; i < kDeep; ++i) {
        nodes += fmt::format(
            R"(, "s{}": {{"kind": "server", "endpoints": {{"get": [{{"call": "s{}"}}]}}}})", i,
            i + 1);
    }
    nodes += fmt::format(R"(, "s{}": {{"kind": "database", "service_time": "2ms"}})", kDeep);
    const Demands all = demands(nodes);
    CHECK(all.response_s == doctest::Approx(0.002));
    CHECK(all.nodes.back().calls_per_s == doctest::Approx(10));
}

TEST_CASE("what a server's requests hold: its quota, descriptors, memory and disk") {
    const Demands all = demands(R"(
        "clients": {"kind": "open_loop", "rate": "100/s", "calls": "web"},
        "web": {"kind": "server", "replicas": 2, "cores": 4, "cpu_limit": 0.5, "descriptors": 30,
                "threads": 500, "memory": "1GiB", "base_memory": "224MiB",
                "memory_per_request": "20MiB",
                "disk": {"written_per_request": "1MB", "written_per_second": "250MB"},
                "endpoints": {"get": [{"wait": "96ms"}, {"work": "4ms"}]}})");
    const NodeDemand& web = *all.node("web");
    CHECK(web.usable_cores() == doctest::Approx(1));
    CHECK(web.resource("descriptors")->size == 60);
    CHECK(web.resource("descriptors")->held_s == doctest::Approx(0.1));
    CHECK(web.resource("memory")->size == doctest::Approx(80));
    CHECK(web.resource("disk")->held_s == doctest::Approx(0.004));
    REQUIRE(all.notes.size() == 1);
    CHECK(all.notes.front().find("disk space") != std::string::npos);
}

TEST_CASE("memory with room for all that may be there never runs out") {
    const Demands all = demands(R"(
        "clients": {"kind": "open_loop", "rate": "100/s", "calls": "web"},
        "web": {"kind": "server", "endpoints": {"get": [{"work": "4ms"}]}})");
    CHECK(all.node("web")->resource("memory") == nullptr);
}

TEST_CASE("copies that are asked hold a connection each, a pooler's thread works on all") {
    const Demands all = demands(R"(
        "clients": {"kind": "open_loop", "rate": "100/s", "calls": [{"to": "s"}, {"to": "p"}]},
        "s": {"kind": "quorum", "machines": 3, "n": 3, "r": 2, "w": 2, "connections": 2,
              "service_time": "20ms"},
        "p": {"kind": "pgbouncer", "of": "pair", "work": "1ms", "max_client_conn": 40},
        "pair": {"kind": "replicated", "replicas": 1, "connections": 5, "service_time": "8ms"})");
    CHECK(all.node("s")->resource("connections")->size == 6);
    // A read asks all three, as is the default.
    CHECK(all.node("s")->resource("connections")->held_s == doctest::Approx(0.060));
    CHECK(all.node("p")->resource("thread")->held_s == doctest::Approx(0.001));
    CHECK(all.node("p")->resource("client connections")->size == 40);
    // The primary's: nobody reads at the replica.
    CHECK(all.node("pair")->slots == 5);
}
