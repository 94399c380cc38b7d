// What a failure did: to those who asked while it lasted, to all requests of the run, and to data.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "reports/time_window.h"
#include "sim/recording.h"

namespace reports {

struct Harm {
    // A client's requests while the failure lasted.
    struct Route {
        std::string client;
        double asked = 0;
        double ended = 0;
        double answered = 0;
        // Of those that ended; nothing when none did, though some were asked.
        double share() const;
    };

    double offered = 0;
    double unanswered = 0;        // of those: failed, or still waiting when the run ended
    double longest_outage_s = 0;  // of any client by itself (up_time.h)
    sim::Latencies latency;
    std::vector<Route> routes;  // in the scenario's order
    // What stores and brokers say that they lost, as "redis.lost_writes".
    std::vector<std::pair<std::string, double>> data;
};

Harm harm_of(const sim::Recording& recording, const TimeWindow& while_it_lasts);

// The mean of several runs with other chance; their latencies are merged. At least one.
Harm mean_harm(const std::vector<Harm>& runs);

}  // namespace reports
