// The only part of the specs that opens files, apart so that the rest can live without a disk.
#pragma once

#include <optional>
#include <string>

#include "models/spec/json/json.h"
#include "models/spec/json/problems.h"

namespace models::spec {

// Reads a file, or the standard input for "-", as JSON. A path that leads to no readable file is a
// problem like any other.
Json read_file(const std::string& path, Problems& problems);

// The whole of a file, up to kLargestText; none, with the reason.
std::optional<std::string> read_text(const std::string& path, std::string& why_not);

}  // namespace models::spec
