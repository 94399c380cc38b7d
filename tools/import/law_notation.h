// Fitted laws in a scenario's words.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/spec/json/json.h"
#include "reports/statistics/fits.h"
#include "reports/statistics/law.h"

namespace tools::imports {

// A duration to five digits: "4.0131ms"; below a nanosecond it is "0s".
std::string short_duration(double seconds);

// At most so many of them, evenly out of all, in their order.
std::vector<double> evenly_chosen(const std::vector<double>& values, std::size_t most);

// A law of seconds, as a duration distribution.
models::spec::Json law_json(const reports::Law& law);

// An empirical distribution of seconds.
models::spec::Json empirical_json(const std::vector<double>& seconds);

// What is to be said of measured seconds: their law in the scenario's words, and in a sentence how
// well it fits. Of fewer than 20 values only the mean is known; where no law fits 100 and more,
// they are an empirical distribution.
struct NotedLaw {
    models::spec::Json json;
    std::string said;
    double mean = 0;
};
NotedLaw noted_law(const std::vector<double>& seconds, double resolution = 0);

}  // namespace tools::imports
