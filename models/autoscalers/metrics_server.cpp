#include "models/autoscalers/metrics_server.h"

#include <algorithm>
#include <cmath>

#include "sim/sleep.h"

namespace models {

namespace {

// The change of a count over a time, in thousandths a second.
Milli rate(double change, sim::Duration time) {
    return static_cast<Milli>(std::llround(change / sim::seconds(time) * 1000));
}

Milli measure(Signal signal, const Vitals& before, const Vitals& now, sim::Duration time) {
    switch (signal) {
        case Signal::cpu:
            return rate(sim::seconds(now.busy - before.busy), time);
        case Signal::memory:
            return static_cast<Milli>(now.memory.count);
        case Signal::in_flight:
            return static_cast<Milli>(now.in_flight) * 1000;
        case Signal::waiting:
            return static_cast<Milli>(now.waiting) * 1000;
        case Signal::requests:
            return rate(static_cast<double>(now.requests - before.requests), time);
    }
    return 0;
}

}  // namespace

sim::Task<void> MetricsServer::run(const Workload& workload) {
    for (;;) {
        look(workload);
        co_await sim::sleep(scheduler_, plan_.resolution);
    }
}

void MetricsServer::look(const Workload& workload) {
    const sim::Time now = scheduler_.now();
    std::map<PodId, Scrape> looks;
    Answers answers{now, std::vector<hpa::PodMetrics>(plan_.signals.size())};
    for (const Workload::Unit& unit : workload.units()) {
        if (unit.status.phase != hpa::PodPhase::running) continue;
        looks[unit.status.id] = {now, unit.vitals};
        const auto last = last_looks_.find(unit.status.id);
        if (last == last_looks_.end()) continue;
        const sim::Duration time = now - last->second.at;
        for (std::size_t i = 0; i < plan_.signals.size(); ++i) {
            answers.by_signal[i][unit.status.id] = {
                measure(plan_.signals[i], last->second.vitals, unit.vitals, time), now, time};
        }
    }
    last_looks_ = std::move(looks);
    answers_.push_back(std::move(answers));
    forget_outdated();
}

void MetricsServer::forget_outdated() {
    const sim::Time known_since = scheduler_.now() - plan_.delay;
    while (answers_.size() > 1 && answers_[1].at <= known_since) answers_.pop_front();
}

const hpa::PodMetrics& MetricsServer::latest(Signal signal) {
    forget_outdated();
    if (answers_.empty() || answers_.front().at + plan_.delay > scheduler_.now()) return nothing_;
    const auto index =
        static_cast<std::size_t>(std::ranges::find(plan_.signals, signal) - plan_.signals.begin());
    return answers_.front().by_signal.at(index);
}

sim::Time MetricsServer::measured_at() {
    forget_outdated();
    return answers_.empty() ? sim::Time{} : answers_.front().at;
}

}  // namespace models
