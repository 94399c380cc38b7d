// What a check finds, for other programs: each problem and warning with its place.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/spec/json/problems.h"

namespace tools {

struct CheckFinding {
    std::string file;  // or "--set PATH"; empty where nobody knows
    std::uint32_t line = 0;
    std::uint32_t column = 0;  // 0: as a whole
    std::string path;          // JSON pointer; empty: the whole
    std::string message;
    std::string hint;
};

struct CheckedFile {
    std::string file;
    std::vector<CheckFinding> problems;
    std::vector<CheckFinding> warnings;
};

CheckFinding finding_of(const models::spec::Problem& problem,
                        const models::spec::Problems& problems);
std::vector<CheckFinding> findings_of(const models::spec::Problems& problems);

// "spate.check/1".
std::string check_json(const std::vector<CheckedFile>& files);

}  // namespace tools
