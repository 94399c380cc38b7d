// Whom a key or an address leads to: nginx's ip_hash, hash and hash consistent and HAProxy's
// url_param as recorded (lb_nginx_haproxy.json), and the tables and rings of Maglev and Envoy
// (lb_envoy_maglev.json). All cases are met.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "models/balancers/haproxy_hash.h"
#include "models/balancers/hash_ring.h"
#include "models/balancers/hashing.h"
#include "models/balancers/ip_hash.h"
#include "models/balancers/maglev.h"
#include "models/balancers/modulo.h"
#include "models/balancers/round_robin.h"
#include "tests/support/chooser.h"
#include "tests/truth/tally.h"

using namespace truth;

namespace {

std::string text(const Json& value) {
    return value.get<std::string>();
}

// Recorded servers are named a, b, c, ...
template <class Index>
std::string letter(Index index) {
    return std::string(1, static_cast<char>('a' + static_cast<int>(index)));
}

// Candidates that own their names.
struct Hosts {
    std::vector<std::string> names;
    std::vector<models::Candidate> candidates;

    void add(const std::string& name, double weight = 1) {
        names.push_back(name);
        candidates.push_back({});
        candidates.back().weight = weight;
        for (std::uint32_t id = 0; id < names.size(); ++id) {
            candidates[id].id = id;
            candidates[id].name = names[id];
        }
    }
    models::Roster roster() const { return {candidates, candidates}; }
};

// 127.0.0.1:19101, :19102, ...: the addresses that were recorded.
Hosts recorded_servers(const Json& weights) {
    Hosts hosts;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        hosts.add(fmt::format("127.0.0.1:{}", 19101 + i), weights.at(i).get<double>());
    }
    return hosts;
}

Hosts hosts_of(const Json& row) {
    Hosts hosts;
    const Json names = row.at("hosts");
    const Json weights = row.value("weights", Json::array());
    for (std::size_t i = 0; i < names.size(); ++i) {
        hosts.add(names.at(i), i < weights.size() ? weights.at(i).get<double>() : 1);
    }
    return hosts;
}

// As the collector named them where it says only how many there were.
Hosts numbered_hosts(std::size_t count) {
    Hosts hosts;
    for (std::size_t i = 0; i < count; ++i) {
        hosts.add(fmt::format("10.0.{}.{}:8080", i / 256, i % 256));
    }
    return hosts;
}

std::uint32_t address_of(const std::string& dotted) {
    std::uint32_t address = 0;
    std::uint32_t octet = 0;
    for (const char letter : dotted + ".") {
        if (letter != '.') {
            octet = octet * 10 + static_cast<std::uint32_t>(letter - '0');
            continue;
        }
        address = address << 8 | octet;
        octet = 0;
    }
    return address;
}

template <class Pick>
std::string picks_of_keys(std::size_t count, const Pick& pick) {
    std::string picks;
    for (std::size_t key = 0; key < count; ++key) picks += letter(pick(fmt::format("key{}", key)));
    return picks;
}

std::string by_modulo(const Json& row) {
    const support::Chooser world(models::RoundRobin::Spec{});
    models::Modulo modulo({}, world.context());
    const Hosts hosts = recorded_servers(row.at("weights"));
    modulo.changed(hosts.roster());
    return picks_of_keys(row.at("expected_by_key_index").get<std::string>().size(),
                         [&](const std::string& key) { return *modulo.pick(key); });
}

std::string by_ring(const Json& row) {
    models::HashRing ring({.layout = models::RingLayout::nginx});
    const Hosts hosts = recorded_servers(row.at("weights"));
    ring.build(hosts.candidates);
    return picks_of_keys(
        row.at("expected_by_key_index").get<std::string>().size(),
        [&](const std::string& key) { return ring.points()[ring.find(ring.hash(key))].index; });
}

std::string by_haproxy(const Json& row) {
    const bool is_consistent =
        row.at("id").get<std::string>().find("consistent") != std::string::npos;
    const support::Chooser world(models::RoundRobin::Spec{});
    models::HaproxyHash hash({.hash_type = is_consistent ? models::HaproxyHashType::consistent
                                                         : models::HaproxyHashType::map_based},
                             world.context());
    const Hosts hosts = recorded_servers(row.at("weights"));
    hash.changed(hosts.roster());
    return picks_of_keys(text(row.at("expected_by_key_index")).size(),
                         [&](const std::string& key) { return hash.pick(key); });
}

std::vector<std::uint32_t> maglev_table(const Hosts& hosts, std::uint32_t size) {
    const support::Chooser world(models::RoundRobin::Spec{});
    models::Maglev maglev({.table_size = size}, world.context());
    maglev.changed(hosts.roster());
    const auto table = maglev.table();
    return {table.begin(), table.end()};
}

}  // namespace

TEST_CASE("nginx: keys and addresses") {
    Tally tally("nginx keys");
    const Json cases = file("lb_nginx_haproxy.json").at("nginx");
    for (const Json& row : cases) {
        const std::string directive = row.at("lb");
        if (row.at("test") != "keys") continue;  // balancer_sequences_test.cpp
        if (directive == "ip_hash") {
            support::Chooser chooser(models::IpHash::Spec{});
            for (const Json& weight : row.at("weights")) chooser.add({.weight = weight});
            std::string got;
            std::string expected;
            for (const auto& [address, server] : row.at("expected").items()) {
                models::Request request;
                request.address = address_of(address);
                got += letter(chooser.pick(request));
                expected += server.get<std::string>();
            }
            tally.begin(row.at("id"));
            tally.same("picks", got, expected);
        } else if (directive == "hash $arg_k") {
            tally.begin(row.at("id"));
            tally.same("picks", by_modulo(row), text(row.at("expected_by_key_index")));
        } else if (directive == "hash $arg_k consistent") {
            tally.begin(row.at("id"));
            tally.same("picks", by_ring(row), text(row.at("expected_by_key_index")));
        } else {
            FAIL("no balancer is nginx's ", directive);
        }
    }
}

TEST_CASE("HAProxy: keys") {
    Tally tally("HAProxy keys");
    const Json cases = file("lb_nginx_haproxy.json").at("haproxy");
    for (const Json& row : cases) {
        if (row.at("test") != "keys") continue;  // balancer_sequences_test.cpp
        tally.begin(row.at("id"));
        tally.same("picks", by_haproxy(row), text(row.at("expected_by_key_index")));
    }
}

TEST_CASE("nginx and HAProxy: which keys move when a fourth server comes") {
    Tally tally("key movement");
    const Json table = file("lb_nginx_haproxy.json");
    const auto picks = [&](const std::string& id) {
        for (const Json& row : table.at("nginx")) {
            if (row.at("id") != id) continue;
            return row.at("lb") == "hash $arg_k" ? by_modulo(row) : by_ring(row);
        }
        for (const Json& row : table.at("haproxy")) {
            if (row.at("id") == id) return by_haproxy(row);
        }
        return std::string();
    };
    for (const Json& row : table.at("key_movement")) {
        const std::string before = picks(row.at("from"));
        const std::string after = picks(row.at("to"));
        REQUIRE(!before.empty());
        tally.begin(row.at("from"));
        const auto keys = row.at("keys").get<std::size_t>();
        std::size_t moved = 0;
        std::size_t to_new = 0;
        for (std::size_t key = 0; key < keys; ++key) {
            moved += before[key] != after[key];
            to_new += before[key] != after[key] && after[key] == 'd';
        }
        tally.same("moved", moved, row.at("moved").get<std::size_t>());
        tally.same("moved to the new server", to_new,
                   row.at("moved_to_new_server").get<std::size_t>());
    }
}

TEST_CASE("Maglev: Envoy's tables") {
    Tally tally("Maglev tables");
    const Json vectors = file("lb_envoy_maglev.json").at("maglev").at("vectors");
    for (const Json& row : vectors) {
        const auto table = maglev_table(hosts_of(row), row.at("table_size"));
        tally.begin(row.at("hosts").dump());
        tally.same("table", Json(table).dump(), row.at("expected").dump());
    }
}

// Which names the collector hashed is not said, so the counts are held exactly and the shares that
// depend on the names to their own scatter: entries that change hands when they need not are a
// number out of the table, and names make it vary by a fifth.
TEST_CASE("Maglev: how even, and how steady when a backend goes") {
    Tally tally("Maglev measured");
    const Json measured = file("lb_envoy_maglev.json").at("maglev").at("measured");
    for (const Json& row : measured) {
        Hosts hosts = numbered_hosts(row.at("hosts"));
        const std::uint32_t size = row.at("table_size");
        const auto before = maglev_table(hosts, size);
        std::vector<std::uint32_t> counts(hosts.names.size());
        for (const std::uint32_t index : before) ++counts[index];
        const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
        const std::uint32_t removed = row.at("removed_host_index");
        Hosts fewer;
        for (std::uint32_t index = 0; index < hosts.names.size(); ++index) {
            if (index != removed) fewer.add(hosts.names[index]);
        }
        const auto after = maglev_table(fewer, size);
        double moved = 0;
        for (std::uint32_t entry = 0; entry < size; ++entry) {
            const std::uint32_t now = after[entry] + (after[entry] >= removed ? 1 : 0);
            moved += before[entry] != removed && before[entry] != now ? 1 : 0;
        }
        const double expected =
            row.at("entries_changed_that_were_not_on_the_removed_host_fraction").get<double>() *
            size;
        const std::pair<std::uint32_t, std::uint32_t> truth_counts(row.at("min_entries"),
                                                                   row.at("max_entries"));
        tally.begin(fmt::format("{} hosts, {} entries", hosts.names.size(), size));
        tally.same("least and most", std::pair(*least, *most) == truth_counts, true);
        tally.near("moved", moved, expected, 0.2 * expected + 5 * std::sqrt(expected));
    }
}

TEST_CASE("Envoy: rings and lookups") {
    Tally tally("Envoy rings");
    const Json vectors = file("lb_envoy_maglev.json").at("ring_hash").at("vectors");
    for (const Json& row : vectors) {
        models::HashRing ring({.minimum_size = row.at("minimum_ring_size")});
        const Hosts hosts = hosts_of(row);
        ring.build(hosts.candidates);
        Json points = Json::array();
        for (const auto& point : ring.points()) {
            points.push_back({{"position", std::to_string(point.hash)}, {"host", point.index}});
        }
        tally.begin("positions");
        tally.same("ring", points.dump(), row.at("ring").dump());
        for (const Json& lookup : row.at("lookups")) {
            const std::uint64_t hash = std::stoull(text(lookup.at("hash")));
            tally.begin("hash " + std::to_string(hash));
            tally.same("host", ring.points()[ring.find(hash)].index,
                       lookup.at("host").get<std::uint32_t>());
        }
    }
}

// The share of the circle before a backend's points, with names of our own: the deviation over the
// mean is 1 / sqrt(points of each), and a sample of n hosts estimates it within 1 / sqrt(2 (n -
// 1)).
TEST_CASE("Envoy: how uneven rings are") {
    Tally tally("Envoy rings measured");
    const Json measured = file("lb_envoy_maglev.json").at("ring_hash").at("measured_imbalance");
    for (const Json& row : measured) {
        models::HashRing ring({.minimum_size = row.at("minimum_ring_size")});
        const Hosts hosts = numbered_hosts(row.at("hosts"));
        ring.build(hosts.candidates);
        const auto points = ring.points();
        std::vector<double> shares(hosts.names.size());
        for (std::size_t at = 0; at < points.size(); ++at) {
            const std::uint64_t before = points[at == 0 ? points.size() - 1 : at - 1].hash;
            shares[points[at].index] += static_cast<double>(points[at].hash - before) * 0x1p-64;
        }
        const double each = row.at("hashes_per_host");
        const auto count = static_cast<double>(shares.size());
        double squares = 0;
        for (const double share : shares) squares += (share * count - 1) * (share * count - 1);
        const double deviation = std::sqrt(squares / count) * std::sqrt(each);
        tally.begin(fmt::format("{} hosts", count));
        tally.same("points", static_cast<double>(points.size()), each * count);
        tally.near("deviation over 1 / sqrt(points)", deviation, 1, 4 / std::sqrt(2 * (count - 1)));
    }
}
