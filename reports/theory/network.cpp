#include "reports/theory/network.h"

#include <algorithm>
#include <cassert>
#include <limits>

#include "reports/theory/exact_mva.h"
#include "reports/theory/queues.h"

namespace reports {

namespace {

constexpr double kEndless = std::numeric_limits<double>::infinity();
constexpr double kMostSteps = 200'000;  // of exact MVA: a fraction of a second

// How busy open classes alone keep a station, in servers.
double offered_by_open(const Network& network, std::size_t station) {
    double offered = 0;
    for (const OpenClass& one : network.open) offered += one.arrivals_per_s * one.demand_s[station];
    return offered;
}

// What one second of demand becomes at a station of c servers that are `offered` busy.
double stretch(std::uint32_t servers, double offered) {
    if (offered >= servers) return kEndless;
    return 1 + erlang_c(servers, offered) / (servers - offered);
}

NetworkSolution of_size(const Network& network) {
    NetworkSolution solution;
    solution.open.resize(network.open.size());
    solution.closed.resize(network.closed.size());
    solution.utilisation.assign(network.stations.size(), 0);
    solution.there.assign(network.stations.size(), 0);
    return solution;
}

void add_residence(ClassSolution& one, double residence_s) {
    one.residence_s.push_back(residence_s);
    one.response_s += residence_s;
}

// Utilisation and population of stations, from classes that are solved (utilisation law, Little's
// law).
void sum_up(const Network& network, NetworkSolution& solution) {
    for (std::size_t i = 0; i < network.stations.size(); ++i) {
        double busy = 0;
        double there = 0;
        const auto add = [&](const ClassSolution& one, double demand_s) {
            busy += one.throughput_per_s * demand_s;
            there += one.throughput_per_s * one.residence_s[i];
        };
        for (std::size_t k = 0; k < network.open.size(); ++k) {
            add(solution.open[k], network.open[k].demand_s[i]);
        }
        for (std::size_t k = 0; k < network.closed.size(); ++k) {
            add(solution.closed[k], network.closed[k].demand_s[i]);
        }
        solution.utilisation[i] = busy / network.stations[i].servers;
        solution.there[i] = there;
    }
}

// The closed classes beside open ones, by fixed point: an arriving user finds what is there without
// one of its own class, which is (N - 1) / N of its own (Bard, Schweitzer).
class ApproximateMva {
public:
    explicit ApproximateMva(const Network& network)
        : network_(network), solution_(of_size(network)) {
        for (std::size_t i = 0; i < network.stations.size(); ++i) {
            const double left = 1 - offered_by_open(network, i) / network.stations[i].servers;
            share_left_.push_back(std::max(left, 0.0));
        }
        for (const ClosedClass& users : network.closed) {
            queues_.emplace_back(network.stations.size(),
                                 users.population / static_cast<double>(network.stations.size()));
        }
    }

    NetworkSolution solve() {
        for (int round = 0; round < kMostRounds; ++round) {
            if (!improve()) break;
        }
        answer_open();
        sum_up(network_, solution_);
        return std::move(solution_);
    }

private:
    static constexpr int kMostRounds = 100'000;
    static constexpr double kCloseEnough = 1e-10;  // of the population

    double seen(std::size_t users, std::size_t station) const {
        double there = 0;
        for (std::size_t k = 0; k < queues_.size(); ++k) there += queues_[k][station];
        const double population = network_.closed[users].population;
        return population > 0 ? there - queues_[users][station] / population : there;
    }

    // Seidmann: c servers are one that is c times as fast, and the rest of the time passes anyway.
    double residence(std::size_t users, std::size_t station) const {
        const double demand = network_.closed[users].demand_s[station];
        if (!(demand > 0)) return 0;
        if (!(share_left_[station] > 0)) return kEndless;
        const double servers = network_.stations[station].servers;
        return demand / servers / share_left_[station] * (1 + seen(users, station)) +
               demand * (servers - 1) / servers;
    }
    // The queue in front of the fast server only: what passes anyway disturbs nobody.
    double queued(double residence_s, double demand_s, std::size_t station) const {
        const double servers = network_.stations[station].servers;
        return residence_s - demand_s * (servers - 1) / servers;
    }

    bool improve() {
        double moved = 0;
        for (std::size_t k = 0; k < network_.closed.size(); ++k) {
            const ClosedClass& users = network_.closed[k];
            ClassSolution& one = solution_.closed[k];
            one = {};
            for (std::size_t i = 0; i < network_.stations.size(); ++i) {
                add_residence(one, residence(k, i));
            }
            const double cycle = users.think_s + one.response_s;
            one.throughput_per_s = cycle > 0 ? users.population / cycle : 0;
            for (std::size_t i = 0; i < network_.stations.size(); ++i) {
                const double demand = users.demand_s[i];
                const double now =
                    demand > 0 && one.throughput_per_s > 0
                        ? one.throughput_per_s * queued(one.residence_s[i], demand, i)
                        : 0;
                moved = std::max(moved,
                                 std::abs(now - queues_[k][i]) / std::max(users.population, 1.0));
                queues_[k][i] = now;
            }
        }
        return moved > kCloseEnough;
    }

    // Who comes from outside finds the closed ones there, and its like.
    void answer_open() {
        for (std::size_t k = 0; k < network_.open.size(); ++k) {
            const OpenClass& users = network_.open[k];
            ClassSolution& one = solution_.open[k];
            one.throughput_per_s = users.arrivals_per_s;
            for (std::size_t i = 0; i < network_.stations.size(); ++i) {
                double closed = 0;
                for (const auto& queue : queues_) closed += queue[i];
                const double demand = users.demand_s[i];
                const double servers = network_.stations[i].servers;
                add_residence(one, !(demand > 0) ? 0
                                   : !(share_left_[i] > 0)
                                       ? kEndless
                                       : demand * stretch(network_.stations[i].servers,
                                                          offered_by_open(network_, i)) +
                                             demand / servers / share_left_[i] * closed);
            }
        }
    }

    const Network& network_;
    NetworkSolution solution_;
    std::vector<double> share_left_;           // of a station, for closed classes
    std::vector<std::vector<double>> queues_;  // of a class, at a station
};

bool has_whole_populations(const Network& network) {
    return std::ranges::all_of(network.closed, [](const ClosedClass& users) {
        return users.population ==
               static_cast<double>(static_cast<std::uint64_t>(users.population));
    });
}

}  // namespace

NetworkSolution solve_open(const Network& network) {
    assert(network.closed.empty());
    NetworkSolution solution = of_size(network);
    for (std::size_t k = 0; k < network.open.size(); ++k) {
        solution.open[k].throughput_per_s = network.open[k].arrivals_per_s;
        for (std::size_t i = 0; i < network.stations.size(); ++i) {
            const double demand = network.open[k].demand_s[i];
            add_residence(solution.open[k], demand > 0
                                                ? demand * stretch(network.stations[i].servers,
                                                                   offered_by_open(network, i))
                                                : 0);
        }
    }
    sum_up(network, solution);
    return solution;
}

double exact_steps(const Network& network) {
    double steps = 1;
    for (const ClosedClass& users : network.closed) steps *= users.population + 1;
    return steps;
}

NetworkSolution solve_exactly(const Network& network) {
    assert(network.open.empty() && has_whole_populations(network));
    NetworkSolution solution = of_size(network);
    solution.closed = exact_mva(network.stations, network.closed);
    sum_up(network, solution);
    return solution;
}

NetworkSolution solve_approximately(const Network& network) {
    return ApproximateMva(network).solve();
}

NetworkSolution solve(const Network& network) {
    if (network.closed.empty()) return solve_open(network);
    std::uint64_t servers = 0;
    for (const Station& station : network.stations) servers += station.servers;
    const bool is_small = exact_steps(network) * static_cast<double>(servers) <= kMostSteps;
    if (network.open.empty() && is_small && has_whole_populations(network)) {
        return solve_exactly(network);
    }
    return solve_approximately(network);
}

double most_throughput_per_s(const std::vector<Station>& stations, const ClosedClass& users) {
    double calm = users.think_s;
    double most = kEndless;
    for (std::size_t i = 0; i < stations.size(); ++i) {
        calm += users.demand_s[i];
        if (users.demand_s[i] > 0) most = std::min(most, stations[i].servers / users.demand_s[i]);
    }
    return calm > 0 ? std::min(most, users.population / calm) : most;
}

}  // namespace reports
