#include "models/observers/detection.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/observers/no_time.h"

namespace models {

namespace {

double seconds_of(std::int64_t ms) {
    return static_cast<double>(ms) / 1000;
}

// How long after a failure a number left what it had been: its mean before, give or take four
// standard deviations, or a tenth of it where it was steadier than that.
double moved_s(const std::vector<promql::Sample>& values, std::int64_t struck) {
    double count = 0;
    double mean = 0;
    double squares = 0;
    for (const promql::Sample& each : values) {
        if (each.at > struck) continue;
        // Welford's, which loses nothing to cancellation.
        const double off = each.value - mean;
        mean += off / ++count;
        squares += off * (each.value - mean);
    }
    if (count < 2) return kNoTime;
    const double usual = std::max(4 * std::sqrt(squares / (count - 1)), std::abs(mean) / 10);
    for (const promql::Sample& each : values) {
        const bool has_moved = std::abs(each.value - mean) > usual;
        if (each.at > struck && has_moved) return seconds_of(each.at - struck);
    }
    return kNoTime;
}

}  // namespace

Detection::Detection(const std::vector<OutageTime>& outages, const sim::Recording& recording)
    : begin_(promql::milliseconds(recording.warm_up)),
      end_(promql::milliseconds(recording.simulated)),
      struck_(end_) {
    for (const OutageTime& each : outages) {
        const std::int64_t from = promql::milliseconds(each.from.time_since_epoch());
        if (from >= end_) continue;
        outages_.push_back({from, promql::milliseconds(each.until.time_since_epoch())});
        struck_ = std::min(struck_, from);
    }
}

std::vector<sim::Measure> Detection::measures(const std::vector<AlertTimes>& alerts) const {
    const auto pending = std::ranges::count_if(
        alerts, [](const AlertTimes& each) { return !each.firing_ms.has_value(); });
    std::vector<sim::Measure> all = measures_together(alerts);
    all.push_back({"forgotten", "", static_cast<double>(pending)});
    return all;
}

std::vector<sim::Measure> Detection::measures_together(
    const std::vector<AlertTimes>& alerts) const {
    double fired = 0;
    double first = kNoTime;
    double firing_s = 0;
    double false_alarms = 0;
    std::vector<std::optional<std::int64_t>> soonest(outages_.size());
    for (const AlertTimes& each : alerts) {
        if (!each.firing_ms || *each.firing_ms < begin_) continue;
        const std::int64_t from = *each.firing_ms;
        const std::int64_t until = each.resolved_ms.value_or(end_);
        ++fired;
        if (!(first <= seconds_of(from))) first = seconds_of(from);
        firing_s += seconds_of(until - from);
        bool is_false = true;
        for (std::size_t i = 0; i < outages_.size(); ++i) {
            const Outage& outage = outages_[i];
            if (each.active_ms <= outage.until && until >= outage.from) is_false = false;
            if (until < outage.from || from > outage.until) continue;
            const std::int64_t known = std::max(from, outage.from);
            soonest[i] = std::min(soonest[i].value_or(known), known);
        }
        false_alarms += is_false;
    }
    double delay_s = 0;
    double detected = 0;
    for (std::size_t i = 0; i < outages_.size(); ++i) {
        if (!soonest[i]) continue;
        ++detected;
        delay_s += seconds_of(*soonest[i] - outages_[i].from);
    }
    return {{"fired", "", fired},
            {"false_alarms", "", false_alarms},
            {"detected", "", detected},
            {"missed", "", static_cast<double>(outages_.size()) - detected},
            {"first_firing_s", "s", first},
            {"firing_s", "s", firing_s},
            {"detection_delay_s", "s", detected > 0 ? delay_s / detected : kNoTime}};
}

std::vector<sim::Measure> Detection::measures(const std::vector<promql::Sample>& values) const {
    double sum = 0;
    double most = kNoTime;
    double least = kNoTime;
    for (const promql::Sample& each : values) {
        sum += each.value;
        if (!(most >= each.value)) most = each.value;
        if (!(least <= each.value)) least = each.value;
    }
    const auto count = static_cast<double>(values.size());
    return {{"max", "", most},
            {"min", "", least},
            {"mean", "", count > 0 ? sum / count : kNoTime},
            {"last", "", count > 0 ? values.back().value : kNoTime},
            {"samples", "", count},
            {"moved_s", "s", moved_s(values, struck_)}};
}

}  // namespace models
