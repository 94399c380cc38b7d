#include "reports/theory/markov_chain.h"

#include <Eigen/LU>
#include <cassert>
#include <limits>
#include <vector>

namespace reports {

namespace {

Eigen::Index at(std::size_t state) {
    return static_cast<Eigen::Index>(state);
}

// The states from which one of `reached` can be reached.
std::vector<bool> leading_to(const Eigen::MatrixXd& generator, std::vector<bool> reached) {
    std::vector<std::size_t> open;
    for (std::size_t state = 0; state < reached.size(); ++state) {
        if (reached[state]) open.push_back(state);
    }
    while (!open.empty()) {
        const std::size_t to = open.back();
        open.pop_back();
        for (std::size_t from = 0; from < reached.size(); ++from) {
            if (reached[from] || !(generator(at(from), at(to)) > 0)) continue;
            reached[from] = true;
            open.push_back(from);
        }
    }
    return reached;
}

}  // namespace

MarkovChain::MarkovChain(std::size_t states)
    : generator_(Eigen::MatrixXd::Zero(at(states), at(states))) {}

void MarkovChain::add(std::size_t from, std::size_t to, double rate) {
    assert(from != to && rate >= 0);
    generator_(at(from), at(to)) += rate;
    generator_(at(from), at(from)) -= rate;
}

// pi Q = 0 has one equation too many, in whose place stands that shares sum to 1.
std::optional<Eigen::VectorXd> MarkovChain::stationary() const {
    const Eigen::Index count = generator_.rows();
    Eigen::MatrixXd balance = generator_.transpose();
    balance.row(count - 1).setOnes();
    Eigen::VectorXd right = Eigen::VectorXd::Zero(count);
    right(count - 1) = 1;
    const Eigen::FullPivLU<Eigen::MatrixXd> factored(balance);
    if (!factored.isInvertible()) return std::nullopt;
    Eigen::VectorXd shares = factored.solve(right);
    if (!shares.allFinite()) return std::nullopt;
    return shares.cwiseMax(0.0);
}

// h = 0 where it is reached; elsewhere sum over q_ij h_j = -1.
Eigen::VectorXd MarkovChain::mean_time_to(
    const std::function<bool(std::size_t)>& is_reached) const {
    std::vector<bool> reached(states());
    for (std::size_t state = 0; state < states(); ++state) reached[state] = is_reached(state);
    const std::vector<bool> can = leading_to(generator_, reached);
    // Whoever may come to where there is no way takes for ever on average.
    std::vector<bool> stuck(states());
    for (std::size_t state = 0; state < states(); ++state) stuck[state] = !can[state];
    Eigen::MatrixXd towards_stuck = generator_;
    for (std::size_t state = 0; state < states(); ++state) {
        if (reached[state]) towards_stuck.row(at(state)).setZero();
    }
    const std::vector<bool> never = leading_to(towards_stuck, stuck);

    std::vector<std::size_t> asked;
    for (std::size_t state = 0; state < states(); ++state) {
        if (!reached[state] && !never[state]) asked.push_back(state);
    }
    Eigen::VectorXd times = Eigen::VectorXd::Zero(generator_.rows());
    for (std::size_t state = 0; state < states(); ++state) {
        if (never[state]) times(at(state)) = std::numeric_limits<double>::infinity();
    }
    if (asked.empty()) return times;
    const auto count = at(asked.size());
    Eigen::MatrixXd among(count, count);
    for (Eigen::Index i = 0; i < count; ++i) {
        for (Eigen::Index j = 0; j < count; ++j) {
            among(i, j) = generator_(at(asked[static_cast<std::size_t>(i)]),
                                     at(asked[static_cast<std::size_t>(j)]));
        }
    }
    const Eigen::VectorXd solved = among.partialPivLu().solve(-Eigen::VectorXd::Ones(count));
    for (Eigen::Index i = 0; i < count; ++i) {
        times(at(asked[static_cast<std::size_t>(i)])) = solved(i);
    }
    return times;
}

MarkovChain birth_and_death(std::size_t states, const std::function<double(std::size_t)>& up,
                            const std::function<double(std::size_t)>& down) {
    MarkovChain chain(states);
    for (std::size_t state = 0; state + 1 < states; ++state) {
        chain.add(state, state + 1, up(state));
        chain.add(state + 1, state, down(state + 1));
    }
    return chain;
}

}  // namespace reports
