// Markov chains in continuous time with few states: where they are in the long run, and how long it
// takes until they are somewhere for the first time. Both by LU of the generator (W. J. Stewart,
// Probability, Markov Chains, Queues, and Simulation, 2009, sections 9.6 and 9.10).
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <functional>
#include <optional>

namespace reports {

class MarkovChain {
public:
    explicit MarkovChain(std::size_t states);

    // From one state to another, so often per unit of time while it is there.
    void add(std::size_t from, std::size_t to, double rate);

    std::size_t states() const { return static_cast<std::size_t>(generator_.rows()); }

    // The share of time in each state; nothing when that depends on where it began.
    std::optional<Eigen::VectorXd> stationary() const;

    // The mean time until it is in one of the states asked for, from each state (0 from those);
    // infinite where it may never be.
    Eigen::VectorXd mean_time_to(const std::function<bool(std::size_t)>& is_reached) const;

private:
    Eigen::MatrixXd generator_;  // row: from; rows sum to 0
};

// One that only goes up and down by one: how many requests are there, how many machines are broken.
// `up` and `down` say the rates at which a state is left.
MarkovChain birth_and_death(std::size_t states, const std::function<double(std::size_t)>& up,
                            const std::function<double(std::size_t)>& down);

}  // namespace reports
