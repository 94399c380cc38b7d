// How often a request visits each station of a network, from where it goes next: Jackson's traffic
// equations v = e + R^T v, solved by LU (J. R. Jackson, Networks of Waiting Lines, 1957).
#pragma once

#include <Eigen/Core>
#include <optional>

namespace reports {

struct Routing {
    Eigen::VectorXd entries;  // mean visits that begin at each station; probabilities sum to 1
    Eigen::MatrixXd next;     // row i, column j: mean visits to j that one to i leads to
};

// Mean visits of each station by one request; nothing when some never leave the network.
std::optional<Eigen::VectorXd> visit_ratios(const Routing& routing);

}  // namespace reports
