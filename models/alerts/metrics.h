// What a run counted over time, as a Prometheus would have scraped it, under the names that
// `spate export` gives it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "models/alerts/objective_spec.h"
#include "models/alerts/promql.h"
#include "sim/recording.h"

namespace models {

// Of an objective, slice by slice.
struct GoodAndAll {
    std::vector<std::uint32_t> good;
    std::vector<std::uint32_t> all;
};
GoodAndAll counted_for(const SloSpec& objective, const sim::Recording& recording);

// Only the metrics that are asked for; a name that is empty asks for all. The first scrape is one
// interval after the start.
std::vector<promql::TimeSeries> metrics_of(const sim::Recording& recording,
                                           const spec::Named<SloSpec>& objectives,
                                           sim::Duration scrape_interval,
                                           const std::set<std::string>& wanted);

// Every name there can be in a run of the scenario that this is a recording of.
std::set<std::string> metric_names(const sim::Recording& recording);

}  // namespace models
