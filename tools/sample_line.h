// A sample, which is all that compare and sweep need of a run, as a line of JSON.
#pragma once

#include <optional>
#include <string>

#include "models/spec/json/json.h"
#include "reports/comparison.h"

namespace tools {

// With a newline. `job` is the id of the run.
std::string line_of(const reports::Sample& sample, const reports::ComparedFigures& figures,
                    const std::string& job);

struct SampleLine {
    std::string job;
    models::spec::Json json;
};
// None, with the reason, when it is no line of a sample.
std::optional<SampleLine> read_sample_line(const std::string& line, std::string& problem);
// None, with the reason, when it is no sample of these figures.
std::optional<reports::Sample> sample_of(const SampleLine& line,
                                         const reports::ComparedFigures& figures,
                                         std::string& problem);

}  // namespace tools
