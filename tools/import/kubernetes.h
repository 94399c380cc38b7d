// Kubernetes' manifests as a system: workloads, what calls them, what scales and protects them, and
// the machines, where these are told.
#pragma once

#include <vector>

#include "tools/import/system.h"

namespace tools::imports {

// Whether a document is a manifest.
bool is_manifest(const models::spec::Json& document);

// All manifests of all files together, since one refers to another by name or labels.
void add_manifests(const std::vector<models::spec::Json>& documents, System& system);

}  // namespace tools::imports
