#include "models/alerts/watch.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/alerts/evaluate.h"
#include "models/alerts/metrics.h"
#include "models/alerts/no_time.h"
#include "models/alerts/notifications.h"
#include "models/alerts/objectives.h"

namespace models {

namespace {

sim::Time time_of(std::int64_t ms) {
    return sim::Time(std::chrono::milliseconds(ms));
}

// When something fires, as far as false alarms and detection go.
struct Firing {
    std::int64_t active;
    std::int64_t from;
    std::int64_t until;
};

// A firing is a false alarm when no failure was under way at any time from when its condition began
// to hold until it was resolved. A failure is detected by what first fires after it struck, or goes
// on firing, before it has healed.
class Judge {
public:
    Judge(const std::vector<OutageTime>& outages, const sim::Recording& recording)
        : begin_(promql::milliseconds(recording.warm_up)),
          end_(promql::milliseconds(recording.simulated)) {
        for (const OutageTime& each : outages) {
            const std::int64_t from = promql::milliseconds(each.from.time_since_epoch());
            if (from >= end_) continue;
            outages_.push_back({from, promql::milliseconds(each.until.time_since_epoch())});
        }
    }

    std::vector<sim::Measure> measures(const std::vector<AlertTimes>& alerts) const {
        std::vector<Firing> firings;
        double pending = 0;
        for (const AlertTimes& each : alerts) {
            pending += !each.firing_ms;
            if (!each.firing_ms) continue;
            firings.push_back({each.active_ms, *each.firing_ms, each.resolved_ms.value_or(end_)});
        }
        std::vector<sim::Measure> all = measures(std::move(firings));
        all.push_back({"forgotten", "", pending});  // pending, and gone before it fired
        return all;
    }

    std::vector<sim::Measure> measures(std::vector<Firing> firings) const {
        double first = kNoTime;
        double firing_s = 0;
        double false_alarms = 0;
        std::erase_if(firings, [&](const Firing& each) { return each.from < begin_; });
        for (const Firing& each : firings) {
            if (!(first <= seconds(each.from))) first = seconds(each.from);
            firing_s += seconds(each.until - each.from);
            false_alarms += std::ranges::none_of(outages_, [&](const Outage& outage) {
                return each.active <= outage.until && each.until >= outage.from;
            });
        }
        double delay_s = 0;
        double detected = 0;
        for (const Outage& outage : outages_) {
            std::int64_t soonest = std::numeric_limits<std::int64_t>::max();
            for (const Firing& each : firings) {
                if (each.until < outage.from || each.from > outage.until) continue;
                soonest = std::min(soonest, std::max(each.from, outage.from));
            }
            if (soonest == std::numeric_limits<std::int64_t>::max()) continue;
            ++detected;
            delay_s += seconds(soonest - outage.from);
        }
        return {{"fired", "", static_cast<double>(firings.size())},
                {"false_alarms", "", false_alarms},
                {"detected", "", detected},
                {"missed", "", static_cast<double>(outages_.size()) - detected},
                {"first_firing_s", "s", first},
                {"firing_s", "s", firing_s},
                {"detection_delay_s", "s", detected > 0 ? delay_s / detected : kNoTime}};
    }

private:
    struct Outage {
        std::int64_t from;
        std::int64_t until;
    };

    static double seconds(std::int64_t ms) { return static_cast<double>(ms) / 1000; }
    std::int64_t begin_;
    std::int64_t end_;
    std::vector<Outage> outages_;
};

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
        if (each.at > struck && has_moved) return static_cast<double>(each.at - struck) / 1000;
    }
    return kNoTime;
}

std::vector<sim::Measure> measures_of(const std::vector<promql::Sample>& values,
                                      std::int64_t struck) {
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
            {"moved_s", "s", moved_s(values, struck)}};
}

void add_note(sim::Watched& watched, const std::string& name,
              const spec::Named<std::string>& texts) {
    const std::string* const found = texts.find(name);
    if (found != nullptr && !found->empty()) watched.notes.emplace_back(name, *found);
}

class Watch {
public:
    Watch(const spec::Named<SloSpec>& objectives, const AlertsSpec& alerts,
          const std::vector<OutageTime>& outages, sim::Recording& recording)
        : objectives_(objectives),
          alerts_(alerts),
          rules_(alerts.rules),
          outages_(outages),
          recording_(recording) {
        for (const auto& [name, objective] : objectives) {
            if (!objective.burn_rate_alerts) continue;
            for (auto& each : burn_rate_alerts(name, objective).entries) {
                rules_.entries.push_back(std::move(each));
            }
        }
    }

    void play() {
        for (const auto& [name, objective] : objectives_) {
            recording_.watched.push_back(budget_of(name, objective, recording_));
        }
        if (rules_.empty() && alerts_.records.empty()) return;
        scrape();
        for (const auto& [name, rule] : alerts_.records) record(name, rule);
        if (rules_.empty()) return;
        const Judge judge(outages_, recording_);
        for (const auto& [name, rule] : rules_) alert(name, rule, judge);
        recording_.watched.push_back({"alerts", "any", judge.measures(all_)});
        tell();
        std::ranges::stable_sort(recording_.incidents, {}, &sim::Incident::at);
    }

private:
    void scrape() {
        std::set<std::string> wanted;
        const auto add = [&](const std::string& expr) {
            promql::QueryError error;
            if (const auto query = promql::Query::parse(expr, error)) {
                wanted.merge(query->metrics());
            }
        };
        for (const auto& [name, rule] : rules_) add(rule.expr);
        for (const auto& [name, rule] : alerts_.records) add(rule.expr);
        series_ = metrics_of(recording_, objectives_, alerts_.scrape_interval, wanted);
    }

    RuleTiming timing(sim::Duration interval) const {
        const std::int64_t ms = std::max<std::int64_t>(1, promql::milliseconds(interval));
        return {ms, ms, promql::milliseconds(recording_.simulated)};
    }

    // What a query came to since the warm-up; of several series, their sum.
    void record(const std::string& name, const RecordingRule& rule) {
        promql::QueryError error;
        const auto query = promql::Query::parse(rule.expr, error);
        if (!query) return;
        const promql::Asking asking(*query, series_);
        const RuleTiming when = timing(rule.interval.value_or(alerts_.evaluation_interval));
        std::vector<promql::Sample> values;
        for (std::int64_t now = when.first_ms; now <= when.end_ms; now += when.interval_ms) {
            if (now < promql::milliseconds(recording_.warm_up)) continue;
            const promql::Vector found = asking.ask(now);
            double value = 0;
            for (const promql::Element& each : found) value += each.value;
            if (!found.empty() && !std::isnan(value)) values.push_back({now, value});
        }
        recording_.watched.push_back({"records", name, measures_of(values, struck())});
    }

    // When the first failure strikes.
    std::int64_t struck() const {
        std::int64_t first = promql::milliseconds(recording_.simulated);
        for (const OutageTime& each : outages_) {
            first = std::min(first, promql::milliseconds(each.from.time_since_epoch()));
        }
        return first;
    }

    void alert(const std::string& name, const AlertRule& rule, const Judge& judge) {
        promql::QueryError error;
        const auto query = promql::Query::parse(rule.expr, error);
        if (!query) return;
        const promql::Asking asking(*query, series_);
        std::vector<AlertTimes> alerts =
            evaluate(rule, asking, timing(alerts_.evaluation_interval));
        if (!asking.trouble().empty()) {
            recording_.incidents.push_back(
                {{}, "alert " + name, "has no result", asking.trouble()});
        }
        sim::Watched watched{"alerts", name, judge.measures(alerts), {}, {}};
        add_note(watched, "severity", rule.labels);
        add_note(watched, "runbook_url", rule.annotations);
        for (AlertTimes& each : alerts) {
            watched.spans.push_back({promql::text_of(each.labels), time_of(each.active_ms),
                                     maybe(each.firing_ms), maybe(each.resolved_ms)});
            if (each.firing_ms) fire(name, each);
        }
        recording_.watched.push_back(std::move(watched));
    }

    static std::optional<sim::Time> maybe(const std::optional<std::int64_t>& ms) {
        return ms ? std::optional(time_of(*ms)) : std::nullopt;
    }

    void fire(const std::string& name, const AlertTimes& times) {
        const std::string labels = promql::text_of(times.labels);
        promql::Labels sent = times.labels;
        promql::set_label(sent, "alertname", name);
        changes_.push_back({*times.firing_ms, sent, true});
        recording_.incidents.push_back(
            {time_of(*times.firing_ms), "alert " + name, "firing", labels});
        all_.push_back({times.active_ms, *times.firing_ms,
                        times.resolved_ms.value_or(promql::milliseconds(recording_.simulated))});
        if (!times.resolved_ms) return;
        changes_.push_back({*times.resolved_ms, sent, false});
        recording_.incidents.push_back(
            {time_of(*times.resolved_ms), "alert " + name, "resolved", labels});
    }

    void tell() {
        std::ranges::stable_sort(changes_, {}, &AlertChange::at_ms);
        const std::int64_t begin = promql::milliseconds(recording_.warm_up);
        for (Message& each :
             notify(alerts_.route, changes_, promql::milliseconds(recording_.simulated))) {
            if (each.at_ms < begin) continue;
            recording_.messages.push_back({time_of(each.at_ms), each.receiver,
                                           promql::text_of(each.group), each.firing,
                                           each.resolved});
        }
        for (const std::string& receiver : receivers_of(alerts_.route)) {
            double sent = 0;
            double first = kNoTime;
            for (const sim::Message& each : recording_.messages) {
                if (each.to != receiver) continue;
                if (sent++ == 0) first = sim::seconds(each.at.time_since_epoch());
            }
            recording_.watched.push_back(
                {"receivers", receiver, {{"notified", "", sent}, {"first_s", "s", first}}});
        }
    }

    const spec::Named<SloSpec>& objectives_;
    const AlertsSpec& alerts_;
    spec::Named<AlertRule> rules_;
    const std::vector<OutageTime>& outages_;
    sim::Recording& recording_;
    std::vector<promql::TimeSeries> series_;
    std::vector<AlertChange> changes_;
    std::vector<Firing> all_;
};

}  // namespace

void watch_over(const spec::Named<SloSpec>& objectives, const AlertsSpec& alerts,
                const std::vector<OutageTime>& outages, sim::Recording& recording) {
    Watch(objectives, alerts, outages, recording).play();
}

}  // namespace models
