// Of several variants, those that are worth a choice: no other is better in one of the figures
// without being worse in another (V. Pareto, "Manuale di economia politica", 1906).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/comparison.h"

namespace reports {

struct ParetoSet {
    std::vector<std::size_t> figures;   // what is weighed against each other; at least two, or none
    std::vector<std::size_t> variants;  // in their order
};

// Weighs what the comparison is about, and the cost where there is any. Of availability and
// throughput more is better, of everything else less. A variant of which a figure says nothing is
// in no set.
ParetoSet pareto_of(const Comparison& comparison);

// "p99, shop.breach_time and cost: ..."; empty when there is nothing to weigh.
std::string pareto_sentence(const Comparison& comparison);

}  // namespace reports
