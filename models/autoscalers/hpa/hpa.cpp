#include "models/autoscalers/hpa/hpa.h"

#include <fmt/format.h>

#include <cmath>
#include <variant>

#include "models/node.h"
#include "sim/sleep.h"

namespace models {

namespace {

using hpa::Proposal;
using hpa::Refusal;
using hpa::Resource;

template <class... Cases>
struct Either : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Either(Cases...) -> Either<Cases...>;

std::int32_t percent(sim::Fraction share) {
    return static_cast<std::int32_t>(std::lround(share.value * 100));
}

Milli milli(double value) {
    return static_cast<Milli>(std::llround(value * 1000));
}

std::vector<Signal> signals_of(const std::vector<hpa::Metric>& metrics) {
    std::vector<Signal> signals;
    for (const hpa::Metric& metric : metrics) {
        if (metric.as<hpa::CpuMetric>() != nullptr) signals.push_back(Signal::cpu);
        if (metric.as<hpa::MemoryMetric>() != nullptr) signals.push_back(Signal::memory);
        if (const auto* pods = metric.as<hpa::PodsMetric>()) signals.push_back(pods->value);
    }
    return signals;
}

std::string_view name_of(Signal signal) {
    for (const auto& word : names_of(signal)) {
        if (word.value == signal) return word.name;
    }
    return "";
}

// The API refuses rather than answer with nothing.
template <class Ask>
Proposal ask(const hpa::PodMetrics& metrics, Refusal refusal, const Ask& calculate) {
    return metrics.empty() ? hpa::refused(refusal) : calculate(metrics);
}

std::string text_of(const Proposal& proposal, const std::string& shown, const std::string& target) {
    if (!proposal.valid()) return std::string(hpa::text_of(proposal.refusal));
    return fmt::format("{} of {} asks for {}", shown, target, proposal.replicas);
}

}  // namespace

Hpa::Hpa(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      metrics_server_({spec.metrics_resolution, spec.metrics_delay, signals_of(spec.metrics)},
                      context),
      controller_(
          {{spec.min_replicas, spec.max_replicas}, spec.behavior, spec.downscale_stabilization}) {}

// A look that falls on the time of a sync comes before it.
sim::Task<void> Hpa::run(Workload& workload) {
    looks_.run(metrics_server_.run(workload));
    for (const hpa::Metric& metric : spec_.metrics) {
        const auto* cpu = metric.as<hpa::CpuMetric>();
        if (cpu != nullptr) workload.time_reaction(cpu->value.value * (1 + tolerance().up));
    }
    for (;;) {
        sync(workload);
        co_await sim::sleep(context_.scheduler(), spec_.sync_period);
    }
}

hpa::Tolerance Hpa::tolerance() const {
    const double of_both = spec_.tolerance.value;
    if (!spec_.behavior) return {of_both, of_both};
    const auto of = [&](const hpa::ScalingRules& rules) {
        return rules.tolerance ? rules.tolerance->value : of_both;
    };
    return {of(spec_.behavior->scale_down), of(spec_.behavior->scale_up)};
}

void Hpa::sync(Workload& workload) {
    hpa::Pods pods;
    for (const Workload::Unit& unit : workload.units()) {
        if (unit.status.phase != hpa::PodPhase::failed) pods.push_back(unit.status);
    }
    const Replicas current = workload.replicas();
    const hpa::Census census{current,
                             pods,
                             {spec_.cpu_initialization_period, spec_.initial_readiness_delay},
                             tolerance(),
                             context_.now()};
    std::vector<Opinion> opinions;
    std::vector<Proposal> proposals;
    for (const hpa::Metric& metric : spec_.metrics) {
        opinions.push_back(opinion(metric, census));
        proposals.push_back(opinions.back().proposal);
    }
    const Proposal proposal = hpa::largest(proposals, current);
    const hpa::Controller::Decision decision =
        controller_.reconcile(current, proposal, context_.now());
    if (proposal.valid()) {
        const bool capped =
            proposal.replicas > spec_.max_replicas && decision.replicas == spec_.max_replicas;
        workload.show_wish(proposal.replicas, capped);
    }
    tell(workload, decision, opinions);
}

Hpa::Opinion Hpa::opinion(const hpa::Metric& metric, const hpa::Census& census) {
    const auto utilisation = [&](Signal signal, Resource resource, sim::Fraction target) {
        const Proposal proposal =
            ask(metrics_server_.latest(signal), Refusal::no_resource_metrics,
                [&](const hpa::PodMetrics& metrics) {
                    if (resource == Resource::cpu) {
                        return hpa::for_utilisation(census, metrics, resource, percent(target));
                    }
                    hpa::Pods pods = census.pods;
                    for (hpa::Pod& pod : pods) pod.request = pod.memory_request;
                    const hpa::Census by_memory{census.replicas, pods, census.rules,
                                                census.tolerance, census.now};
                    return hpa::for_utilisation(by_memory, metrics, resource, percent(target));
                });
        return Opinion{proposal,
                       text_of(proposal, fmt::format("{} {} %", name_of(signal), proposal.metric),
                               fmt::format("{} %", percent(target)))};
    };
    const auto value_text = [](std::string_view name, const Proposal& proposal, double target) {
        return text_of(proposal,
                       fmt::format("{} {:g}", name, static_cast<double>(proposal.metric) / 1000),
                       fmt::format("{:g}", target));
    };
    return std::visit(
        Either{[&](const hpa::CpuMetric& cpu) {
                   return utilisation(Signal::cpu, Resource::cpu, cpu.value);
               },
               [&](const hpa::MemoryMetric& memory) {
                   return utilisation(Signal::memory, Resource::other, memory.value);
               },
               [&](const hpa::PodsMetric& each) {
                   const Proposal proposal =
                       ask(metrics_server_.latest(each.value), Refusal::no_custom_metrics,
                           [&](const hpa::PodMetrics& metrics) {
                               return hpa::for_average(census, metrics, Resource::other,
                                                       milli(each.average_value));
                           });
                   return Opinion{proposal,
                                  value_text(name_of(each.value), proposal, each.average_value)};
               },
               [&](const hpa::ExternalMetric& external) {
                   const Node& node = context_.world.directory.node(external.value.node);
                   const std::optional<double> reading = node.reading(external.reading);
                   if (!reading) {
                       return Opinion{hpa::refused(Refusal::no_custom_metrics),
                                      "no such external metric"};
                   }
                   const std::vector<Milli> values = {milli(*reading)};
                   const double target = external.average_value ? *external.average_value
                                                                : external.target_value.value_or(1);
                   const Proposal proposal =
                       external.average_value
                           ? hpa::for_value_per_pod(census, values, milli(target))
                           : hpa::for_value(census, values, milli(target));
                   return Opinion{proposal, value_text(external.reading, proposal, target)};
               }},
        metric.is);
}

// An event when something changes: the number, or why it stays what it is.
void Hpa::tell(Workload& workload, const hpa::Controller::Decision& decision,
               const std::vector<Opinion>& opinions) {
    std::string inputs;
    for (const Opinion& opinion : opinions) {
        inputs += (inputs.empty() ? "" : "; ") + opinion.text;
    }
    const std::string reason(hpa::text_of(decision.reason));
    if (decision.replicas != workload.replicas()) {
        const std::string held =
            decision.stabilized ? fmt::format(", {} over the window", *decision.stabilized) : "";
        workload.scale_to({decision.replicas, inputs + held + ", " + reason,
                           metrics_server_.measured_at() + spec_.metrics_delay});
        told_ = reason;
    } else if (told_ != reason) {
        context_.world.recorder.incident(context_.name, "hpa: " + reason, inputs);
        told_ = reason;
    }
}

}  // namespace models
