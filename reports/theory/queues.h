// Closed forms of queues, for what theory says before a run and beside one.
#pragma once

#include <cstdint>

namespace reports {

// A. K. Erlang's C: the share of arrivals that wait in an M/M/c whose servers are `offered` busy on
// average (offered < servers). By the recursion of his B, which neither overflows nor cancels.
double erlang_c(std::uint32_t servers, double offered);

struct Queue {
    double arrivals_per_s = 0;
    double service_s = 0;  // mean
    std::uint32_t servers = 1;
    double variation =
        1;  // squared coefficient of variation of the service; 1: exponential, 0: all alike
};

// The mean wait when requests come first, first served; infinite when it falls ever further behind.
// Exact for M/M/c and, by F. Pollaczek and A. Y. Khinchine, for M/G/1; for M/G/c the wait of M/M/c
// times (1 + variation) / 2 (A. M. Lee, P. A. Longton, Queueing Processes Associated with Airline
// Passenger Check-in, 1959). With processor sharing on one server, what a request is there for
// longer than it needs is the wait of M/M/1, whatever its distribution.
double mean_wait_s(const Queue& queue);

}  // namespace reports
