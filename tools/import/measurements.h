// Measured times: a column of a CSV file, or one number a line.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/spec/json/problems.h"

namespace tools::imports {

struct MeasurementsAsked {
    std::string file;    // "-": the standard input
    std::string column;  // empty: the only one, or "latency"
    std::string unit;    // "s", "ms", "us", "ns"; empty: the column's ending says it, else seconds
};

struct Measurements {
    std::string column;           // empty: the file has no names
    std::string unit;             // "ms"
    std::vector<double> seconds;  // as they come
    double resolution = 0;        // of what is written, in seconds; 0: not known
    std::size_t missing = 0;      // empty, or "-", as servers write what they do not know
};

// What is wrong is a problem, and there are no values then.
Measurements read_measurements(const MeasurementsAsked& asked, models::spec::Problems& problems);

}  // namespace tools::imports
