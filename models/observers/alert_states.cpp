#include "models/observers/alert_states.h"

#include <algorithm>
#include <iterator>

namespace models {

std::vector<std::size_t> AlertStates::evaluate(std::int64_t now, promql::Vector found) {
    std::map<promql::Labels, bool> there;
    for (promql::Element& each : found) {
        std::erase_if(each.labels, [](const auto& one) { return one.first == "__name__"; });
        for (const auto& [name, value] : rule_.labels) {
            promql::set_label(each.labels, name, value);
        }
        there.emplace(each.labels, true);
        if (active_.contains(each.labels)) continue;
        active_.emplace(each.labels, times_.size());
        times_.push_back({std::move(each.labels), now, {}, {}});
    }
    std::vector<std::size_t> changed;
    for (auto alert = active_.begin(); alert != active_.end();) {
        AlertTimes& times = times_[alert->second];
        const bool stays = there.contains(alert->first) ? keep(times, now) : lose(times, now);
        const bool fires = times.firing_ms == now;
        if (fires || (!stays && times.firing_ms)) changed.push_back(alert->second);
        alert = stays ? std::next(alert) : active_.erase(alert);
    }
    std::ranges::sort(changed);
    return changed;
}

bool AlertStates::keep(AlertTimes& times, std::int64_t now) {
    missing_.erase(times.labels);
    if (!times.firing_ms && now - times.active_ms >= promql::milliseconds(rule_.hold)) {
        times.firing_ms = now;
    }
    return true;
}

// Whether it goes on all the same.
bool AlertStates::lose(AlertTimes& times, std::int64_t now) {
    if (times.firing_ms && rule_.keep_firing_for > sim::Duration::zero()) {
        const std::int64_t since = missing_.emplace(times.labels, now).first->second;
        if (now - since < promql::milliseconds(rule_.keep_firing_for)) return true;
    }
    missing_.erase(times.labels);
    times.resolved_ms = now;
    return false;
}

}  // namespace models
