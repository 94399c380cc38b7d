#include "reports/theory/exact_mva.h"

#include <algorithm>
#include <cassert>

namespace reports {

namespace {

class ExactMva {
public:
    ExactMva(const std::vector<Station>& stations, const std::vector<ClosedClass>& classes)
        : stations_(stations), classes_(classes) {
        std::size_t width = 0;
        for (const Station& station : stations) {
            first_.push_back(width);
            width += station.servers + 1;  // the mean there, then the chances of 0 to c - 1
        }
        width_ = width;
        std::size_t stride = 1;
        for (const ClosedClass& users : classes) {
            strides_.push_back(stride);
            stride *= static_cast<std::size_t>(users.population) + 1;
        }
        steps_ = stride;
        states_.assign(steps_ * width_, 0);
        here_.assign(classes.size(), 0);
    }

    std::vector<ClassSolution> solve() {
        for (std::size_t i = 0; i < stations_.size(); ++i) state(0)[first_[i] + 1] = 1;  // empty
        for (std::size_t step = 1; step < steps_; ++step) {
            count_up();
            answer(step);
        }
        return std::move(solved_);
    }

private:
    double* state(std::size_t step) { return &states_[step * width_]; }

    // The next population, the first class fastest.
    void count_up() {
        for (std::size_t k = 0; k < classes_.size(); ++k) {
            if (here_[k] < static_cast<std::size_t>(classes_[k].population)) {
                ++here_[k];
                return;
            }
            here_[k] = 0;
        }
    }

    void answer(std::size_t step) {
        solved_.assign(classes_.size(), {});
        for (std::size_t k = 0; k < classes_.size(); ++k) {
            ClassSolution& one = solved_[k];
            one.residence_s.assign(stations_.size(), 0);
            if (here_[k] == 0) continue;
            const double* const without = state(step - strides_[k]);
            for (std::size_t i = 0; i < stations_.size(); ++i) {
                one.residence_s[i] = residence(i, classes_[k].demand_s[i], without);
                one.response_s += one.residence_s[i];
            }
            const double cycle = classes_[k].think_s + one.response_s;
            assert(cycle > 0);
            one.throughput_per_s = static_cast<double>(here_[k]) / cycle;
        }
        for (std::size_t i = 0; i < stations_.size(); ++i) settle(i, step);
    }

    // demand / c * (1 + those there + sum over j < c - 1 of (c - 1 - j) P(j there)), all as found.
    double residence(std::size_t station, double demand, const double* found) const {
        const double* const at = found + first_[station];
        const std::uint32_t servers = stations_[station].servers;
        double waits = 1 + at[0];
        for (std::uint32_t j = 0; j + 1 < servers; ++j) waits += (servers - 1 - j) * at[1 + j];
        return demand / servers * waits;
    }

    void settle(std::size_t station, std::size_t step) {
        double* const at = state(step) + first_[station];
        const std::uint32_t servers = stations_[station].servers;
        double busy = 0;
        for (std::size_t k = 0; k < classes_.size(); ++k) {
            at[0] += solved_[k].throughput_per_s * solved_[k].residence_s[station];
            busy += solved_[k].throughput_per_s * classes_[k].demand_s[station];
        }
        // P(j) = sum over classes of X D P(j - 1 without one of them) / j; P(0) from the mean busy.
        double idle = 0;
        for (std::uint32_t j = 1; j < servers; ++j) {
            for (std::size_t k = 0; k < classes_.size(); ++k) {
                if (here_[k] == 0) continue;
                at[1 + j] += solved_[k].throughput_per_s * classes_[k].demand_s[station] *
                             state(step - strides_[k])[first_[station] + j] / j;
            }
            idle += (servers - j) * at[1 + j];
        }
        at[1] = std::max(0.0, 1 - (busy + idle) / servers);
    }

    const std::vector<Station>& stations_;
    const std::vector<ClosedClass>& classes_;
    std::vector<std::size_t> first_;    // of a station, in a state
    std::vector<std::size_t> strides_;  // of a class, in steps
    std::size_t width_ = 0;
    std::size_t steps_ = 1;
    std::vector<double> states_;
    std::vector<std::size_t> here_;  // users of each class, at this step
    std::vector<ClassSolution> solved_;
};

}  // namespace

std::vector<ClassSolution> exact_mva(const std::vector<Station>& stations,
                                     const std::vector<ClosedClass>& classes) {
    return ExactMva(stations, classes).solve();
}

}  // namespace reports
