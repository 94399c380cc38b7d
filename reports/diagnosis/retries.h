// How many calls retries make of one: retry amplification.
#pragma once

#include <string>
#include <vector>

#include "reports/diagnosis/graph.h"

namespace reports {

struct Amplification {
    std::string node;  // who tries again most
    double calls = 1;  // for each that was meant
};

// Whether anybody whom a client's requests reach has tried again.
bool has_retries(const ResourceGraph& graph, std::size_t client);

// Of the nodes that a client's requests reach and that retry. What they call for each of their own
// requests while it is `calm` is what was meant; where it never is, all calls but the retries are.
Amplification amplification(const ResourceGraph& graph, std::size_t client, Stretch when,
                            const std::vector<Stretch>& calm);

}  // namespace reports
