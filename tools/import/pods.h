// The pods of a workload: what their template says, as parts of a system.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tools/import/hints.h"
#include "tools/import/keys.h"
#include "tools/import/system.h"

namespace tools::imports {

using Labels = std::map<std::string, std::string>;

// A workload while its manifests are read.
struct Workload : Reading {
    std::string part;  // by name: parts move as more are added
    Labels labels{};   // of its pods
    std::vector<Hint> hints{};
    std::vector<std::string> config_maps{};  // whose data are variables
    std::string priority_class{};

    Part& own() const { return *system.find(part); }
};

// "metadata.labels" and the like.
Labels labels_of(const models::spec::Json* json);

// Whether a label selector (matchLabels, matchExpressions with In) takes pods with these labels; an
// empty one takes none.
bool selects(const models::spec::Json* selector, const Labels& labels);

// A pod's spec: containers, requests and limits, probes, and where it may run.
void read_pod(const models::spec::Json& spec, Workload& workload);

}  // namespace tools::imports
