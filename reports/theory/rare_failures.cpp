#include "reports/theory/rare_failures.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/rng.h"

namespace reports {

namespace {

// Of how a cycle is sampled.
constexpr double kFailureBias = 0.5;

struct FailureCycle {
    double length = 0;
    double down = 0;      // time down, as it was played
    double weighted = 0;  // the same by likelihood ratios: its mean is that of cycles as they are
    double ratio = 1;     // of the whole cycle
};

// How many units of each part are down.
class FailureWalk {
public:
    explicit FailureWalk(std::span<const Repairable> parts)
        : parts_(parts), down_(parts.size()), rates_(2 * parts.size()), chances_(rates_.size()) {}

    FailureCycle cycle(sim::Draws& draws, bool is_biased) {
        std::ranges::fill(down_, 0);
        FailureCycle cycle;
        bool was_down = false;
        do {
            const double total = read_rates();
            const double stays = 1 / total;
            const bool is_down = is_system_down();
            was_down = was_down || is_down;
            cycle.length += stays;
            if (is_down) {
                cycle.down += stays;
                cycle.weighted += cycle.ratio * stays;
            }
            read_chances(total, is_biased && !was_down);
            const std::size_t event = drawn(draws.uniform());
            cycle.ratio *= rates_[event] / total / chances_[event];
            if (event < parts_.size()) {
                ++down_[event];
            } else {
                --down_[event - parts_.size()];
            }
        } while (std::ranges::any_of(down_, [](std::size_t each) { return each > 0; }));
        return cycle;
    }

private:
    // Of a failure of each part, and then of a repair of each; and their sum.
    double read_rates() {
        double total = 0;
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            const Repairable& part = parts_[i];
            rates_[i] = static_cast<double>(part.units - down_[i]) * part.failure_rate;
            rates_[parts_.size() + i] =
                static_cast<double>(std::min(down_[i], part.crews)) * part.repair_rate;
            total += rates_[i] + rates_[parts_.size() + i];
        }
        return total;
    }

    bool is_system_down() const {
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            if (parts_[i].units - down_[i] < parts_[i].needed) return true;
        }
        return false;
    }

    // With which each event is drawn. Where nothing is down all events are failures.
    void read_chances(double total, bool is_biased) {
        for (std::size_t i = 0; i < rates_.size(); ++i) chances_[i] = rates_[i] / total;
        if (!is_biased) return;
        double failing = 0;
        double kinds = 0;
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            failing += chances_[i];
            kinds += rates_[i] > 0 ? 1 : 0;
        }
        const double repaired = 1 - failing;
        const bool has_both = failing > 0 && repaired > 1e-15;
        if (!(failing > 0)) return;
        const double bias = has_both ? kFailureBias : 1;
        for (std::size_t i = 0; i < chances_.size(); ++i) {
            if (i < parts_.size()) {
                chances_[i] = rates_[i] > 0 ? bias / kinds : 0;
            } else if (has_both) {
                chances_[i] *= (1 - bias) / repaired;
            }
        }
    }

    std::size_t drawn(double uniform) const {
        std::size_t last = 0;
        for (std::size_t i = 0; i < chances_.size(); ++i) {
            if (!(chances_[i] > 0)) continue;
            last = i;
            if (uniform < chances_[i]) return i;
            uniform -= chances_[i];
        }
        return last;
    }

    std::span<const Repairable> parts_;
    std::vector<std::size_t> down_;
    std::vector<double> rates_;
    std::vector<double> chances_;
};

struct Moments {
    double count = 0;
    double one = 0;
    double other = 0;
    double one_squared = 0;
    double other_squared = 0;
    double product = 0;

    void add(double first, double second) {
        ++count;
        one += first;
        other += second;
        one_squared += first * first;
        other_squared += second * second;
        product += first * second;
    }
    double mean() const { return one / count; }
    double other_mean() const { return other / count; }
    double variance() const { return std::max(0.0, of(one_squared, one, one)); }
    double other_variance() const { return std::max(0.0, of(other_squared, other, other)); }
    double covariance() const { return of(product, one, other); }

private:
    double of(double products, double first, double second) const {
        return (products - first * second / count) / (count - 1);
    }
};

}  // namespace

RareFigures rare_failures(std::span<const Repairable> parts, std::uint64_t cycles,
                          std::uint64_t seed) {
    FailureWalk walk(parts);
    sim::Draws biased_draws(sim::stream_key({seed, 0}, "rare failures", "biased"));
    sim::Draws plain_draws(sim::stream_key({seed, 0}, "rare failures", "brute force"));
    RareFigures figures;
    figures.cycles = cycles;
    Moments biased;  // time down, weighted
    Moments plain;   // time down, and length
    // Of brute force's time down, and of that with the length, as the biased cycles see them.
    double down_squared = 0;
    double down_by_length = 0;
    for (std::uint64_t i = 0; i < cycles; ++i) {
        const FailureCycle rare = walk.cycle(biased_draws, true);
        biased.add(rare.weighted, 0);
        down_squared += rare.ratio * rare.down * rare.down;
        down_by_length += rare.ratio * rare.down * rare.length;
        const FailureCycle usual = walk.cycle(plain_draws, false);
        plain.add(usual.down, usual.length);
        figures.outages += usual.down > 0 ? 1 : 0;
    }
    const auto count = static_cast<double>(cycles);
    const double length = plain.other_mean();
    const double share = biased.mean() / length;
    // A ratio of means, by its first derivatives (the delta method).
    const double variance = biased.variance() + share * share * plain.other_variance();
    figures.biased = {share, std::sqrt(variance / count) / length};
    const double crude = plain.mean() / length;
    const double crude_variance =
        plain.variance() - 2 * crude * plain.covariance() + crude * crude * plain.other_variance();
    figures.brute_force = {crude, std::sqrt(std::max(0.0, crude_variance) / count) / length};
    const double covariance = down_by_length / count - biased.mean() * length;
    const double expected = down_squared / count - biased.mean() * biased.mean() -
                            2 * share * covariance + share * share * plain.other_variance();
    // Of one unit all cycles are alike: there is none to reduce.
    const bool varies = variance > 1e-20 * biased.mean() * biased.mean();
    figures.variance_reduction = varies ? expected / variance : 1;
    return figures;
}

}  // namespace reports
