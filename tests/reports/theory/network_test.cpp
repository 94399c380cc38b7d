// Networks in product form against the exact tables of tests/queueing, closed forms and laws.
#include "reports/theory/network.h"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "reports/theory/markov_chain.h"
#include "reports/theory/visit_ratios.h"

using namespace reports;

namespace {

// It lives as long as the program, so that a loop may walk over a part of it.
const nlohmann::json& tables() {
    static const nlohmann::json read = [] {
        std::ifstream stream(SPATE_SOURCE_DIR "/tests/truth/queueing_networks.json");
        REQUIRE(stream.good());
        return nlohmann::json::parse(stream).at("tables");
    }();
    return read;
}

bool is_near(double value, double truth, double relative) {
    return std::abs(value - truth) <= relative * std::abs(truth) + 1e-15;
}

// What tables with 15 digits allow.
constexpr double kExact = 1e-11;

std::vector<Station> stations_of(std::size_t count) {
    return std::vector<Station>(count);
}

}  // namespace

TEST_CASE("open Jackson networks: visits by LU, then each station by itself") {
    for (const nlohmann::json& one : tables()["jackson"]["cases"]) {
        CAPTURE(one["id"]);
        const auto count = one["nodes"].size();
        const auto rows = static_cast<Eigen::Index>(count);
        Routing routing{Eigen::VectorXd(rows), Eigen::MatrixXd(rows, rows)};
        double arrivals = 0;
        for (const double each : one["external_arrivals"]) arrivals += each;
        for (Eigen::Index i = 0; i < rows; ++i) {
            const auto row = static_cast<std::size_t>(i);
            routing.entries(i) = one["external_arrivals"][row].get<double>() / arrivals;
            for (Eigen::Index j = 0; j < rows; ++j) {
                routing.next(i, j) = one["routing"][row][static_cast<std::size_t>(j)];
            }
        }
        const auto visits = visit_ratios(routing);
        REQUIRE(visits);
        Network network;
        OpenClass users{arrivals, {}};
        for (std::size_t i = 0; i < count; ++i) {
            const nlohmann::json& node = one["nodes"][i];
            const double ratio = (*visits)(static_cast<Eigen::Index>(i));
            CHECK(is_near(ratio, node["visits_per_job"], kExact));
            network.stations.push_back({node["servers"]});
            users.demand_s.push_back(ratio / node["mu"].get<double>());
        }
        network.open.push_back(users);
        const NetworkSolution solution = solve(network);
        CHECK(is_near(solution.open[0].response_s, one["mean_time_in_system"], kExact));
        for (std::size_t i = 0; i < count; ++i) {
            CHECK(is_near(solution.utilisation[i], one["nodes"][i]["rho"], kExact));
            CHECK(is_near(solution.there[i], one["nodes"][i]["L"], kExact));
        }
    }
}

TEST_CASE("a loop that nobody leaves has no visits, one that grows neither") {
    Routing routing{Eigen::VectorXd::Ones(1), Eigen::MatrixXd::Ones(1, 1)};
    CHECK_FALSE(visit_ratios(routing));
    routing.next(0, 0) = 1.5;
    CHECK_FALSE(visit_ratios(routing));
    routing.next(0, 0) = 0.75;
    REQUIRE(visit_ratios(routing));
    CHECK((*visit_ratios(routing))(0) == doctest::Approx(4).epsilon(1e-12));
}

TEST_CASE("closed networks: exact MVA, user by user, against the table") {
    for (const nlohmann::json& one : tables()["closed_mva"]["cases"]) {
        CAPTURE(one["id"]);
        const std::vector<double> demands = one["demands"];
        for (const nlohmann::json& row : one["rows"]) {
            CAPTURE(row["N"]);
            Network network{stations_of(demands.size()), {}, {}};
            network.closed.push_back({row["N"], one["think_Z"], demands});
            const NetworkSolution solution = solve_exactly(network);
            CHECK(is_near(solution.closed[0].throughput_per_s, row["throughput"], kExact));
            CHECK(is_near(solution.closed[0].response_s, row["response"], kExact));
            for (std::size_t i = 0; i < demands.size(); ++i) {
                CHECK(is_near(solution.utilisation[i], row["utilisation"][i], kExact));
                CHECK(is_near(solution.there[i], row["queue"][i], kExact));
            }
            CHECK(solution.closed[0].throughput_per_s <=
                  most_throughput_per_s(network.stations, network.closed[0]) * (1 + kExact));
        }
    }
}

// The machines that work are users who think, the crew is a station of several servers.
TEST_CASE("machine repair is a closed network, and a birth-and-death chain") {
    for (const nlohmann::json& row : tables()["machine_repair"]["rows"]) {
        CAPTURE(row.dump());
        const std::size_t machines = row["N"];
        const std::uint32_t crew = row["repairmen_or_servers"];
        const double fails = row["lambda_each"];
        const double mends = row["mu"];
        Network network{{{crew}}, {}, {}};
        network.closed.push_back({static_cast<double>(machines), 1 / fails, {1 / mends}});
        const NetworkSolution solution = solve_exactly(network);
        CHECK(is_near(solution.closed[0].throughput_per_s, row["throughput"], kExact));
        CHECK(is_near(solution.closed[0].response_s, row["W"], kExact));
        CHECK(is_near(solution.there[0], row["L_down_or_waiting"], kExact));

        const auto down =
            birth_and_death(
                machines + 1,
                [&](std::size_t broken) { return static_cast<double>(machines - broken) * fails; },
                [&](std::size_t broken) {
                    return static_cast<double>(std::min<std::size_t>(broken, crew)) * mends;
                })
                .stationary();
        REQUIRE(down);
        double mean = 0;
        for (Eigen::Index i = 0; i < down->size(); ++i) mean += static_cast<double>(i) * (*down)(i);
        // The table has the smallest shares to fewer digits than LU rounds them to.
        CHECK(is_near(mean, row["L_down_or_waiting"], 1e-10));
        CHECK((*down)(down->size() - 1) == doctest::Approx(row["P_all_down"].get<double>()));
    }
}

// Split a class in two of the same kind: nobody can tell.
TEST_CASE("two classes that ask for the same are one class") {
    for (const std::uint32_t servers : {1u, 3u}) {
        CAPTURE(servers);
        const std::vector<double> demands{0.2, 0.05};
        Network one{{{servers}, {1}}, {}, {{12, 1, demands}}};
        Network two{{{servers}, {1}}, {}, {{4, 1, demands}, {8, 1, demands}}};
        for (const auto& solve_by : {solve_exactly, solve_approximately}) {
            const NetworkSolution whole = solve_by(one);
            const NetworkSolution parts = solve_by(two);
            const double sum = parts.closed[0].throughput_per_s + parts.closed[1].throughput_per_s;
            // The approximation takes one of a class away from that class alone.
            const double tolerance = solve_by == solve_exactly ? kExact : 0.01;
            CHECK(is_near(sum, whole.closed[0].throughput_per_s, tolerance));
            CHECK(is_near(parts.there[0], whole.there[0], 5 * tolerance));
        }
    }
}

// Balanced, exact and approximate: Schweitzer's is within a few percent there, and best at the
// ends.
TEST_CASE("approximate MVA is near the exact one, and meets it at both ends") {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> demand(0.01, 0.2);
    for (int round = 0; round < 20; ++round) {
        Network network{{{1}, {4}, {1}}, {}, {}};
        network.closed.push_back({1, 2, {demand(random), demand(random), demand(random)}});
        network.closed.push_back({1, 1, {demand(random), demand(random), demand(random)}});
        for (const double users : {1.0, 5.0, 20.0, 60.0}) {
            CAPTURE(users);
            network.closed[0].population = users;
            network.closed[1].population = users / 1;
            const NetworkSolution exact = solve_exactly(network);
            const NetworkSolution near = solve_approximately(network);
            for (std::size_t k = 0; k < 2; ++k) {
                CHECK(is_near(near.closed[k].throughput_per_s, exact.closed[k].throughput_per_s,
                              users == 1 ? 0.02 : 0.06));
            }
        }
    }
}

TEST_CASE("conservation: of all users each thinks or is at a station") {
    Network network{{{2}, {1}}, {}, {{30, 5, {0.5, 0.1}}, {10, 1, {0.1, 0.3}}}};
    for (const auto& solve_by : {solve_exactly, solve_approximately}) {
        const NetworkSolution solution = solve_by(network);
        for (std::size_t k = 0; k < 2; ++k) {
            const ClosedClass& users = network.closed[k];
            const ClassSolution& one = solution.closed[k];
            CHECK(is_near(one.throughput_per_s * (users.think_s + one.response_s), users.population,
                          1e-8));
        }
        CHECK(solution.utilisation[0] <= 1);
        CHECK(solution.utilisation[1] <= 1);
    }
}

TEST_CASE("open users leave less of a station for closed ones") {
    // Half of the station is gone: the closed users see one that is half as fast.
    Network mixed{{{1}}, {{5, {0.1}}}, {{8, 1, {0.1}}}};
    Network slower{{{1}}, {}, {{8, 1, {0.2}}}};
    const NetworkSolution beside = solve(mixed);
    CHECK(is_near(beside.closed[0].throughput_per_s,
                  solve_approximately(slower).closed[0].throughput_per_s, 1e-9));
    CHECK(beside.utilisation[0] < 1);
    // And open ones that are more than it can take leave nothing.
    mixed.open[0].arrivals_per_s = 20;
    CHECK(solve(mixed).closed[0].throughput_per_s == 0);
    CHECK(std::isinf(solve(mixed).open[0].response_s));
}

TEST_CASE("a hundred thousand users of five classes take no time to solve") {
    Network network{{{80}, {16}, {1}}, {}, {}};
    for (int k = 0; k < 5; ++k) network.closed.push_back({20'000, 20, {0.013, 0.004, 0.0001}});
    const NetworkSolution solution = solve(network);
    // The fullest station decides: 16 / 4 ms.
    double sum = 0;
    for (const ClassSolution& one : solution.closed) sum += one.throughput_per_s;
    CHECK(sum == doctest::Approx(4000).epsilon(0.001));
    CHECK(solution.utilisation[1] == doctest::Approx(1).epsilon(0.001));
}
