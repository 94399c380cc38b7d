#include "models/observers/game_day.h"

#include <algorithm>

#include "models/observers/no_time.h"

namespace models {

namespace {

// How often all was well, of the times it was asked.
struct Share {
    double well = 0;
    double asked = 0;
    void add(bool is_well) {
        well += is_well;
        ++asked;
    }
    double value() const { return asked > 0 ? well / asked : kNoTime; }
};

// When failures were under way: from the first until the last has healed.
struct Span {
    sim::Time from = sim::kForever;
    sim::Time until{};
};

Span span_of(const std::vector<OutageTime>& outages) {
    Span span;
    for (const OutageTime& each : outages) {
        span.from = std::min(span.from, each.from);
        span.until = std::max(span.until, each.until);
    }
    return span;
}

// All well before, during and after, as far as it was looked at; and it was, before and during.
double held(const Share& before, const Share& during, const Share& after) {
    const bool was_looked_at = before.asked > 0 && during.asked > 0;
    const bool was_well =
        before.well == before.asked && during.well == during.asked && after.well == after.asked;
    return was_looked_at && was_well ? 1 : 0;
}

}  // namespace

sim::Watched judged(const GameDaySpec& game_day, const std::string& state,
                    const std::vector<SteadyStateSample>& looks,
                    const std::vector<OutageTime>& outages) {
    const Span span = span_of(outages);
    Share before;
    Share during;
    Share after;
    double broken_s = kNoTime;     // since they began
    double recovered_s = kNoTime;  // since they were over
    for (const auto& [now, is_well] : looks) {
        if (now < span.from) {
            before.add(is_well);
        } else if (now <= span.until) {
            during.add(is_well);
            if (!is_well && !(broken_s >= 0)) broken_s = sim::seconds(now - span.from);
        } else {
            if (now > span.until + game_day.recovers_within) after.add(is_well);
            if (!is_well) recovered_s = kNoTime;
            if (is_well && !(recovered_s >= 0)) recovered_s = sim::seconds(now - span.until);
        }
    }
    return {"game_day",
            state,
            {{"held", "", held(before, during, after)},
             {"before", "1", before.value()},
             {"during", "1", during.value()},
             {"after", "1", after.value()},
             {"broken_s", "s", broken_s},
             {"recovered_s", "s", recovered_s}},
            {{"hypothesis", game_day.hypothesis}}};
}

}  // namespace models
