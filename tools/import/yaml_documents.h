// YAML as the JSON tree that remembers where each part was written, so that problems of a compose
// file or a manifest point at its lines. The parser is yaml-cpp's, by its events.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/spec/json/json.h"
#include "models/spec/json/problems.h"

namespace tools::imports {

// What a hostile file cannot exceed; kMostValues counts what aliases stand for, too.
inline constexpr std::size_t kLargestYaml = std::size_t{8} << 20U;
inline constexpr std::size_t kMostYamlValues = 400'000;

// The documents of a file that are not empty. Scalars are text, whatever they look like (a version
// 1.10 is no number), but for a plain null. Aliases and merge keys (<<) are resolved; of a name
// that is merged and written, what is written counts. What is wrong is a problem, and the
// documents before it are kept.
std::vector<models::spec::Json> yaml_documents(const std::string& name, const std::string& text,
                                               models::spec::Problems& problems);

}  // namespace tools::imports
