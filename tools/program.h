// Programs of others that the command line uses where they are there.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tools {

// Where on PATH it is.
std::optional<std::string> program_path(const std::string& name);

// Runs it, with what it writes going to a file when one is named; its exit code, none when it could
// not be started or was killed.
std::optional<int> run_program(const std::string& path, const std::vector<std::string>& arguments,
                               const std::string& output = "");

}  // namespace tools
