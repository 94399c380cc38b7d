// Which query was answered where: the requests of each query, told apart by the role of the machine
// that they were sent to.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "models/context.h"

namespace models {

class RoutingTable {
public:
    // Nothing is told apart where no query has a name.
    RoutingTable(const std::vector<std::string>& queries, const Context& context)
        : context_(context) {
        if (queries.empty()) return;
        add("unmarked");
        for (const std::string& query : queries) add(query);
    }

    void answered(EndpointId query, bool by_primary, sim::Time arrived, Outcome outcome) {
        if (parts_.empty()) return;
        const std::size_t part = parts_[query][by_primary ? 0 : 1];
        context_.meter.arrived_in(part, arrived);
        context_.meter.left_in(part, arrived, outcome);
    }

private:
    void add(const std::string& query) {
        const std::size_t primary = context_.meter.split(query, "primary");
        parts_.push_back({primary, context_.meter.split(query, "replica")});
    }

    Context context_;
    std::vector<std::array<std::size_t, 2>> parts_;
};

}  // namespace models
