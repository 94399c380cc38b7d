// The only part of the specs that opens files, apart so that the rest can live without a disk.
#pragma once

#include <string>

#include "models/spec/json.h"
#include "models/spec/problems.h"

namespace models::spec {

// Reads a file, or the standard input for "-", as JSON. A path that leads to no readable file is a
// problem like any other.
Json read_file(const std::string& path, Problems& problems);

}  // namespace models::spec
