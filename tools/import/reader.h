// A file of a system that runs somewhere, whatever it is.
#pragma once

#include <string>

#include "tools/import/system.h"

namespace tools::imports {

// Adds what the file says; what is wrong with it is a problem.
void read_system_file(const std::string& file, System& system);

}  // namespace tools::imports
