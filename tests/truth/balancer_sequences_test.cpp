// Whom nginx and HAProxy choose, request by request: lb_nginx_haproxy.json, recorded from the
// programs; and Envoy's turns by deadline, lb_envoy_maglev.json.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include "models/balancers/earliest_deadline.h"
#include "models/balancers/haproxy_first.h"
#include "models/balancers/haproxy_leastconn.h"
#include "models/balancers/haproxy_roundrobin.h"
#include "models/balancers/haproxy_static_rr.h"
#include "models/balancers/weighted_least_connections.h"
#include "models/balancers/weighted_round_robin.h"
#include "tests/support/chooser.h"
#include "tests/truth/tally.h"

using namespace truth;

namespace {

std::string letter(std::uint32_t id) {
    return std::string(1, static_cast<char>('a' + id));
}

// Weights are numbers, or a server line's words: "weight=3 down", "maxconn 2".
void add_server(support::Chooser& chooser, const Json& weight) {
    const auto id = static_cast<models::BackendId>(chooser.backends.instances().size());
    support::Chooser::About about{.name = fmt::format("127.0.0.1:{}", 19101 + id)};
    if (weight.is_number()) {
        about.weight = weight.get<double>();
        chooser.add(about);
        return;
    }
    const auto words = weight.get<std::string>();
    const auto number_after = [&](std::string_view word) {
        const std::size_t at = words.find(word);
        return at == std::string::npos ? 0 : std::stoi(words.substr(at + word.size()));
    };
    if (const int given = number_after("weight=")) about.weight = given;
    if (const int most = number_after("maxconn ")) about.limit = static_cast<std::uint32_t>(most);
    chooser.add(about);
    if (words.find("down") != std::string::npos) chooser.backends.disable(id);
}

std::string play_sequence(support::Chooser& chooser, std::size_t n) {
    std::string sequence;
    while (sequence.size() < n) sequence += letter(chooser.serve());
    return sequence;
}

// Opens and closes as recorded; the picks it made, and those that were recorded.
std::pair<std::string, std::string> play_trace(support::Chooser& chooser, const Json& trace) {
    std::pair<std::string, std::string> picks;
    for (const Json& step : trace) {
        if (step.at("op") == "open") {
            picks.first += letter(chooser.open());
            picks.second += step.at("pick").get<std::string>();
        } else {
            chooser.close(step.at("request").get<std::size_t>());
        }
    }
    return picks;
}

template <class Kind>
void play_cases(const std::string& table, const std::string& program, const std::string& directive,
                const Kind& kind_of) {
    Tally tally(table);
    const Json cases = file("lb_nginx_haproxy.json").at(program);
    for (const Json& row : cases) {
        const std::string test = row.at("test");
        if (test == "keys") continue;  // balancer_hashes_test.cpp
        support::Chooser chooser(kind_of(row.at(directive)));
        for (const Json& weight : row.at("weights")) add_server(chooser, weight);
        tally.begin(row.at("id"));
        if (test == "seq") {
            tally.same("sequence", play_sequence(chooser, row.at("n")),
                       row.at("expected_sequence").get<std::string>());
        } else {
            const auto picks = play_trace(chooser, row.at("trace"));
            tally.same("picks", picks.first, picks.second);
        }
    }
}

}  // namespace

TEST_CASE("nginx: sequences and traces") {
    play_cases("nginx sequences", "nginx", "lb", [](const std::string& directive) {
        if (directive == "round_robin") {
            return models::BalancerChoice(models::WeightedRoundRobin::Spec{});
        }
        if (directive == "least_conn") {
            return models::BalancerChoice(models::WeightedLeastConnections::Spec{});
        }
        FAIL("no balancer is nginx's ", directive);
        return models::BalancerChoice();
    });
}

TEST_CASE("HAProxy: sequences and traces") {
    play_cases("HAProxy sequences", "haproxy", "balance", [](const std::string& algorithm) {
        if (algorithm == "roundrobin") {
            return models::BalancerChoice(models::HaproxyRoundrobin::Spec{});
        }
        if (algorithm == "static-rr") {
            return models::BalancerChoice(models::HaproxyStaticRr::Spec{});
        }
        if (algorithm == "leastconn") {
            return models::BalancerChoice(models::HaproxyLeastconn::Spec{});
        }
        if (algorithm == "first") return models::BalancerChoice(models::HaproxyFirst::Spec{});
        FAIL("no balancer is HAProxy's ", algorithm);
        return models::BalancerChoice();
    });
}

TEST_CASE("Envoy: weighted turns by deadline") {
    Tally tally("Envoy turns");
    const Json cases = file("lb_envoy_maglev.json").at("edf_round_robin").at("cases");
    for (const Json& row : cases) {
        models::EarliestDeadline turns;
        const Json& weights = row.at("weights");
        for (std::uint32_t index = 0; index < weights.size(); ++index) {
            turns.add(index, weights.at(index).get<double>());
        }
        const std::string expected = row.at("sequence");
        std::string sequence;
        while (sequence.size() < expected.size()) {
            const std::uint32_t taken = turns.take();
            turns.add(taken, weights.at(taken).get<double>());
            sequence += letter(taken);
        }
        tally.begin(weights.dump());
        tally.same("sequence", sequence, expected);
    }
}
