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
};

// The mean wait in an M/M/c; infinite when it falls ever further behind. With processor sharing on
// one server it is what a request is there for longer than it needs, whatever its distribution.
double mean_wait_s(const Queue& queue);

}  // namespace reports
