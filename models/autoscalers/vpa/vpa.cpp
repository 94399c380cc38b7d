#include "models/autoscalers/vpa/vpa.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/sleep.h"

namespace models {

Vpa::Vpa(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      metrics_({spec.interval, {}, {Signal::cpu, Signal::memory}}, context),
      recommender_({}) {}

sim::Task<void> Vpa::run(Workload& workload) {
    crew_.run(metrics_.run(workload));
    for (;;) {
        co_await sim::sleep(context_.scheduler(), spec_.interval);
        sample(workload);
        note_deaths(workload);
        update(workload);
    }
}

void Vpa::sample(const Workload& workload) {
    const hpa::PodMetrics& cpu = metrics_.latest(Signal::cpu);
    const hpa::PodMetrics& memory = metrics_.latest(Signal::memory);
    for (const Workload::Unit& unit : workload.units()) {
        const auto cores = cpu.find(unit.status.id);
        if (cores == cpu.end()) continue;
        recommender_.add_cpu(static_cast<double>(cores->second.value) / 1000,
                             static_cast<double>(unit.status.request.value_or(0)) / 1000,
                             context_.now());
        recommender_.add_memory(static_cast<double>(memory.at(unit.status.id).value),
                                context_.now());
    }
}

// One that was killed for want of memory had used what it asked for, at the least
// (pkg/recommender/input/oom).
void Vpa::note_deaths(const Workload& workload) {
    std::map<PodId, std::uint64_t> deaths;
    for (const Workload::Unit& unit : workload.units()) {
        const std::uint64_t before = deaths_[unit.status.id];
        const std::uint64_t now = deaths[unit.status.id] = unit.vitals.out_of_memory;
        if (now == before) continue;
        recommender_.add_oom(static_cast<double>(unit.status.memory_request.value_or(0)),
                             context_.now());
    }
    deaths_ = std::move(deaths);
}

void Vpa::keep_allowed(vpa::Recommendation& recommendation, Workload::Size now) const {
    const auto keep = [](vpa::Bounds& bounds, vpa::Amount least, vpa::Amount most) {
        bounds.target = std::clamp(bounds.target, least, most);
        bounds.lower = std::clamp(bounds.lower, least, most);
        bounds.upper = std::clamp(bounds.upper, least, most);
    };
    keep(recommendation.cpu, static_cast<vpa::Amount>(spec_.min_allowed_cpu * 1000),
         static_cast<vpa::Amount>(spec_.max_allowed_cpu * 1000));
    keep(recommendation.memory, 1, static_cast<vpa::Amount>(spec_.max_allowed_memory.count));
    const auto memory = static_cast<vpa::Amount>(now.memory.count);
    if (!spec_.cpu) recommendation.cpu = {now.cpu, now.cpu, now.cpu};
    if (!spec_.memory) recommendation.memory = {memory, memory, memory};
}

void Vpa::update(Workload& workload) {
    std::optional<vpa::Recommendation> recommendation = recommender_.recommend();
    if (!recommendation) return;
    keep_allowed(*recommendation, workload.size());
    std::vector<vpa::Candidate> pods;
    for (const Workload::Unit& unit : workload.units()) {
        if (unit.status.deleted) continue;
        pods.push_back({unit.status.id, unit.status.request.value_or(0),
                        unit.status.memory_request.value_or(0), unit.status.started, false,
                        unit.status.readiness && unit.status.readiness->ready});
    }
    vpa::UpdaterPlan plan;
    plan.pod_lifetime_update_threshold = spec_.pod_lifetime_update_threshold;
    const auto evicted =
        vpa::to_evict(pods, workload.replicas(), *recommendation, plan, context_.now());
    if (evicted.empty()) return;
    const auto bytes = static_cast<std::uint64_t>(recommendation->memory.target);
    workload.resize_new_units({recommendation->cpu.target, {bytes}});
    for (const PodId pod : evicted) {
        workload.replace(pod, fmt::format("{} m of cores and {} MiB from now on",
                                          recommendation->cpu.target, bytes >> 20U));
    }
}

}  // namespace models
