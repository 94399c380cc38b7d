#include "tools/replicas.h"

#include <algorithm>
#include <numeric>

namespace tools {

Replicas::Replicas(std::span<const LoadedVariant> variants, reports::ComparedFigures figures,
                   std::vector<std::vector<reports::Expression>> expected, ReplicasAsked asked)
    : variants_(variants),
      figures_(std::move(figures)),
      expected_(std::move(expected)),
      asked_(std::move(asked)),
      samples_(variants.size()) {}

PlayEnd Replicas::play_up_to(std::size_t replications) {
    std::vector<std::size_t> all(variants_.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return play_missing(all, replications);
}

PlayEnd Replicas::play_one_up_to(std::size_t variant, std::size_t replications) {
    return play_missing({&variant, 1}, replications);
}

// A sample that was not played has no figures.
std::size_t Replicas::keep_whole() {
    std::size_t whole = ~std::size_t{0};
    for (const auto& samples : samples_) {
        const auto missing = std::ranges::find_if(
            samples, [](const reports::Sample& each) { return each.figures.empty(); });
        whole = std::min(whole, static_cast<std::size_t>(missing - samples.begin()));
    }
    for (auto& samples : samples_) samples.resize(whole);
    return whole;
}

// Replication by replication, so that the variants of one are played close to each other and what
// is known grows evenly.
PlayEnd Replicas::play_missing(std::span<const std::size_t> variants, std::size_t replications) {
    std::vector<Run> runs;
    std::vector<Helpers::Cell> places;
    std::vector<std::size_t> had(variants_.size());
    for (const std::size_t variant : variants) {
        had[variant] = samples_[variant].size();
        samples_[variant].resize(std::max(had[variant], replications));
    }
    for (std::size_t replication = 0; replication < replications; ++replication) {
        for (const std::size_t variant : variants) {
            if (replication < had[variant]) continue;
            if (asked_.known != nullptr) {
                if (auto found = asked_.known->take(variant, replication)) {
                    samples_[variant][replication] = std::move(*found);
                    continue;
                }
            }
            runs.push_back({&*variants_[variant].loaded.scenario, {asked_.seed, replication}});
            places.push_back({variant, replication});
        }
    }
    const auto take = [&](std::size_t run, reports::Sample sample) {
        const auto [variant, replication] = places[run];
        if (asked_.known != nullptr) asked_.known->keep(variant, replication, sample);
        samples_[variant][replication] = std::move(sample);
    };
    const auto own = [&](std::size_t run, const sim::Recording& recording) {
        take(run, reports::sample_of(recording,
                                     {figures_, expected_[places[run].variant], asked_.balanced}));
    };
    if (asked_.helpers == nullptr) return play(runs, asked_.play, own);
    return asked_.helpers->play(runs, places, asked_.play, own, take);
}

}  // namespace tools
