#include "models/autoscalers/predictive.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/sleep.h"

namespace models {

Predictive::Predictive(const Spec& spec, const Context& context)
    : spec_(spec), context_(context), metrics_({spec.sync_period, {}, {Signal::cpu}}, context) {
    const auto steps =
        static_cast<std::size_t>((spec.season + spec.step - sim::Duration(1)) / spec.step);
    seen_.assign(steps, 0);
    today_.assign(steps, 0);
}

sim::Task<void> Predictive::run(Workload& workload) {
    crew_.run(metrics_.run(workload));
    for (;;) {
        sync(workload);
        co_await sim::sleep(context_.scheduler(), spec_.sync_period);
    }
}

std::size_t Predictive::step_of(sim::Time time) const {
    return static_cast<std::size_t>(time.time_since_epoch() % spec_.season / spec_.step);
}

double Predictive::cores_in_use(const Workload& workload) {
    double cores = 0;
    const hpa::PodMetrics& metrics = metrics_.latest(Signal::cpu);
    for (const Workload::Unit& unit : workload.units()) {
        const auto metric = metrics.find(unit.status.id);
        if (metric != metrics.end()) cores += static_cast<double>(metric->second.value) / 1000;
    }
    return cores;
}

// Between now and when an instance ordered now would be ready.
double Predictive::expected() const {
    double cores = 0;
    const sim::Time until = context_.now() + spec_.lead;
    for (sim::Time time = context_.now(); time <= until; time += spec_.step) {
        cores = std::max(cores, seen_[step_of(time)]);
    }
    return std::max(cores, seen_[step_of(until)]);
}

void Predictive::remember(double cores) {
    const std::int64_t season = context_.now().time_since_epoch() / spec_.season;
    if (season != season_) {
        for (std::size_t i = 0; i < seen_.size(); ++i) seen_[i] = std::max(seen_[i], today_[i]);
        std::ranges::fill(today_, 0.0);
        season_ = season;
    }
    double& now = today_[step_of(context_.now())];
    now = std::max(now, cores);
}

void Predictive::sync(Workload& workload) {
    const double cores = cores_in_use(workload);
    remember(cores);
    const double ahead = spec_.forecast ? expected() : 0;
    const double each = static_cast<double>(workload.size().cpu) / 1000 * spec_.target.value;
    const auto wish = static_cast<Replicas>(std::ceil(std::max(cores, ahead) / each - 1e-9));
    const Replicas wanted = std::clamp(wish, spec_.min_replicas, spec_.max_replicas);
    workload.show_wish(wish, wish > spec_.max_replicas);
    const Replicas current = workload.replicas();
    if (wanted >= current) needed_ = context_.now();
    const bool may_shrink = context_.now() - needed_ >= spec_.scale_down_delay;
    if (wanted == current || (wanted < current && !may_shrink)) return;
    workload.scale_to({wanted, fmt::format("{:.2f} cores in use, {:.2f} expected, {:.2f} each",
                                           cores, ahead, each)});
    needed_ = context_.now();
}

}  // namespace models
