#include "models/calls/tally.h"

#include <algorithm>
#include <string>

namespace models {

namespace {

std::size_t measure_of(sim::NodeRecord& record, std::string_view name, std::string_view unit) {
    auto& measures = record.measures;
    const auto known = std::ranges::find(measures, name, &sim::Measure::name);
    const auto index = static_cast<std::size_t>(known - measures.begin());
    if (known == measures.end()) measures.push_back({std::string(name), std::string(unit), 0});
    return index;
}

}  // namespace

Tally::Tally(const Context& context, std::string_view name, std::string_view unit)
    : scheduler_(context.scheduler()),
      recorder_(context.world.recorder),
      meter_(context.meter),
      index_(measure_of(context.meter.record(), name, unit)) {}

}  // namespace models
