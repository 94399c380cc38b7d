#include "reports/theory/queues.h"

#include <limits>

namespace reports {

double erlang_c(std::uint32_t servers, double offered) {
    double blocked = 1;  // B of no server
    for (std::uint32_t n = 1; n <= servers; ++n) {
        blocked = offered * blocked / (n + offered * blocked);
    }
    return blocked / (1 - offered / servers * (1 - blocked));
}

double mean_wait_s(const Queue& queue) {
    const double offered = queue.arrivals_per_s * queue.service_s;
    if (!(offered > 0)) return 0;
    if (offered >= queue.servers) return std::numeric_limits<double>::infinity();
    const double exponential =
        erlang_c(queue.servers, offered) * queue.service_s / (queue.servers - offered);
    return exponential * (1 + queue.variation) / 2;
}

}  // namespace reports
