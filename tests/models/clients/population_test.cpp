// What requests carry, seen by a service that writes it all down.
#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <set>

#include "models/clients/request_source.h"
#include "models/clients/users.h"
#include "tests/support/play.h"
#include "tests/support/statistics.h"

namespace {

struct Nowhere final : models::Directory {
    models::Node& node(std::string_view) const override { std::abort(); }
};

// A source without a system.
struct Town {
    sim::Scheduler scheduler;
    sim::Recorder recorder{scheduler, std::chrono::seconds(1)};
    Nowhere nobody;
    models::World world{scheduler, recorder, {1, 0}, nobody, {}};
    sim::Meter& meter = recorder.add_node("clients", "users");
    models::Context context{world, "clients", meter};

    models::RequestSource source(const std::string& population,
                                 const std::string& calls = R"("shop")") {
        const models::Scenario scenario = support::scenario_from(
            R"({"nodes": {"shop": {"kind": "server", "endpoints": {"a": [], "b": [], "c": []}},
                "clients": {"kind": "users", "calls": )" +
            calls + R"(, "population": )" + population + "}}}");
        const auto& spec = *scenario.nodes.find("clients")->as<models::Users::Spec>();
        return {spec.population, spec.calls, context};
    }
};

models::Request request_of(const models::RequestSource& source, std::uint64_t number,
                           std::uint64_t person) {
    models::Request request = source.blank();
    source.ask(request, number, person);
    return request;
}

double share(std::uint64_t count, std::uint64_t of) {
    return static_cast<double>(count) / static_cast<double>(of);
}

}  // namespace

TEST_CASE("segments and locales are a person's own, as often as their weights say") {
    Town town;
    const models::RequestSource source = town.source(
        R"({"segments": {"user": {"weight": 70}, "premium": {"weight": 25, "priority": 5},
                         "admin": {"weight": 5}},
            "locales": {"ko": {"weight": 3}, "en": {}}})");
    std::map<int, std::uint64_t> segments, locales, both;
    constexpr std::uint64_t kPeople = 100'000;
    for (std::uint64_t person = 0; person < kPeople; ++person) {
        const models::Request first = request_of(source, person, person);
        const models::Request second = request_of(source, person + kPeople, person);
        CHECK(first.segment == second.segment);
        CHECK(first.locale == second.locale);
        CHECK(first.address == second.address);
        CHECK(first.identity != second.identity);
        CHECK(first.priority() == static_cast<sim::Priority>(first.segment == 1 ? 5 : 0));
        ++segments[first.segment];
        ++locales[first.locale];
        if (first.segment == 1 && first.locale == 0) ++both[0];
    }
    // Four standard errors of a share of 100,000 are at most 0.0063.
    CHECK(share(segments[0], kPeople) == doctest::Approx(0.70).epsilon(0.009));
    CHECK(share(segments[1], kPeople) == doctest::Approx(0.25).epsilon(0.025));
    CHECK(share(segments[2], kPeople) == doctest::Approx(0.05).epsilon(0.055));
    CHECK(share(locales[0], kPeople) == doctest::Approx(0.75).epsilon(0.008));
    CHECK(share(both[0], segments[1]) == doctest::Approx(0.75).epsilon(0.02));  // independent
}

TEST_CASE("calls come by weight, with writes and sizes of their own") {
    Town town;
    const models::RequestSource source = town.source("{}", R"([
        {"to": "shop.a", "weight": 60, "writes": "10%", "bytes": "1kB"},
        {"to": "shop.b", "weight": 30, "bytes": {"kind": "uniform", "min": "1kB", "max": "3kB"}},
        {"to": "shop.c", "weight": 10, "writes": 1, "priority": -3}])");
    std::vector<std::uint64_t> counts(3);
    std::uint64_t writes = 0;
    double bytes = 0;
    constexpr std::uint64_t kRequests = 100'000;
    for (std::uint64_t number = 0; number < kRequests; ++number) {
        models::Request request = source.blank();
        const auto asked = source.ask(request, number, number);
        ++counts[asked.call];
        if (asked.call == 0) writes += request.is_write ? 1 : 0;
        if (asked.call == 1) {
            CHECK(!bool{request.is_write});
            bytes += request.bytes;
        }
        if (asked.call == 2) {
            CHECK(bool{request.is_write});
            CHECK(request.priority() == sim::Priority{-3});
        }
    }
    CHECK(support::chi_square_sigmas(counts, std::vector<double>{0.6, 0.3, 0.1}) < 3.7);
    CHECK(share(writes, counts[0]) == doctest::Approx(0.1).epsilon(0.05));
    CHECK(bytes / static_cast<double>(counts[1]) == doctest::Approx(2000).epsilon(0.01));
}

TEST_CASE("addresses lie in the network, and each household has its own") {
    Town town;
    const models::RequestSource source =
        town.source(R"({"network": "192.168.0.0/16", "people_per_address": 30})");
    std::map<std::uint32_t, int> people;
    for (std::uint64_t person = 0; person < 30 * 1000; ++person) {
        const std::uint32_t address = request_of(source, person, person).address;
        CHECK((address >> 16U) == (192U << 8U | 168U));
        ++people[address];
    }
    CHECK(people.size() == 1000);
    for (const auto& [address, count] : people) CHECK(count == 30);
    // nginx's ip_hash looks at three octets only, so those must differ as well.
    std::set<std::uint32_t> nets;
    for (const auto& [address, count] : people) nets.insert(address >> 8U);
    CHECK(nets.size() > 200);
}

TEST_CASE("a limited population: requests come from so many people, each as often") {
    Town town;
    const models::RequestSource source = town.source(R"({"people": 50})");
    std::vector<std::uint64_t> counts(50);
    for (std::uint64_t number = 0; number < 50'000; ++number) {
        ++counts[request_of(source, number, source.anybody(number)).user];
    }
    CHECK(support::chi_square_sigmas(counts) < 3.7);
}

TEST_CASE("every law of keys keeps to its items; those with an order have the popular ones first") {
    constexpr std::uint64_t kRequests = 200'000;
    for (const std::string law :
         {R"({"kind": "uniform", "count": 100})", R"({"kind": "zipf", "count": 100})",
          R"({"kind": "hot_set", "count": 100, "hot": 10, "share": "80%"})",
          R"({"kind": "in_turn", "count": 100})"}) {
        Town town;
        const models::RequestSource source = town.source(R"({"keys": )" + law + "}");
        std::vector<std::uint64_t> counts(100);
        for (std::uint64_t number = 0; number < kRequests; ++number) {
            const std::uint64_t key = request_of(source, number, number).key;
            REQUIRE(key < 100);
            ++counts[key];
        }
        std::vector<double> expected(100, 0.01);
        double harmonic = 0;
        for (int k = 1; k <= 100; ++k) harmonic += 1.0 / k;
        for (std::size_t key = 0; key < 100; ++key) {
            if (law.find("zipf") != std::string::npos) {
                expected[key] = 1 / (static_cast<double>(key + 1) * harmonic);
            }
            if (law.find("hot") != std::string::npos) expected[key] = key < 10 ? 0.08 : 0.2 / 90;
        }
        if (law.find("in_turn") != std::string::npos) {
            for (const std::uint64_t count : counts) CHECK(count == kRequests / 100);
        } else {
            CHECK_MESSAGE(support::chi_square_sigmas(counts, expected) < 3.7, law);
        }
    }
}

TEST_CASE("an operation has one name, never 0, and differs from request to request") {
    Town town;
    const models::RequestSource source = town.source("{}");
    std::set<std::uint64_t> operations;
    for (std::uint64_t number = 0; number < 10'000; ++number) {
        const std::uint64_t operation = request_of(source, number, 7).operation;
        CHECK(operation != 0);
        operations.insert(operation);
    }
    CHECK(operations.size() == 10'000);
}

TEST_CASE("results are told apart by segment, locale and endpoint, and add up") {
    const auto run = support::play(R"({"run": {"measure": "20s", "warm_up": "2s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "200/s",
                    "calls": [{"to": "shop.fast", "weight": 3}, {"to": "shop.slow", "writes": 1}],
                    "population": {"segments": {"free": {}, "paid": {}}, "locales": {"ko": {}}}},
        "shop": {"kind": "server", "cores": 8,
                 "endpoints": {"fast": [{"wait": "10ms"}], "slow": [{"wait": "50ms"}]}}}})");
    const sim::NodeRecord& clients = support::node(run, "clients");
    std::map<std::string, std::uint64_t> offered;
    for (const sim::Split& split : clients.splits) {
        offered[split.by] += split.totals.offered;
        CHECK(split.latency.count() == split.totals.finished());
        if (split.name == "fast")
            CHECK(split.latency.succeeded.max() == std::chrono::milliseconds(10));
        if (split.name == "slow") {
            CHECK(split.latency.succeeded.min() == std::chrono::milliseconds(50));
            CHECK(split.totals.offered == clients.writes);
            CHECK(split.totals.offered == support::node(run, "shop").writes);
        }
    }
    CHECK(clients.splits.size() == 5);
    for (const auto& each : offered) {
        CHECK_MESSAGE(each.second == clients.totals.offered, each.first);
    }
}

TEST_CASE("what a population cannot be is said with its place") {
    const auto problems = [](const std::string& population, const std::string& calls = R"("db")") {
        return models::load({"test.json",
                             {},
                             {},
                             R"({"nodes": {"db": {"kind": "database"}, "c": {"kind": "users",
                                "calls": )" +
                                 calls + R"(, "population": )" + population + "}}}"})
            .problems.render();
    };
    const auto has = [](const std::string& text, const char* part) {
        return text.find(part) != std::string::npos;
    };
    CHECK(problems("{}").empty());
    CHECK(has(problems(R"({"network": "10.0.0.300/8"})"), "not a network"));
    CHECK(has(problems(R"({"network": "10.0.0.1/8"})"), "bits beyond its first 8"));
    CHECK(has(problems(R"({"segments": {"a": {"weight": 0}}})"), "all the weights are zero"));
    CHECK(has(problems(R"({"segments": {"a": {"weight": -1}}})"), "at least 0"));
    CHECK(has(problems(R"({"keys": {"kind": "zipf", "count": 0}})"), "at least 1"));
    CHECK(has(problems(R"({"keys": {"kind": "hot_set", "hot": 2, "count": 1}})"), "above count"));
    CHECK(has(problems("{}", R"([{"to": "db"}, {"to": "db"}])"), "two calls are called"));
    CHECK(has(problems("{}", R"([{"to": "db", "weight": 0}])"), "all the weights are zero"));
    CHECK(has(problems("{}", R"([{"to": "nobody"}])"), "there is no node"));
    CHECK(has(problems("{}", "[]"), "must not be empty"));
    CHECK(has(problems("{}", "7"), "expected a node's name or a list of calls"));
}
