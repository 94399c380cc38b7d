// Networks of stations in product form (F. Baskett, K. M. Chandy, R. R. Muntz, F. G. Palacios,
// Open, Closed, and Mixed Networks of Queues with Different Classes of Customers, JACM 1975): open
// classes that come and go, closed ones whose users wait for an answer and then think.
//
// At a station either requests of all classes need the same exponential time and come first, first
// served, or it is shared among all that are there, whatever the distribution.
//
//   solve_open          exact: each station by itself, as if arrivals were Poisson (Jackson 1957)
//   solve_exactly       closed classes: exact MVA (M. Reiser, S. S. Lavenberg, Mean-Value Analysis
//   of
//                       Closed Multichain Queuing Networks, JACM 1980), each population up to N
//   solve_approximately mixed: open classes first, and closed ones by the approximate MVA of Y.
//   Bard
//                       and P. Schweitzer (1979), with stations of several servers split as A.
//                       Seidmann does (1987): one c times as fast, and a delay for the rest
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace reports {

struct Station {
    std::uint32_t servers = 1;
};

// Who does not wait for answers. Demands are seconds a request needs of each station, over all
// visits.
struct OpenClass {
    double arrivals_per_s = 0;
    std::vector<double> demand_s;
};

struct ClosedClass {
    double population = 0;
    double think_s = 0;  // and all else that passes without a queue
    std::vector<double> demand_s;
};

struct Network {
    std::vector<Station> stations;
    std::vector<OpenClass> open;
    std::vector<ClosedClass> closed;
};

struct ClassSolution {
    double throughput_per_s = 0;
    double response_s = 0;            // at all stations, without thinking; may be infinite
    std::vector<double> residence_s;  // at each station, over all visits
};

struct NetworkSolution {
    std::vector<ClassSolution> open;  // as in the network
    std::vector<ClassSolution> closed;
    std::vector<double> utilisation;  // of each station's servers; 1 or more where it falls behind
    std::vector<double> there;        // mean requests at each station
};

// Open classes alone; closed ones must be none.
NetworkSolution solve_open(const Network& network);

// How many steps an exact solution of the closed classes takes: the product of populations plus
// one.
double exact_steps(const Network& network);

// Closed classes alone, of whole populations; open ones must be none.
NetworkSolution solve_exactly(const Network& network);

NetworkSolution solve_approximately(const Network& network);

// Exactly where that takes few enough steps, else approximately.
NetworkSolution solve(const Network& network);

// The most that closed users of one class can get: N / (think + demands) while nobody is in
// the way, and one request after the other at the fullest station (asymptotic bounds; P. J.
// Denning, J. P. Buzen, The Operational Analysis of Queueing Network Models, 1978).
double most_throughput_per_s(const std::vector<Station>& stations, const ClosedClass& users);

}  // namespace reports
