// Failures that are aimed at links: what they do to calls, probes and messages, and what is
// refused.
#include <doctest/doctest.h>

#include <string>

#include "tests/support/play.h"

namespace {

// A shop in zone "a" calls a ledger in zone "b", 2 ms away.
std::string cut_shop(const std::string& failure, const std::string& more = "") {
    return R"({"run": {"measure": "10s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "100/s", "calls": "shop",
                  "arrivals": {"kind": "constant"}},
        "shop": {"kind": "server", "cores": 64, "threads": 1000, "endpoints": {"get": [
            {"call": "ledger", "policies": [{"kind": "timeout", "limit": "500ms"}]}]}},
        "ledger": {"kind": "server", "cores": 64, "endpoints": {"get": []}})" +
           more + R"(},
        "network": {"regions": {"eu": {"zones": ["a", "b"]}},
                    "across_zones": {"latency": "2ms", "bandwidth": "1Gbit/s"},
                    "placement": {"shop": ["a"], "ledger": ["b"]}},
        "failures": [)" +
           failure + R"(]})";
}

std::string link_failure(const std::string& kind, const std::string& more) {
    return R"({"kind": ")" + kind + R"(", "at": "2s", "lasts": "4s", )" + more + "}";
}

const std::string kAToB = R"("from": ["a"], "to": ["b"])";

sim::Slice slice_of(const sim::Recording& run, const char* node, std::size_t second) {
    return support::node(run, node).slices[second];
}

double slice_mean_ms(const sim::Slice& slice) {
    return 1e3 * slice.latency_sum_s / slice.finished;
}

std::string refusal_of(const std::string& text) {
    const models::Loaded loaded = models::load({"test.json", {}, {}, text});
    CHECK_FALSE(loaded.scenario.has_value());
    return loaded.problems.render();
}

}  // namespace

TEST_CASE("a cut of both ways is silence until it heals") {
    for (const std::string& sides :
         {kAToB, std::string(R"("from": ["shop"])"), std::string(R"("to": ["ledger[0]"])"),
          std::string(R"("from": ["shop[0]"], "to": ["ledger"])")}) {
        CAPTURE(sides);
        const sim::Recording run = support::play(cut_shop(link_failure("partition", sides)));
        CHECK(slice_of(run, "users", 1).succeeded == 100);
        CHECK(slice_of(run, "users", 4).succeeded == 0);
        CHECK(slice_of(run, "ledger", 4).finished == 0);
        CHECK(slice_of(run, "users", 8).succeeded >= 100);  // late ones too
    }
}

TEST_CASE("a cut of one way looks the same to the caller, whoever of both is not heard") {
    const auto cut = [](const std::string& sides) {
        return support::play(cut_shop(link_failure("partition", sides + R"(, "one_way": true)")));
    };
    const sim::Recording unheard_shop = cut(kAToB);
    const sim::Recording unheard_ledger = cut(R"("from": ["b"], "to": ["a"])");
    for (const sim::Recording* each : {&unheard_shop, &unheard_ledger}) {
        CHECK(slice_of(*each, "users", 4).succeeded == 0);
    }
    CHECK(slice_of(unheard_shop, "ledger", 4).finished == 0);
    CHECK(slice_of(unheard_ledger, "ledger", 4).finished == 100);
}

TEST_CASE("latency on links is added to each way it is about") {
    const auto mean = [](const std::string& more) {
        return slice_mean_ms(slice_of(
            support::play(cut_shop(link_failure("latency", kAToB + R"(, "time": "30ms")" + more))),
            "users", 4));
    };
    CHECK(mean("") == doctest::Approx(2 * (2 + 30)).epsilon(1e-3));
    CHECK(mean(R"(, "one_way": true)") == doctest::Approx(2 * 2 + 30).epsilon(1e-3));
    // Both ways within one set of places are one rule.
    const std::string within = R"("from": ["eu"], "to": ["eu"], "time": "30ms")";
    CHECK(slice_mean_ms(slice_of(support::play(cut_shop(link_failure("latency", within))), "users",
                                 4)) == doctest::Approx(2 * (2 + 30)).epsilon(1e-3));
}

TEST_CASE("what links lose is sent again, and what they carry takes longer with less bandwidth") {
    const sim::Recording lossy =
        support::play(cut_shop(link_failure("loss", kAToB + R"(, "loss": "20%")")));
    const sim::NodeRecord& network = support::node(lossy, "network");
    // Each of 400 calls has two ways, and what is lost is sent again: 1 / 0.8 of each.
    CHECK(support::measure(network, "lost") == doctest::Approx(800 * 0.25).epsilon(0.3));
    CHECK(slice_mean_ms(slice_of(lossy, "users", 4)) > 50);

    std::string text = cut_shop(link_failure("bandwidth", kAToB + R"(, "remaining": "1%")"));
    const std::string calls = R"("calls": "shop")";
    text.replace(text.find(calls), calls.size(), R"("calls": [{"to": "shop", "bytes": "12500B"}])");
    const sim::Recording narrow = support::play(text);
    // 100,000 bits there at 10 Mbit/s.
    CHECK(slice_mean_ms(slice_of(narrow, "users", 1)) == doctest::Approx(4 + 0.1).epsilon(1e-2));
    CHECK(slice_mean_ms(slice_of(narrow, "users", 4)) == doctest::Approx(4 + 10).epsilon(1e-2));
}

TEST_CASE("a balancer's probes are on the links: it takes for dead whom it does not hear") {
    const std::string text = R"({"run": {"measure": "20s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "100/s", "calls": "lb"},
        "lb": {"kind": "pool", "of": "web", "health_check": {"interval": "500ms", "timeout": "200ms"}},
        "web": {"kind": "server", "replicas": 2, "cores": 64, "endpoints": {"get": []}}},
        "network": {"regions": {"eu": {"zones": ["a", "b"]}},
                    "placement": {"lb": ["a"], "web": ["a", "b"]}},
        "failures": [{"kind": "partition", "from": ["web[1]"], "to": ["lb"], "one_way": true,
                      "at": "2s", "lasts": "10s"}]})";
    const sim::Recording run = support::play(text);
    CHECK(slice_of(run, "users", 8).succeeded == slice_of(run, "users", 8).finished);
    CHECK(support::measure(support::node(run, "lb"), "excluded") == 1);
    CHECK(support::measure(support::node(run, "lb"), "returned") == 1);
}

TEST_CASE("an invalidation that a cut loses is lost for good: the copy stays old") {
    const auto stale = [](const std::string& failures) {
        const std::string text = R"({"run": {"measure": "20s"}, "nodes": {
            "users": {"kind": "open_loop", "rate": "200/s",
                      "calls": [{"to": "web.get", "writes": "5%"}],
                      "population": {"keys": {"kind": "uniform", "count": 10}}},
            "web": {"kind": "server", "replicas": 2, "cores": 64,
                    "endpoints": {"get": [{"call": "local"}]}},
            "local": {"kind": "cache", "calls": "db", "placement": "local", "instances": 2,
                      "broadcast": true},
            "db": {"kind": "database", "cores": 64}},
            "network": {"regions": {"eu": {"zones": ["a", "b"]}},
                        "placement": {"web": ["a", "b"], "local": ["a", "b"], "db": ["a"]}},
            "failures": [)" + failures +
                                 "]}";
        return support::measure(support::node(support::play(text), "local"), "stale_reads");
    };
    const double quiet = stale("");
    const double cut = stale(
        R"({"kind": "partition", "from": ["local[0]"], "to": ["local[1]"], "at": "10s", "lasts": "1s"})");
    CHECK(quiet < 20);  // of reads that met a write under way
    CHECK(cut > quiet + 20);
}

TEST_CASE("a failure on links that touches nothing, or names nobody, is refused") {
    const auto says = [](const std::string& complaint, const std::string& text) {
        INFO(complaint);
        CHECK(complaint.find(text) != std::string::npos);
    };
    const auto refused = [&](const std::string& sides, const std::string& more = "") {
        return refusal_of(cut_shop(link_failure("partition", sides), more));
    };
    says(refused(R"("from": ["c"])"), R"(nobody stands in "c")");
    says(refused(R"("from": ["shop[3]"])"), R"(nobody stands in "shop[3]")");
    says(refused(R"("from": ["ledgre"])"), "did you mean");
    says(refused(R"("from": ["users"], "to": ["b"])"), "nothing travels there");
    says(refused(R"("from": ["a"], "target": "shop")"), "it strikes instances, or");
    says(refused(R"("share": "50%")"), "whom does it strike?");
    const auto losing = [](const std::string& share) {
        return refusal_of(cut_shop(link_failure("loss", kAToB + R"(, "loss": )" + share)));
    };
    says(losing("0"), "must be above 0%");
    says(losing("-0.1"), "write \"99.9%\" or 0.999");
    says(losing("\"130%\""), "write \"99.9%\" or 0.999");
    says(refused(R"("from": ["a"], "to": ["b"], "instances": 2)"), "no instances to choose");
    const std::string lb = R"(, "lb": {"kind": "pool", "of": "ledger"},
        "others": {"kind": "open_loop", "rate": "1/s", "calls": "lb"})";
    says(refused(R"("from": ["lb"])", lb), R"(nobody stands in "lb")");
    // Through a balancer that stands nowhere the way is its caller's.
    const std::string through =
        cut_shop(link_failure("partition", R"("from": ["others"], "to": ["b"])"), lb);
    CHECK(models::load({"test.json", {}, {}, through}).scenario.has_value());
    // Nothing of an edge with a latency of its own is on a link.
    std::string own = cut_shop(link_failure("partition", kAToB));
    own.replace(own.find("{\"call\": \"ledger\""), 17,
                "{\"call\": \"ledger\", \"latency\": \"1ms\"");
    says(refusal_of(own), "nothing travels there");
    std::string without = cut_shop(link_failure("loss", kAToB));
    const std::size_t begin = without.find("\"network\"");
    without.erase(begin, without.find("\"failures\"") - begin);
    says(refusal_of(without), "no links without a network");
}

TEST_CASE("bandwidth is taken of links that have one, and of those that are meant") {
    const auto text_of = [](const std::string& sides, const std::string& links) {
        std::string text = cut_shop(link_failure("bandwidth", sides));
        text.insert(text.find("\"across_zones\""), links);
        return text;
    };
    const auto is_sound = [&](const std::string& sides, const std::string& links) {
        return models::load({"test.json", {}, {}, text_of(sides, links)}).scenario.has_value();
    };
    const std::string users = R"("from": ["users"])";
    CHECK(is_sound(kAToB, ""));
    CHECK(refusal_of(text_of(users, "")).find("no link there has a bandwidth") !=
          std::string::npos);
    CHECK(is_sound(users, R"("to_users": {"bandwidth": "1Mbit/s"}, )"));
    CHECK(is_sound(users, R"("pairs": {"eu": {"users": {"bandwidth": "1Mbit/s"}}}, )"));
}

TEST_CASE("a flow log rejects what a firewall denies, and nothing that merely got no answer") {
    const auto flows_with = [](const std::string& failure) {
        std::string text = cut_shop(failure);
        text.insert(text.find("\"measure\""), R"("logs": {"flows": "1min"}, )");
        text.insert(text.find("\"placement\""), R"("ports": {"ledger": 5432}, )");
        return support::play(text).observed->flows;
    };
    const auto rejected = [](const std::vector<sim::Flow>& flows) {
        std::uint64_t packets = 0;
        for (const sim::Flow& each : flows) packets += each.accepted ? 0 : each.packets;
        return packets;
    };
    const std::string port = R"(, "port": )";
    CHECK(rejected(flows_with(link_failure("partition", kAToB))) == 0);
    CHECK(rejected(flows_with(link_failure("crash", R"("target": "ledger")"))) == 0);
    CHECK(rejected(flows_with(link_failure("firewall_deny", kAToB))) > 400);
    CHECK(rejected(flows_with(link_failure("firewall_deny", kAToB + port + "5432"))) > 400);
    // Nobody is called on port 80 between the two.
    CHECK(rejected(flows_with(link_failure("firewall_deny", kAToB + port + "80"))) == 0);
    for (const sim::Flow& each : flows_with("")) {
        const std::uint16_t called = each.is_answer ? each.from.port : each.to.port;
        const std::uint16_t own = each.is_answer ? each.to.port : each.from.port;
        CHECK((called == 80 || called == 5432));
        CHECK(own >= 32768);
        CHECK(each.from.address != each.to.address);
        // The constant rate of ten seconds, as far as it was answered before the end.
        CHECK(each.packets >= 998);
        CHECK(each.packets <= 1000);
    }
}
