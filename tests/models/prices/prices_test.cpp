// What nodes use, at prices of a book or of their own.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "models/prices/paid_hours.h"
#include "models/prices/price_book.h"
#include "tests/support/play.h"

namespace {

const std::string kBook = R"({"date": "2026-11-23", "source": "a test",
    "sizes": {"large": {"price": "$0.10/h", "cores": 2, "source": "a contract"}},
    "items": {"instance_hours": {"usd": 0.04}, "storage": {"usd": 0.1}, "io_requests": {"usd": 0.2},
              "people_hours": {"usd": 73}, "out_bytes": {"usd": 0.05},
              "in_bytes": {"usd": 0}, "zone_bytes": {"usd": 0.01}, "region_bytes": {"usd": 0.02}}})";

std::string shop(const std::string& nodes, const std::string& more = "") {
    return R"({"run": {"measure": "1h"}, "prices": )" + kBook + more + R"(, "nodes": {
        "users": {"kind": "open_loop", "rate": "1/s", "arrivals": "constant", "calls": "app"}, )" +
           nodes + "}}";
}

const sim::Usage& usage(const sim::Recording& run, const std::string& node, const std::string& item,
                        const std::string& of = "") {
    const auto& usages = support::node(run, node).usages;
    const auto found = std::ranges::find_if(
        usages, [&](const sim::Usage& each) { return each.item == item && each.of == of; });
    REQUIRE(found != usages.end());
    return *found;
}

}  // namespace

TEST_CASE("twenty instances for an hour at $0.1 are two dollars, by whichever price") {
    const auto run = support::play(shop(R"(
        "app": {"kind": "server", "replicas": 20, "cores": 2, "price": "large",
                "endpoints": {"get": [{"work": "1ms"}, {"call": "own"}, {"call": "any"}]}},
        "own": {"kind": "server", "price": "$0.30/h", "endpoints": {"get": []}},
        "any": {"kind": "server", "endpoints": {"get": []}})"));
    CHECK(support::node(run, "app").cost_usd == doctest::Approx(2));
    CHECK(usage(run, "app", "instance_hours", "large").source == "a contract");
    CHECK(support::node(run, "own").cost_usd == doctest::Approx(0.3));
    CHECK(support::node(run, "any").cost_usd == doctest::Approx(0.04));
    CHECK(usage(run, "any", "instance_hours").source == "a test");
}

TEST_CASE("a database's bytes are paid for by the month, its reads by the million") {
    const auto run = support::play(shop(R"(
        "app": {"kind": "database", "rows": 1000000, "row_size": "1kB",
                "storage": {"pages": 4, "hit_ratio": 0}})"));
    CHECK(usage(run, "app", "storage").amount == doctest::Approx(1 / 730.0));  // 1 GB for an hour
    CHECK(usage(run, "app", "storage").usd() == doctest::Approx(0.1 / 730));
    // Four pages a query, one each second; one may be under way in the end.
    CHECK(usage(run, "app", "io_requests").amount == doctest::Approx(0.0144).epsilon(1e-3));
}

TEST_CASE("people's hours are those of a month, by the share of it that is measured") {
    const auto run = support::play(R"({"run": {"measure": "1h"}, "prices": {"date": "2026-11-23",
        "source": "a test", "items": {"people_hours": {"usd": 73}}, "upkeep": {"app": "20h"}},
        "nodes": {"users": {"kind": "open_loop", "rate": "1/s", "calls": "app"},
                  "app": {"kind": "server", "endpoints": {"get": []}}}})");
    CHECK(support::node(run, "app").cost_usd == doctest::Approx(2));  // 20 / 730 of $73
}

TEST_CASE("traffic is paid for where it leaves, by zone, by region and out") {
    const auto run = support::play(R"({"run": {"measure": "1000s"}, "prices": )" + kBook + R"(,
        "nodes": {
            "users": {"kind": "open_loop", "rate": "1/s", "arrivals": "constant", "calls": "edge"},
            "edge": {"kind": "cache", "placement": "proxy", "calls": "app", "ttl": "1ms"},
            "app": {"kind": "database", "row_size": "1MB"}},
        "network": {"regions": {"us": {"zones": ["us-a"]}, "eu": {"zones": ["eu-a"]}},
                    "placement": {"edge": ["us-a"], "app": ["eu-a"]}}})");
    // A GB goes from Europe to America, and from there to users; requests are empty.
    CHECK(usage(run, "network", "region_bytes", "eu").amount == doctest::Approx(1).epsilon(2e-3));
    CHECK(usage(run, "network", "out_bytes", "us").amount == doctest::Approx(1).epsilon(2e-3));
    CHECK(support::node(run, "network").cost_usd == doctest::Approx(0.07).epsilon(2e-3));
}

TEST_CASE("what has no price is told, and costs nothing") {
    const auto run = support::play(
        R"({"run": {"measure": "1h"}, "nodes": {
            "users": {"kind": "open_loop", "rate": "1/s", "calls": "app"},
            "app": {"kind": "server", "replicas": 3, "endpoints": {"get": []}}}})");
    CHECK(usage(run, "app", "instance_hours").amount == doctest::Approx(3));
    CHECK(!usage(run, "app", "instance_hours").usd_each);
    CHECK(support::node(run, "app").cost_usd == 0);
}

TEST_CASE("a price that is left out is null in the resolved scenario, and read again so") {
    const models::Scenario scenario = support::scenario_from(R"({"nodes": {
        "u": {"kind": "open_loop", "rate": "1/s", "calls": "d"},
        "d": {"kind": "database"}}})");
    const std::string resolved = models::resolved_json(scenario);
    const models::Scenario again = support::scenario_from(resolved);
    CHECK(models::resolved_json(again) == resolved);
}

namespace {

// Hours from the beginning.
sim::Stay stay(int from, int until, double count) {
    return {sim::Time(std::chrono::hours(from)), sim::Time(std::chrono::hours(until)), count};
}

std::string sized(const std::string& size, const std::string& app) {
    return R"({"run": {"measure": "10h"}, "prices": {"date": "2026-11-23", "source": "a test",
        "sizes": {"large": {"price": "$0.10/h", )" +
           size + R"(}}}, "nodes": {
        "users": {"kind": "open_loop", "rate": "1/min", "arrivals": "constant", "calls": "app"},
        "app": {"kind": "server", "price": "large", "endpoints": {"get": [{"work": "1ms"}]}, )" +
           app + "}}}";
}

}  // namespace

TEST_CASE("what is reserved covers no more at a time than there are, nor than are reserved") {
    // Two for four hours, five for the next two: of three reserved, 2 * 4 + 3 * 2.
    CHECK(models::covered_hours({stay(0, 4, 2), stay(4, 6, 5)}, 3) == doctest::Approx(14));
    CHECK(models::covered_hours({stay(0, 6, 2), stay(4, 6, 3)}, 3) == doctest::Approx(14));
    CHECK(models::covered_hours({}, 3) == 0);
}

TEST_CASE("reserved instances are paid for, used or not, and the rest by the hour") {
    const std::string three = R"("reserved": {"count": 3, "price": "$0.06/h", "source": "a deal"})";
    const auto more = support::play(sized(three, R"("replicas": 5)"));
    CHECK(usage(more, "app", "instance_hours", "large").amount == doctest::Approx(20));
    CHECK(usage(more, "app", "reserved_hours", "large").amount == doctest::Approx(30));
    CHECK(usage(more, "app", "reserved_hours", "large").source == "a deal");
    CHECK(usage(more, "app", "unused_reserved_hours", "large").amount == doctest::Approx(0));
    CHECK(support::node(more, "app").cost_usd == doctest::Approx(20 * 0.10 + 30 * 0.06));
    const auto fewer = support::play(sized(three, R"("replicas": 2)"));
    CHECK(usage(fewer, "app", "unused_reserved_hours", "large").amount == doctest::Approx(10));
    CHECK(support::node(fewer, "app").cost_usd == doctest::Approx(30 * 0.06));
}

TEST_CASE(
    "a spot instance is taken back, is not paid for until another is there, and fails calls") {
    // An hour there, and then half an hour not: of ten hours, 1 + 1 + 1 + 1 + 1 + 1 + 1 are paid.
    const auto run =
        support::play(sized(R"("interruption": {"time_to_fail": "1h", "time_to_repair": "30min"})",
                            R"("replicas": 1)"));
    CHECK(usage(run, "app", "instance_hours", "large").amount == doctest::Approx(7));
    CHECK(support::node(run, "app").cost_usd == doctest::Approx(0.7));
    CHECK(support::node(run, "users").totals.availability() == doctest::Approx(0.7).epsilon(0.01));
}

TEST_CASE("what a size brings with it is not in the resolved scenario, and comes again") {
    const models::Scenario scenario = support::scenario_from(
        sized(R"("interruption": {"time_to_fail": "1h"})", R"("replicas": 1)"));
    CHECK(scenario.failures.size() == 1);
    const std::string resolved = models::resolved_json(scenario);
    CHECK(support::scenario_from(resolved).failures.size() == 1);
}

TEST_CASE("a family's price grows with the cores, by the smallest size that has them") {
    const auto hour = [](const std::string& cores) {
        return R"({"run": {"measure": "1h"}, "prices": {"date": "2026-11-25", "source": "a test", "sizes": {
            "db-8": {"price": "$1/h", "cores": 8, "family": "db"}, "db-4": {"price": "$0.5/h", "cores": 4, "family": "db"},
            "other": {"price": "$0.1/h", "cores": 64}}},
            "nodes": {"users": {"kind": "open_loop", "rate": "1/s", "calls": "store"},
                      "store": {"kind": "database", "cores": )" +
               cores + R"(, "price": "db"}}})";
    };
    CHECK(support::node(support::play(hour("1")), "store").cost_usd == doctest::Approx(0.5));
    CHECK(support::node(support::play(hour("4")), "store").cost_usd == doctest::Approx(0.5));
    const auto run = support::play(hour("5"));
    CHECK(support::node(run, "store").cost_usd == doctest::Approx(1));
    CHECK(usage(run, "store", "instance_hours", "db-8").source == "a test");
    const auto refused = models::load({"test.json", {}, {}, hour("9")}).problems.render();
    CHECK(refused.find("no size of \"db\" has the 9 cores of store") != std::string::npos);
}
