// What a mixture or an empirical distribution keeps on the heap. Only for distribution*.cpp.
#pragma once

#include <algorithm>
#include <vector>

#include "sim/distribution.h"

namespace sim {

struct Distribution::Table {
    std::vector<double> shares;       // cumulative, up to 1
    std::vector<double> values;       // empirical: the quantile at each share
    std::vector<Distribution> parts;  // mixture: which has the step up to each share

    double weight(std::size_t part) const {
        return part == 0 ? shares[0] : shares[part] - shares[part - 1];
    }
};

}  // namespace sim
