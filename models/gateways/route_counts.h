// What a gateway counts of each route: requests and latencies, and answers by status.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "metrics/names.h"
#include "models/calls/tally.h"
#include "models/causes.h"
#include "models/context.h"
#include "models/request.h"

namespace models {

// Of requests that do not stay around for an answer there is none.
inline constexpr std::array kGatewayStatuses = {200, 401, 403, 404, 429, 499, 500, 502, 503, 504};

class StatusCounts {
public:
    // `prefix` is in front of "status_404".
    StatusCounts(const Context& context, const std::string& prefix) {
        for (const int status : kGatewayStatuses) {
            counts_.emplace_back(context, prefix + "status_" + std::to_string(status));
        }
    }

    void add(const Response& response) {
        if (response.ok()) [[likely]]
            return counts_.front().add();
        const int status =
            metrics::http_status(response.outcome, sim::row_of(kCauses, response.cause));
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            if (kGatewayStatuses[i] == status) counts_[i].add();
        }
    }

private:
    std::vector<Tally> counts_;
};

struct RouteCounts {
    RouteCounts(const Context& context, const std::string& title)
        : part(static_cast<std::uint32_t>(context.meter.split("route", title))),
          statuses(context, title + "_") {}

    std::uint32_t part;
    StatusCounts statuses;
};

}  // namespace models
