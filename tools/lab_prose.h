// Texts of a lab with numbers from its runs: "the pods rose to {app.replicas_peak}".
#pragma once

#include <optional>
#include <string>

#include "tools/proof.h"

namespace tools {

// Every {expression} as it came to under a control (none: under no control), mean over the seeds,
// with its unit. What can say nothing stays as it is written.
std::string filled(const std::string& text, const Proof& proof, const Result& result,
                   std::optional<std::size_t> control);

// What is wrong with the expressions in the texts of a lab, each with the text it stands in.
std::string wrong_prose(const Proof& proof);

}  // namespace tools
