// spate availability FILE --rare: outages too rare for a run, by importance sampling
// (reports/theory/rare_failures.h), beside brute force and the closed form.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/theory/rare_failures.h"
#include "tools/availability_parts.h"

namespace tools {

struct RareRoute {
    std::string client;
    reports::RareFigures figures;
    double closed_form = 0;  // the share of time that what it needs is down
};
struct RareSampling {
    std::uint64_t cycles;
    std::uint64_t seed;
};

// Where the method does not apply: the place, what is there and a hint, for people; empty where it
// does. It is of parts whose times to fail and to repair are exponential, and independent.
std::string why_not_rare(const models::Scenario& scenario, const models::Dependability& found);

// Of the clients that need something that fails; why_not_rare has nothing to say.
std::vector<RareRoute> rare_routes(const models::Dependability& found,
                                   const std::vector<FailingPart>& parts,
                                   const RareSampling& sampling);

std::string rare_text(const std::vector<RareRoute>& routes);
// "spate.rare/1".
std::string rare_json(const std::vector<RareRoute>& routes, std::uint64_t seed);

}  // namespace tools
