// How well alerts tell of failures: what they detect, how soon, and how often they are wrong.
#pragma once

#include <cstdint>
#include <vector>

#include "models/observers/alert_states.h"
#include "sim/recording.h"

namespace models {

// A failure, from when it strikes until it is healed.
struct OutageTime {
    sim::Time from;
    sim::Time until;
};

// A firing is a false alarm when no failure was under way at any time from when its condition began
// to hold until it was resolved. A failure is detected by what first fires after it struck, or goes
// on firing, before it has healed.
class Detection {
public:
    Detection(const std::vector<OutageTime>& outages, const sim::Recording& recording);

    // Of one rule; `forgotten` are those that were pending and gone before they fired.
    std::vector<sim::Measure> measures(const std::vector<AlertTimes>& alerts) const;
    // Of several, without that.
    std::vector<sim::Measure> measures_together(const std::vector<AlertTimes>& alerts) const;

    // How long after the first failure a number left what it had been, and what it came to.
    std::vector<sim::Measure> measures(const std::vector<promql::Sample>& values) const;

private:
    struct Outage {
        std::int64_t from;
        std::int64_t until;
    };

    std::int64_t begin_;
    std::int64_t end_;
    std::int64_t struck_;  // when the first failure does
    std::vector<Outage> outages_;
};

}  // namespace models
