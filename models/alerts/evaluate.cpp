#include "models/alerts/evaluate.h"

#include <map>

namespace models {

namespace {

class Rule {
public:
    explicit Rule(const AlertRule& spec) : spec_(spec) {}

    void evaluate(std::int64_t now, promql::Vector found) {
        std::map<promql::Labels, bool> there;
        for (promql::Element& each : found) {
            std::erase_if(each.labels, [](const auto& one) { return one.first == "__name__"; });
            for (const auto& [name, value] : spec_.labels) {
                promql::set_label(each.labels, name, value);
            }
            there.emplace(each.labels, true);
            if (active_.contains(each.labels)) continue;
            active_.emplace(each.labels, times_.size());
            times_.push_back({std::move(each.labels), now, {}, {}});
        }
        for (auto alert = active_.begin(); alert != active_.end();) {
            AlertTimes& times = times_[alert->second];
            const bool stays = there.contains(alert->first) ? keep(times, now) : lose(times, now);
            alert = stays ? std::next(alert) : active_.erase(alert);
        }
    }

    std::vector<AlertTimes> take() { return std::move(times_); }

private:
    bool keep(AlertTimes& times, std::int64_t now) {
        missing_.erase(times.labels);
        if (!times.firing_ms && now - times.active_ms >= promql::milliseconds(spec_.hold)) {
            times.firing_ms = now;
        }
        return true;
    }

    // Whether it goes on all the same.
    bool lose(AlertTimes& times, std::int64_t now) {
        if (times.firing_ms && spec_.keep_firing_for > sim::Duration::zero()) {
            const std::int64_t since = missing_.emplace(times.labels, now).first->second;
            if (now - since < promql::milliseconds(spec_.keep_firing_for)) return true;
        }
        missing_.erase(times.labels);
        times.resolved_ms = now;
        return false;
    }

    const AlertRule& spec_;
    std::map<promql::Labels, std::size_t> active_;
    std::map<promql::Labels, std::int64_t> missing_;  // since when it was not found
    std::vector<AlertTimes> times_;
};

}  // namespace

std::vector<AlertTimes> evaluate(const AlertRule& rule, const promql::Asking& asking,
                                 RuleTiming timing) {
    Rule states(rule);
    for (std::int64_t now = timing.first_ms; now <= timing.end_ms; now += timing.interval_ms) {
        states.evaluate(now, asking.ask(now));
    }
    return states.take();
}

}  // namespace models
