// What a diagnosis says to people.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/diagnosis/diagnosis.h"
#include "reports/diagnosis/events.h"
#include "reports/diagnosis/releases.h"
#include "reports/diagnosis/retries.h"

namespace reports {

// Calls that were sent and never arrived.
struct LostCalls {
    std::string from;
    std::string to;
    double sent = 0;
    double lost = 0;
};

// What else there is to tell of one finding.
struct Told {
    const Event* event = nullptr;     // under way
    const Event* healed = nullptr;    // that ended where it begins
    double surge = 0;                 // likewise: times the requests of the calm
    std::optional<ResourceUse> next;  // that would be full first, were it relieved
    Amplification retries;
    std::optional<Worsened> release;
    std::optional<LostCalls> lost;
    sim::CauseKind cause_kind = sim::CauseKind::nothing;  // of what users saw
    bool is_behind = false;  // of consumers: messages wait, and no user
};

std::string sentence_of(const RootCause& finding, const Told& told);

// The findings', most harm first; and how far the rest is from being full.
std::vector<std::string> sentences_of(const Diagnosis& diagnosis);

}  // namespace reports
