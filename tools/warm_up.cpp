#include "tools/warm_up.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/statistics/warm_up.h"
#include "reports/words/numbers.h"

namespace tools {

namespace {

// Slices of a pilot: 400 means of five.
constexpr int kSlices = 2000;

models::Scenario pilot_of(const models::Scenario& scenario) {
    models::Scenario pilot = scenario;
    const sim::Duration whole = scenario.run.warm_up + scenario.run.measure;
    pilot.run.warm_up = sim::Duration::zero();
    pilot.run.measure = whole;
    pilot.run.slice = std::max<sim::Duration>(whole / kSlices, std::chrono::milliseconds(1));
    return pilot;
}

}  // namespace

// The pilots have a replication of their own: chosen by what the measured runs look like, the cut
// would favour those that begin well.
WarmUpEnd cut_warm_up(Variants& variants, const ReplicasAsked& asked) {
    constexpr std::uint64_t kPilot = ~std::uint64_t{0};
    std::vector<models::Scenario> pilots;
    std::vector<Run> runs;
    for (const LoadedVariant& each : variants.each) {
        pilots.push_back(pilot_of(*each.loaded.scenario));
    }
    for (const models::Scenario& pilot : pilots) runs.push_back({&pilot, {asked.seed, kPilot}});
    std::vector<std::optional<reports::WarmUp>> cuts(runs.size());
    const PlayEnd end = play(runs, asked.play, [&](std::size_t run, const sim::Recording& played) {
        cuts[run] = reports::warm_up_of(played);
    });
    if (end != PlayEnd::whole) return {end, ""};
    double longest_s = 0;
    std::size_t slowest = 0;
    std::string unsettled;
    for (std::size_t i = 0; i < cuts.size(); ++i) {
        if (!cuts[i]) continue;
        if (!cuts[i]->settled) {
            unsettled += (unsettled.empty() ? "" : ", ") + variants.each[i].name;
        } else if (cuts[i]->cut_s > longest_s) {
            longest_s = cuts[i]->cut_s;
            slowest = i;
        }
    }
    const auto warm_up = sim::Duration(static_cast<std::int64_t>(longest_s * 1e9));
    for (LoadedVariant& each : variants.each) each.loaded.scenario->run.warm_up = warm_up;
    std::string note =
        fmt::format("Warm-up cut by MSER-5 at {} for all", reports::brief(longest_s));
    if (longest_s > 0) note += fmt::format(", as {} needs", variants.each[slowest].name);
    if (unsettled.empty()) return {end, note + "."};
    return {end, note + fmt::format(". No cut was found for {}: it changes with time, falls ever "
                                    "further behind, or was played for too short a time.",
                                    unsettled)};
}

}  // namespace tools
