// What a gateway does with a request on its way, and with the answer on its way back: a block,
// in the order in which filters are listed. Resilience policies are filters, too.
#pragma once

#include <string_view>
#include <vector>

#include "models/audience.h"
#include "models/calls/policy.h"
#include "models/context.h"
#include "models/costing.h"
#include "models/family.h"
#include "sim/cpu.h"

namespace models {

// The gateway at which filters are.
class FilterHost {
public:
    virtual sim::Cpu& cores_of(std::uint32_t instance) = 0;
    virtual std::string_view path_of(EndpointId endpoint) const = 0;

protected:
    ~FilterHost() = default;
};

struct FilterSite : Context {
    FilterSite(const Context& context, FilterHost& at) : Context(context), host(at) {}
    FilterHost& host;
};

// A new one is a file, its line in filters.cpp, a test and a scenario.
struct Filters : Family<Filters, Policy, const FilterSite&> {
    static constexpr std::string_view name = "filters";
    static constexpr std::string_view doc =
        "Filters of a gateway: what it does with requests and answers, in this order.";
    static const List& list();
};
using FilterChoice = spec::Choice<Filters>;

// Users whom filters tell apart.
void find_audiences(const std::vector<FilterChoice>& filters, const std::string& pointer,
                    std::vector<Audience>& found);

// What they need of the gateway's cores for a request that passes; what else they do is noted.
void add_cost_of(const std::vector<FilterChoice>& filters, Cost& cost, Costing& costing);

}  // namespace models
