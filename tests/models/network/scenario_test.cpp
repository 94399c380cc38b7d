// A scenario with a network: who stands where, what calls take, and what is refused.
#include <doctest/doctest.h>

#include <string>

#include "tests/support/play.h"

using namespace std::chrono_literals;

namespace {

// Users in two places, two tiers in three zones, and what `network` says besides.
std::string shop_with(const std::string& network, const std::string& web = "",
                      const std::string& user_place = "users-eu") {
    return R"({"run": {"measure": "10s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "100/s", "calls": "web",
                  "arrivals": {"kind": "constant"}},
        "web": {"kind": "server", "cores": 64, "endpoints": {"get": [{"call": "db.read"}]})" +
           web + R"(},
        "db": {"kind": "database", "cores": 64, "queries": {"read": "0s"}}},
        "network": {
            "regions": {"eu": {"zones": ["eu-a", "eu-b"]}, "us": {"zones": ["us-a"]}},
            "users": ["users-eu", "users-us"],
            "same_zone": {"latency": "1ms"}, "across_zones": {"latency": "2ms"},
            "across_regions": {"latency": "40ms"}, "to_users": {"latency": "10ms"},
            "pairs": {"users-us": {"eu": {"latency": "60ms"}}},
            "placement": {"users": [")" +
           user_place + R"("], "db": ["us-a"])" + network + "}}}";
}

double mean_ms(const sim::Recording& recording) {
    return 1e-6 * support::node(recording, "users").latency.succeeded.mean().count();
}

std::string complaint_about(const std::string& text) {
    const models::Loaded loaded = models::load({"test.json", {}, {}, text});
    CHECK_FALSE(loaded.scenario.has_value());
    return loaded.problems.render();
}

}  // namespace

TEST_CASE("a call takes the way there and back of each hop, by where both ends stand") {
    const auto with_web_in = [](const std::string& zones) {
        return support::play(shop_with(R"(, "web": [)" + zones + "]", R"(, "replicas": 2)"));
    };
    // There and back: users to eu, eu to us.
    CHECK(mean_ms(with_web_in(R"("eu-a", "eu-b")")) == doctest::Approx(20 + 80).epsilon(1e-3));
    const std::string all = R"("eu")";
    CHECK(mean_ms(with_web_in(all)) == doctest::Approx(20 + 80).epsilon(1e-3));
}

TEST_CASE("clients are among the users they are placed with") {
    const std::string web = R"(, "web": ["eu-a", "eu-b"])";
    const std::string two = R"(, "replicas": 2)";
    CHECK(mean_ms(support::play(shop_with(web, two, "users-eu"))) ==
          doctest::Approx(100).epsilon(1e-3));
    CHECK(mean_ms(support::play(shop_with(web, two, "users-us"))) ==
          doctest::Approx(200).epsilon(1e-3));
}

TEST_CASE("servers that are placed nowhere stand in the first zones, as many as they say") {
    const std::string in_three = R"(, "zones": 3, "replicas": 3)";
    const sim::Recording run = support::play(shop_with("", in_three));
    // A third of the calls to the database is from its own zone, the others cross the ocean.
    CHECK(mean_ms(run) == doctest::Approx(20 + (80 + 80 + 2) / 3.0).epsilon(0.05));
}

TEST_CASE("without a network nothing of it costs anything, and a network without links is none") {
    std::string without = shop_with("");
    without = without.substr(0, without.find("\"network\""));
    without.erase(without.rfind(','));
    without += "}";
    const sim::Recording alone = support::play(without);
    CHECK(mean_ms(alone) == 0);
    const sim::Recording silent =
        support::play(without.substr(0, without.size() - 1) +
                      R"(, "network": {"regions": {"eu": {"zones": ["eu-a"]}}}})");
    CHECK(silent.fingerprint.value() == alone.fingerprint.value());
}

TEST_CASE("the network tells what it carried") {
    std::string text = shop_with(R"(, "web": ["eu-a", "eu-b"])", R"(, "replicas": 2)");
    const std::string across = R"("across_regions": {)";
    text.insert(text.find(across) + across.size(), R"("loss": "5%", "bandwidth": "1Gbit/s", )");
    const sim::Recording run = support::play(text);
    const sim::NodeRecord& network = support::node(run, "network");
    // Each of 1,000 requests, but for those of the last moments: four ways.
    CHECK(support::measure(network, "messages") == doctest::Approx(4000).epsilon(0.02));
    CHECK(support::measure(network, "lost") == doctest::Approx(2000 * 0.05).epsilon(0.4));
    CHECK(support::measure(network, "retransmissions") ==
          doctest::Approx(support::measure(network, "lost")).epsilon(0.05));
    CHECK(support::measure(network, "use_of_eu_to_us") == 0);  // their bodies are empty
}

TEST_CASE("bad networks are refused, each with its place and a hint") {
    const std::string web = R"(, "web": ["eu-a", "eu-b"])";
    const std::string two = R"(, "replicas": 2)";
    const auto refused = [&](const std::string& network, const std::string& more = "") {
        return complaint_about(shop_with(network, more.empty() ? two : more));
    };
    const auto says = [](const std::string& complaint, const std::string& text) {
        INFO(complaint);
        CHECK(complaint.find(text) != std::string::npos);
    };
    says(refused(R"(, "web": ["eu-c"])"), R"(there is no place "eu-c")");
    says(refused(R"(, "web": ["eu-c"])"), "did you mean");
    says(refused(R"(, "wep": ["eu-a"])"), R"(there is no node "wep")");
    says(refused(R"(, "web": [])"), "stands nowhere");
    says(refused(R"(, "web": ["eu-a"])"), R"(nobody stands in "eu-b")");
    says(refused("", R"(, "zones": 4, "replicas": 4)"), "4 zones, but the network has 3");
    says(refused(web + R"(}, "same_machine": {"loss": "100%")"), "must be below 100%");
    says(refused(web + R"(}, "same_machine": {"loss": "130%")"), "write \"99.9%\" or 0.999");
    says(refused(web + R"(}, "same_machine": {"loss": "-1%")"), "write \"99.9%\" or 0.999");
    says(refused(web + R"(}, "same_machine": {"loss": -0.1)"), "write \"99.9%\" or 0.999");
    says(refused(web + R"(}, "same_machine": {"queue": "1MB")"), "nothing queues");
    says(refused(web + R"(}, "same_machine": {"latency": "-1ms")"), "write \"250ms\"");
    says(refused(web + R"(}, "same_machine": {"bandwidth": "-1Mbit/s")"), "write \"5Mbit/s\"");
    std::string text = shop_with(web, two);
    text.replace(text.find("\"users-us\": {\"eu\""), 17, "\"users-us\": {\"ue\"");
    says(complaint_about(text), R"(there is no place "ue")");
    text = shop_with(web, two);
    text.replace(text.find("\"us-a\"]}}"), 6, "\"eu-a\"");
    says(complaint_about(text), R"(there is a place "eu-a" already)");
    text = shop_with(web, two);
    text.replace(text.find("\"db\": [\"us-a\"]"), 14, "\"db\": [\"eu-a\", \"us-a\"]");
    says(complaint_about(text), R"("db" can stand in one place only)");
}

TEST_CASE("machines of a cluster stand in the network's zones") {
    const std::string text = R"({"run": {"measure": "5s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "100/s", "calls": "web"},
        "k8s": {"kind": "cluster", "machines": [{"count": 1, "zone": "b"}]},
        "web": {"kind": "server", "cluster": "k8s", "cpu_request": 1, "cores": 4,
                "endpoints": {"get": [{"call": "db.read"}]}},
        "db": {"kind": "database", "queries": {"read": "0s"}}},
        "network": {"regions": {"eu": {"zones": ["a", "b"]}}, "across_zones": {"latency": "5ms"},
                    "placement": {"db": ["a"]}}})";
    const models::Loaded loaded = models::load({"test.json", {}, {}, text});
    INFO(loaded.problems.render());
    REQUIRE(loaded.scenario.has_value());
    const sim::Recording run = models::simulate(*loaded.scenario, {1, 0});
    CHECK(mean_ms(run) == doctest::Approx(10).epsilon(1e-3));
    std::string elsewhere = text;
    elsewhere.replace(elsewhere.find("\"zone\": \"b\""), 11, "\"zone\": \"c\"");
    const std::string complaint = complaint_about(elsewhere);
    CHECK(complaint.find(R"(there is no place "c")") != std::string::npos);
}

namespace {

// Two pods, one of which calls the other, on machines of a cluster in zone "a".
std::string pods_on(const std::string& machines) {
    return R"({"run": {"measure": "5s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "100/s", "calls": "web"},
        "k8s": {"kind": "cluster", "machines": [)" +
           machines + R"(]},
        "web": {"kind": "server", "cluster": "k8s", "cpu_request": 2, "cores": 2,
                "endpoints": {"get": [{"call": "inner"}]}},
        "inner": {"kind": "server", "cluster": "k8s", "cpu_request": 2, "cores": 2,
                  "endpoints": {"get": []}}},
        "network": {"regions": {"eu": {"zones": ["a"]}}, "same_machine": {"latency": "1ms"},
                    "same_zone": {"latency": "5ms"}}})";
}

// What `lb` says of itself is in front of a server across the zones.
std::string behind_balancer(const std::string& lb, const std::string& placement,
                            const std::string& more = "") {
    return R"({"run": {"measure": "10s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "100/s", "calls": "lb",
                  "arrivals": {"kind": "constant"})" +
           more + R"(},
        "lb": {"kind": "pool", "of": "web")" +
           lb + R"(},
        "web": {"kind": "server", "cores": 64, "endpoints": {"get": []}}},
        "network": {"regions": {"eu": {"zones": ["a", "b"]}}, "across_zones": {"latency": "2ms"},
                    "to_users": {"latency": "10ms"}, "pairs": {"users": {"b": {"latency": "15ms"}}},
                    "placement": {"web": ["b"])" +
           placement + "}}}";
}

}  // namespace

TEST_CASE("pods on one machine meet on its loopback, others on the zone's links") {
    const auto run = [](const std::string& machines) {
        return mean_ms(support::play(pods_on(machines)));
    };
    CHECK(run(R"({"cpu": 8, "zone": "a"})") == doctest::Approx(2).epsilon(1e-3));
    CHECK(run(R"({"cpu": 2, "zone": "a", "count": 2})") == doctest::Approx(10).epsilon(1e-3));
}

TEST_CASE("a balancer that is placed is a hop of its own, and a part of its callers otherwise") {
    CHECK(mean_ms(support::play(behind_balancer("", R"(, "lb": ["a"])"))) ==
          doctest::Approx(2 * (10 + 2)).epsilon(1e-3));
    const double both =
        mean_ms(support::play(behind_balancer(R"(, "replicas": 2)", R"(, "lb": ["a", "b"])")));
    CHECK(both == doctest::Approx(2 * ((10 + 2) + 15) / 2.0).epsilon(1e-2));
}

TEST_CASE("an edge's own latency is instead of the links of that hop, and of no other") {
    const std::string placed = R"(, "lb": ["a"])";
    CHECK(mean_ms(support::play(behind_balancer(R"(, "latency": "3ms")", placed))) ==
          doctest::Approx(2 * (10 + 3)).epsilon(1e-3));
    CHECK(mean_ms(support::play(behind_balancer("", placed, R"(, "latency": "4ms")"))) ==
          doctest::Approx(2 * (4 + 2)).epsilon(1e-3));
    // What goes through a balancer that stands nowhere is one hop.
    std::string nowhere = behind_balancer("", R"(, "idle": ["a"])", R"(, "latency": "4ms")");
    nowhere.insert(nowhere.find(R"("web": {"kind")"),
                   R"("idle": {"kind": "open_loop", "rate": "1/s", "calls": "lb"}, )");
    CHECK(mean_ms(support::play(nowhere)) == doctest::Approx(2 * 4).epsilon(1e-3));
}

TEST_CASE("a parameter that is there no more says what to write instead") {
    const std::string complaint = complaint_about(
        R"({"nodes": {"users": {"kind": "open_loop", "rate": "1/s", "calls": "web"},
            "web": {"kind": "server", "logging": {"usd_per_gib": 1},
                    "endpoints": {"get": []}}}})");
    CHECK(complaint.find("log_bytes") != std::string::npos);
    CHECK(complaint.find("prices") != std::string::npos);
}
