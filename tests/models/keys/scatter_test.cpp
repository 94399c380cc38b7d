// Where keys, users and addresses are hashed to, with one seed and with another.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "tests/support/play.h"

namespace {

// Item 7 is asked for, by one user with one address, at each kind of node that hashes.
constexpr const char* kHashing = R"({
  "run": {"measure": "5s"},
  "nodes": {
    "clients": {"kind": "open_loop", "rate": "20/s", "calls": [{"to": "by_key"}, {"to": "by_user"}, {"to": "by_address"}, {"to": "orders"}],
                "population": {"people": 1, "keys": {"kind": "single", "key": 7}}},
    "by_key": {"kind": "pool", "of": "a", "balancer": {"kind": "maglev", "on": "key"}},
    "by_user": {"kind": "pool", "of": "b", "balancer": {"kind": "rendezvous", "on": "user"}},
    "by_address": {"kind": "pool", "of": "c", "balancer": {"kind": "ip_hash"}},
    "orders": {"kind": "shards", "calls": ["s0", "s1", "s2", "s3"], "key_prefix": "order-"},
    "a": {"kind": "server", "replicas": 8, "endpoints": {"get": []}},
    "b": {"kind": "server", "replicas": 8, "endpoints": {"get": []}},
    "c": {"kind": "server", "replicas": 8, "endpoints": {"get": []}},
    "s0": {"kind": "database"}, "s1": {"kind": "database"}, "s2": {"kind": "database"}, "s3": {"kind": "database"}
  }
})";

// The one instance, or shard, that was asked, of each node.
std::string places(const sim::Recording& run) {
    std::string all;
    for (const std::string pool : {"a", "b", "c"}) {
        std::size_t index = 0;
        for (const sim::InstanceRecord& each : support::node(run, pool).machines) {
            if (each.requests > 0) all += pool + std::to_string(index) + " ";
            ++index;
        }
    }
    for (const std::string shard : {"s0", "s1", "s2", "s3"}) {
        if (support::node(run, shard).totals.offered > 0) all += shard;
    }
    return all;
}

std::set<std::string> places_with_seeds(const std::vector<std::string>& sets) {
    std::set<std::string> all;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        all.insert(places(support::play(kHashing, seed, sets)));
    }
    return all;
}

}  // namespace

TEST_CASE("a key, a user and an address are at the same place with every seed") {
    const std::set<std::string> all = places_with_seeds({});
    REQUIRE(all.size() == 1);
    CHECK(std::ranges::count(*all.begin(), ' ') == 3);
}

TEST_CASE("scattered, they are elsewhere with another seed, and at one place with each") {
    const std::set<std::string> all = places_with_seeds({"run.scatter=true"});
    CHECK(all.size() >= 7);
    for (std::size_t column : {1u, 4u, 7u, 10u}) {
        std::set<char> seen;
        for (const std::string& each : all) {
            REQUIRE(each.size() == 11);
            seen.insert(each[column]);
        }
        // Of eight draws from four or eight places: one alone has a chance of 4^-7.
        CHECK(seen.size() > 1);
    }
}

TEST_CASE("scattering moves no request and changes no law of popularity") {
    const std::string text = R"({
      "run": {"measure": "20s"},
      "nodes": {
        "clients": {"kind": "open_loop", "rate": "500/s", "calls": "cache",
                    "population": {"people": 50, "keys": {"kind": "zipf", "count": 1000}}},
        "cache": {"kind": "cache", "capacity": "20KiB", "calls": "web"},
        "web": {"kind": "server", "endpoints": {"get": [{"work": "1ms"}]}}
      }
    })";
    const sim::Recording still = support::play(text, 1);
    const sim::Recording moved = support::play(text, 1, {"run.scatter=true"});
    CHECK(support::node(still, "cache").totals.offered ==
          support::node(moved, "cache").totals.offered);
    CHECK(support::measure(still, "cache", "hits") == support::measure(moved, "cache", "hits"));
}
