// Single points of failure, from the graph alone: those whose loss takes a route when it is played.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/play.h"

namespace {

constexpr const char* kClients =
    R"("users": {"kind": "open_loop", "rate": "200/s", "calls": "web.get"})";

std::string system_of(const std::string& nodes) {
    return std::string(R"({"run": {"measure": "10s"}, "nodes": {)") + kClients + ", " + nodes +
           "}}";
}

std::vector<std::string> warned_of(const std::string& text) {
    const models::Loaded loaded = models::load({"test.json", {}, {}, text});
    std::vector<std::string> names;
    for (const std::string& each : loaded.warnings) {
        if (each.find("single point of failure") == std::string::npos) continue;
        names.push_back(each.substr(1, each.find('"', 1) - 1));
    }
    return names;
}

// One instance is lost for the whole run; a hundredth of the answers is what a route may lose.
bool takes_route(const std::string& text, const std::string& node) {
    const std::string failure = R"(failures=[{"kind": "crash", "target": ")" + node +
                                R"([0]", "at": "0s", "lasts": "1h"}])";
    const sim::Recording run = support::play(text, 1, {failure});
    return support::node(run, "users").totals.availability() < 0.99;
}

void agree(const std::string& text, const std::vector<std::string>& nodes) {
    const std::vector<std::string> warned = warned_of(text);
    for (const std::string& node : nodes) {
        CAPTURE(text);
        CAPTURE(node);
        const bool is_warned = std::ranges::find(warned, node) != warned.end();
        CHECK(is_warned == takes_route(text, node));
    }
}

}  // namespace

TEST_CASE("single points of failure are those whose loss takes a route") {
    const std::string web = R"("web": {"kind": "server", "cores": 4, "endpoints": {"get": )";
    const std::string db = R"("db": {"kind": "database", "cores": 8, "service_time": "1ms"})";
    // Everything in a row.
    agree(system_of(web + R"([{"call": "db"}]}}, )" + db), {"web", "db"});
    // A cache that requests go past while it is down, and one that refuses.
    for (const std::string when : {"bypass", "fail"}) {
        const std::string cache =
            R"("items": {"kind": "cache", "calls": "db", "when_down": ")" + when + "\"}";
        agree(system_of(web + R"([{"call": "items"}]}}, )" + cache + ", " + db), {"items", "db"});
    }
    // What a fallback stands in for, and what no answer waits for.
    agree(
        system_of(
            web +
            R"([{"call": "db", "policies": [{"kind": "fallback", "levels": [{"value": "none"}]}]}]}}, )" +
            db),
        {"web", "db"});
    agree(system_of(web + R"([{"async": [{"call": "db"}]}]}}, )" + db), {"web", "db"});
}

TEST_CASE("a node with several instances behind a balancer is no single point") {
    const std::string text = R"({"run": {"measure": "10s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "200/s", "calls": "front.get"},
        "front": {"kind": "pool", "of": "web", "health_check": {"interval": "100ms", "unhealthy_threshold": 1}},
        "web": {"kind": "server", "replicas": 3, "cores": 4, "endpoints": {"get": [{"work": "1ms"}]}}}})";
    const std::vector<std::string> warned = warned_of(text);
    CHECK(std::ranges::find(warned, "web") == warned.end());
}
