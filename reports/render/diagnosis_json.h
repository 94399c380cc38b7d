// A diagnosis as run.json, the page's data and `explain --format json` have it.
#pragma once

#include <nlohmann/json.hpp>

#include "reports/diagnosis/diagnosis.h"

namespace reports {

nlohmann::ordered_json diagnosis_json(const Diagnosis& diagnosis);

// What a run.json says again; nothing where it says nothing of the kind.
Diagnosis read_diagnosis(const nlohmann::ordered_json& json);

}  // namespace reports
