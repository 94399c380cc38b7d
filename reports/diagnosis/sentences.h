// What a diagnosis says to people.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/diagnosis/diagnosis.h"
#include "reports/diagnosis/events.h"

namespace reports {

// What else there is to tell of one finding.
struct Told {
    const Event* event = nullptr;        // under way
    std::vector<ResourceUse> filled_up;  // because of it
    std::optional<ResourceUse> next;     // that would be full first, were it relieved
    ResourceUse last;                    // where the way down ended
    double attempts = 1;                 // calls for each that was meant
};

std::string sentence_of(const RootCause& finding, const Told& told);

// The findings', most harm first; and how far the rest is from being full.
std::vector<std::string> sentences_of(const Diagnosis& diagnosis);

}  // namespace reports
