// What every balancer must do, whoever is in the family.
#include <doctest/doctest.h>

#include <set>

#include "models/balancers/busiest.h"
#include "models/balancers/haproxy_first.h"
#include "tests/support/chooser.h"
#include "tests/support/play.h"

namespace {

// Nobody's request is like another's, so hashes spread them as well.
models::Request request(std::uint64_t number) {
    models::Request request;
    request.identity = sim::mix(number);
    request.key = sim::mix(~number);
    request.user = static_cast<std::uint32_t>(number);
    request.address = static_cast<std::uint32_t>(sim::mix(number));
    return request;
}

// Opens requests, each of which is closed when `window` others have come: whom they went to.
std::vector<std::uint32_t> open_requests(support::Chooser& chooser, std::size_t count,
                                         std::size_t window) {
    std::vector<std::uint32_t> picks;
    const std::size_t from = chooser.opened();
    for (std::size_t number = from; number < from + count; ++number) {
        if (number >= window) chooser.close(number - window);
        picks.push_back(chooser.open(request(number)));
    }
    return picks;
}

std::set<std::uint32_t> those_of(const std::vector<std::uint32_t>& picks) {
    return {picks.begin(), picks.end()};
}

// All but the one that must lose, and the one that fills up one server after another.
bool spreads(const models::BalancerChoice& choice) {
    return choice.as<models::Busiest::Spec>() == nullptr &&
           choice.as<models::HaproxyFirst::Spec>() == nullptr;
}

}  // namespace

TEST_CASE("every balancer reaches each of equal backends, but those that are not to") {
    for (const auto& choice : models::Balancers::each()) {
        for (const std::size_t size : {1u, 2u, 7u, 100u}) {
            support::Chooser chooser(choice);
            chooser.add_equal(size);
            const auto reached = those_of(open_requests(chooser, 200 * size, size));
            CHECK_MESSAGE(reached.size() == (spreads(choice) ? size : 1), choice.kind());
        }
    }
}

TEST_CASE("no balancer picks who is disabled or removed, and each takes up who comes") {
    for (const auto& choice : models::Balancers::each()) {
        support::Chooser chooser(choice);
        chooser.add_weighted({1, 2, 1, 3, 1, 1, 2, 1});
        open_requests(chooser, 500, 20);
        chooser.backends.disable(3);
        chooser.backends.remove(5);
        const auto fewer = those_of(open_requests(chooser, 2000, 20));
        CHECK_MESSAGE(fewer.count(3) + fewer.count(5) == 0, choice.kind());
        chooser.backends.enable(3);
        chooser.add({.weight = 2});
        const auto more = those_of(open_requests(chooser, 2000, 20));
        CHECK_MESSAGE(more.count(5) == 0, choice.kind());
        if (spreads(choice)) CHECK_MESSAGE(more.size() == 8, choice.kind());
    }
}

TEST_CASE("a balancer's picks are a function of the seed and of what came before") {
    for (const auto& choice : models::Balancers::each()) {
        std::vector<std::vector<std::uint32_t>> runs;
        for (int run = 0; run < 2; ++run) {
            support::Chooser chooser(choice, 5);
            chooser.add_weighted({3, 2, 1, 1});
            runs.push_back(open_requests(chooser, 300, 10));
        }
        CHECK_MESSAGE(runs[0] == runs[1], choice.kind());
    }
}

TEST_CASE("no balancer is disturbed by weights that change, or by loads that it sees late") {
    for (const auto& choice : models::Balancers::each()) {
        support::Chooser chooser(choice);
        chooser.add_equal(5);
        chooser.backends.show_loads_live(false);
        std::set<std::uint32_t> reached;
        for (int round = 0; round < 40; ++round) {
            chooser.backends.set_weight(2, 0.1 * (round + 1));
            for (const std::uint32_t id : open_requests(chooser, 25, 10)) reached.insert(id);
            for (std::uint32_t id = 0; id < 5; ++id) {
                chooser.backends.show_load(id, chooser.backends.active(id));
            }
        }
        if (spreads(choice)) CHECK_MESSAGE(reached.size() > 1, choice.kind());
    }
}

TEST_CASE("a backend that is gone while it answers is not missed") {
    for (const auto& choice : models::Balancers::each()) {
        support::Chooser chooser(choice);
        chooser.add_equal(3);
        open_requests(chooser, 30, 30);
        chooser.backends.remove(0);
        chooser.backends.disable(1);
        for (std::size_t number = 0; number < 30; ++number) chooser.close(number);
        CHECK_MESSAGE(chooser.pick(request(7)) == 2, choice.kind());
    }
}

TEST_CASE("whoever balances, the same users ask for the same things at the same times") {
    const auto played = [](std::string_view kind) {
        return support::play(R"({"run": {"measure": "5s"}, "nodes": {
            "clients": {"kind": "open_loop", "rate": "400/s", "calls": "front.get",
                        "population": {"people": 1000, "keys": {"kind": "uniform", "count": 100}}},
            "front": {"kind": "pool", "of": "app", "balancer": {"kind": ")" +
                             std::string(kind) + R"("}},
            "app": {"kind": "server", "replicas": 5,
                    "endpoints": {"get": [{"work": {"kind": "exponential", "mean": "5ms"}}]}}}})");
    };
    const sim::Recording first = played(models::Balancers::each().front().kind());
    CHECK(support::node(first, "clients").totals.offered > 1'500);
    for (const models::BalancerChoice& choice : models::Balancers::each()) {
        INFO(choice.kind());
        CHECK(played(choice.kind()).arrivals.hex() == first.arrivals.hex());
    }
}
