// The page of a lab that was proven, or was not: what it claims, the runs with and without the
// control side by side, and what to try next.
#pragma once

#include <string>

#include "tools/proof.h"

namespace tools {

// lab.json, report.html and charts/*.svg. The result has samples. False after a complaint.
bool write_lab_page(const Proof& proof, const Result& result, const std::string& folder);

}  // namespace tools
