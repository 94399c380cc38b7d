// Registries: for how long a crashed instance is called, and when a new one is.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

struct ListedShop {
    std::string registry;
    std::string failures{};
    std::string app = R"("replicas": 4)";
};

// 100 requests a second, in turn to whoever the balancer believes to be there.
std::string shop_text(const ListedShop& shop) {
    return fmt::format(R"({{"run": {{"measure": "240s"}}, "nodes": {{
        "users": {{"kind": "open_loop", "rate": "100/s", "calls": "front.get"}},
        "front": {{"kind": "pool", "of": "app", "registry": "names", "balancer": "round_robin"}},
        "names": {{{}}},
        "app": {{"kind": "server", {}, "cores": 4, "endpoints": {{"get": []}}}}}},
        "failures": [{}]}})",
                       shop.registry, shop.app, shop.failures);
}

std::uint64_t failures_in(const sim::Recording& run, std::size_t from, std::size_t to) {
    std::uint64_t sum = 0;
    const auto& slices = node(run, "users").slices;
    for (std::size_t each = from; each < to; ++each) {
        sum += slices[each].finished - slices[each].succeeded;
    }
    return sum;
}

constexpr const char* kOneDies =
    R"({"kind": "crash", "target": "app[0]", "at": "100s", "lasts": "1h"})";
constexpr const char* kEureka =
    R"("kind": "eureka", "renewal_interval": "10s", "lease_duration": "30s",
    "eviction_interval": "1s", "fetch_interval": "5s")";

}  // namespace

TEST_CASE("a crashed instance is called until its lease has expired and clients have fetched") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const sim::Recording run = play(shop_text({kEureka, kOneDies}), seed);
        CHECK(failures_in(run, 0, 100) == 0);
        // It renewed at most 10 s before: 20 to 30 s, then 1 s to its eviction, 5 s to a fetch.
        CHECK(failures_in(run, 101, 120) > 19 * 25 / 2);
        CHECK(failures_in(run, 137, 240) == 0);
        CHECK(measure(run, "names", "expired_leases") == 1);
    }
}

TEST_CASE("a registry that misses too many renewals keeps expired leases") {
    ListedShop shop{
        R"("kind": "eureka")",
        R"({"kind": "crash", "target": "app", "instances": 2, "at": "61s", "lasts": "1h"})"};
    // Half of the eight renewals of a minute are fewer than 0.85 of them.
    const sim::Recording kept = play(shop_text(shop));
    CHECK(measure(kept, "names", "expired_leases") == 0);
    CHECK(measure(kept, "names", "self_preservations") > 0);
    CHECK(failures_in(kept, 230, 240) > 300);
    shop.registry += R"(, "self_preservation": false, "eviction_interval": "10s")";
    const sim::Recording evicted = play(shop_text(shop));
    CHECK(measure(evicted, "names", "expired_leases") == 2);
    CHECK(failures_in(evicted, 220, 240) == 0);
}

TEST_CASE("checks of the registry find a crash within an interval times the threshold") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const sim::Recording run =
            play(shop_text({R"("kind": "consul", "interval": "5s", "failures_before_critical": 2)",
                            kOneDies}),
                 seed);
        CHECK(failures_in(run, 100, 105) > 50);
        CHECK(failures_in(run, 110, 240) == 0);
        CHECK(measure(run, "names", "critical") == 1);
    }
}

TEST_CASE("an instance that comes back is listed again") {
    const std::string back =
        R"({"kind": "crash", "target": "app[0]", "at": "50s", "lasts": "60s"})";
    for (const std::string& registry : {std::string(kEureka), std::string(R"("kind": "consul")")}) {
        const sim::Recording run = play(shop_text({registry, back}));
        CHECK(failures_in(run, 130, 240) == 0);
        CHECK(measure(run, "names", "registrations") == 1);
        CHECK(node(run, "app").instances == 4);
    }
}

TEST_CASE("while a registry is down callers go on by what they know, and new ones are not seen") {
    const std::string scaled = R"("replicas": 2, "autoscaler": {"kind": "scheduled",
        "actions": [{"at": "60s", "replicas": 4}]})";
    const std::string down = R"({"kind": "crash", "target": "names", "at": "30s", "lasts": "90s"})";
    ListedShop shop{std::string(kEureka) + R"(, "wait_when_empty": "10s")", down, scaled};
    const sim::Recording run = play(shop_text(shop));
    CHECK(failures_in(run, 0, 240) == 0);
    CHECK(measure(run, "names", "registrations") == 4);
}

// A zone that is cut off from the registry: its instances are well, and their callers reach them.
// A lease of 90 s outlives the whole minute without renewals by which the registry notices.
TEST_CASE("leases that do not get through a network are missed, which self-preservation bears") {
    const std::string text =
        R"({"run": {"measure": "240s"},
        "network": {"regions": {"eu": {"zones": ["a", "b"]}}, "placement": {"names": ["b"], "app": ["a"]}},
        "nodes": {
        "users": {"kind": "open_loop", "rate": "100/s", "calls": "front.get"},
        "front": {"kind": "pool", "of": "app", "registry": "names", "balancer": "round_robin"},
        "names": {"kind": "eureka", "renewal_interval": "10s", "eviction_interval": "1s",
                  "fetch_interval": "5s", "self_preservation": KEEPS},
        "app": {"kind": "server", "replicas": 4, "cores": 4, "endpoints": {"get": []}}},
        "failures": [{"kind": "partition", "from": ["a"], "to": ["b"], "at": "60s", "lasts": "120s"}]})";
    for (const bool keeps : {true, false}) {
        std::string played = text;
        played.replace(played.find("KEEPS"), 5, keeps ? "true" : "false");
        const sim::Recording run = play(played);
        CHECK(measure(run, "names", "expired_leases") == (keeps ? 0 : 4));
        CHECK((failures_in(run, 60, 180) == 0) == keeps);
        CHECK(failures_in(run, 200, 240) == 0);
    }
}

// Lookups go over the links between a balancer that stands somewhere and the name servers.
TEST_CASE("a balancer that is cut off from the name servers goes by what it was told") {
    const auto cut = [](const char* failures) {
        return play(fmt::format(R"({{"run": {{"measure": "240s"}},
            "network": {{"regions": {{"eu": {{"zones": ["a", "b"]}}}},
                "placement": {{"app": ["a"], "front": ["a"], "names": ["b"]}}}},
            "nodes": {{
                "users": {{"kind": "open_loop", "rate": "100/s", "calls": "front.get"}},
                "front": {{"kind": "pool", "of": "app", "registry": "names", "machine": {{}},
                          "balancer": "round_robin"}},
                "names": {{"kind": "headless_service", "refresh_interval": "5s", "ttl": "5s",
                          "probe_interval": "1s", "failure_threshold": 1}},
                "app": {{"kind": "server", "replicas": 4, "cores": 4, "endpoints": {{"get": []}}}}}},
            "failures": [{} {}]}})",
                                failures, kOneDies));
    };
    const sim::Recording near = cut("");
    CHECK(measure(near, "names", "failed_lookups") == 0);
    CHECK(failures_in(near, 112, 240) == 0);
    const sim::Recording far = cut(R"({"kind": "partition", "from": ["a"], "to": ["b"],
        "at": "90s", "lasts": "100s"},)");
    // Each is given up after 10 s, and the next is 5 s later.
    CHECK(measure(far, "names", "failed_lookups") >= 6);
    CHECK(measure(far, "names", "failed_lookups") <= 8);
    // It is the first to hear, up to 15 s after it is over.
    CHECK(failures_in(far, 112, 190) > 77 * 25 * 9 / 10);
    CHECK(failures_in(far, 207, 240) == 0);
}
