// Whom nginx and HAProxy choose, request by request: lb_nginx_haproxy.json, recorded from the
// programs; and Envoy's turns by deadline, lb_envoy_maglev.json.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include "tests/support/chooser.h"
#include "tests/truth/tally.h"

using namespace truth;

namespace {

std::string letter(std::uint32_t id) {
    return std::string(1, static_cast<char>('a' + id));
}

// Weights are numbers, or a server line's words: "weight=3 down".
void add_servers(support::Chooser& chooser, const Json& weights) {
    std::vector<models::BackendId> down;
    for (const Json& weight : weights) {
        const auto id = static_cast<models::BackendId>(chooser.backends.instances().size());
        const std::string name = fmt::format("127.0.0.1:{}", 19101 + id);
        if (weight.is_number()) {
            chooser.add({.weight = weight.get<double>(), .name = name});
            continue;
        }
        const auto words = weight.get<std::string>();
        const std::size_t given = words.find("weight=");
        chooser.add({.weight = given == std::string::npos ? 1 : std::stod(words.substr(given + 7)),
                     .name = name});
        if (words.find("down") != std::string::npos) down.push_back(id);
    }
    for (const models::BackendId id : down) chooser.backends.disable(id);
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

models::BalancerChoice nginx_kind(const std::string& directive) {
    if (directive == "round_robin") return models::WeightedRoundRobin::Spec{};
    if (directive == "least_conn") return models::WeightedLeastConnections::Spec{};
    FAIL("no balancer is nginx's ", directive);
    return {};
}

}  // namespace

TEST_CASE("nginx: sequences and traces") {
    Tally tally("nginx sequences");
    const Json cases = file("lb_nginx_haproxy.json").at("nginx");
    for (const Json& row : cases) {
        const std::string test = row.at("test");
        if (test == "keys") continue;  // balancer_hashes_test.cpp
        support::Chooser chooser(nginx_kind(row.at("lb")));
        add_servers(chooser, row.at("weights"));
        if (test == "seq") {
            tally.begin(row.at("id"));
            tally.same("sequence", play_sequence(chooser, row.at("n")),
                       row.at("expected_sequence").get<std::string>());
        } else {
            const auto picks = play_trace(chooser, row.at("trace"));
            tally.begin(row.at("id"));
            tally.same("picks", picks.first, picks.second);
        }
    }
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
