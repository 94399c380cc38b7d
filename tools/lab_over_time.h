// What the page of a lab draws over time: of the nodes that its statements name, the series that
// are behind the figures they speak of.
#pragma once

#include "reports/render/lab_json.h"
#include "tools/proof.h"

namespace tools {

// Of every case with the lab's first seed. The result has what is drawn.
reports::LabOverTime over_time_of(const Proof& proof, const Result& result);

}  // namespace tools
