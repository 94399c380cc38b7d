#include "reports/theory/visit_ratios.h"

#include <Eigen/LU>
#include <cassert>

namespace reports {

std::optional<Eigen::VectorXd> visit_ratios(const Routing& routing) {
    const Eigen::Index stations = routing.entries.size();
    assert(routing.next.rows() == stations && routing.next.cols() == stations);
    const Eigen::MatrixXd leaves =
        Eigen::MatrixXd::Identity(stations, stations) - routing.next.transpose();
    const Eigen::FullPivLU<Eigen::MatrixXd> factored(leaves);
    if (!factored.isInvertible()) return std::nullopt;
    Eigen::VectorXd visits = factored.solve(routing.entries);
    // A loop that grows has a solution with no meaning: less than no visits.
    if (!visits.allFinite() || visits.minCoeff() < -1e-9) return std::nullopt;
    return visits;
}

}  // namespace reports
