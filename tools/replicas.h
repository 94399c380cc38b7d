// The engine of compare and sweep: variants played side by side on the same chance, some
// replications at a time, until enough is known.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reports/comparison.h"
#include "tools/command.h"
#include "tools/variants.h"

namespace tools {

// Samples that are there already, and where new ones go.
class KnownSamples {
public:
    virtual ~KnownSamples() = default;
    // None, when it must be played. It is asked for once.
    virtual std::optional<reports::Sample> take(std::size_t variant, std::size_t replication) = 0;
    // From any thread.
    virtual void keep(std::size_t variant, std::size_t replication,
                      const reports::Sample& sample) = 0;
};

// Other processes that play along.
class Helpers {
public:
    struct Cell {
        std::size_t variant = 0;
        std::size_t replication = 0;
    };
    using Played = std::function<void(std::size_t run, reports::Sample sample)>;

    virtual ~Helpers() = default;
    // Plays all of them, here and there. Each is handed over once, from any thread: `own` gets what
    // was played here.
    virtual PlayEnd play(std::span<const Run> runs, std::span<const Cell> cells, const Play& how,
                         const Finished& own, const Played& others) = 0;
};

struct ReplicasAsked {
    std::uint64_t seed = 42;
    Play play;
    std::string balanced;           // the node whose imbalance is wanted
    KnownSamples* known = nullptr;  // what it finds is not played again
    Helpers* helpers = nullptr;
};

class Replicas {
public:
    // The variants must outlive it. `expected` has the expectations of each.
    Replicas(std::span<const LoadedVariant> variants, reports::ComparedFigures figures,
             std::vector<std::vector<reports::Expression>> expected, ReplicasAsked asked);

    // Plays what is missing, so that every variant has so many. Replication n of every variant has
    // the same seed: the same users ask for the same things at the same times.
    PlayEnd play_up_to(std::size_t replications);
    // Only of one variant.
    PlayEnd play_one_up_to(std::size_t variant, std::size_t replications);

    // Leaves out the replications from the first on that not every variant has; how many are left.
    std::size_t keep_whole();

    const std::vector<std::vector<reports::Sample>>& samples() const { return samples_; }
    const std::string& figure(std::size_t index) const { return figures_[index].name; }

private:
    PlayEnd play_missing(std::span<const std::size_t> variants, std::size_t replications);

    std::span<const LoadedVariant> variants_;
    reports::ComparedFigures figures_;
    std::vector<std::vector<reports::Expression>> expected_;
    ReplicasAsked asked_;
    std::vector<std::vector<reports::Sample>> samples_;
};

}  // namespace tools
