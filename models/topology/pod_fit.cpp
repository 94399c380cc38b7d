#include "models/topology/pod_fit.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/spec/declaration/spec.h"

namespace models {

namespace {

using Machines = std::span<const MachineGroup>;

bool is_let_in(const PodRules& rules, Machines machines) {
    return std::ranges::any_of(machines,
                               [&](const MachineGroup& group) { return rules.allow(group); });
}

// As if it tolerated every taint there is.
PodRules tolerant(PodRules rules, Machines machines) {
    for (const MachineGroup& group : machines) {
        for (const Taint& taint : group.taints) rules.tolerations.names.push_back(taint.name);
    }
    return rules;
}

PodProblem nobody_lets_in(const PodRules& rules, Machines machines, std::string_view cluster) {
    if (!is_let_in(tolerant(rules, machines), machines)) {
        return {"/node_selector",
                fmt::format("no machine of \"{}\" has all of these labels", cluster),
                "add them to the \"labels\" of a group of machines; its zone is the label "
                "\"zone=...\""};
    }
    return {rules.tolerations.names.empty() ? "/cluster" : "/tolerations",
            fmt::format("each machine of \"{}\" that it may be placed on has a taint that it does "
                        "not tolerate",
                        cluster),
            "add the taint to its \"tolerations\""};
}

// It is let in somewhere; whether it finds room there.
std::optional<PodProblem> no_room(const PodInGraph& pod, Machines machines,
                                  std::string_view cluster) {
    const auto is_some = [&](auto fits) {
        return std::ranges::any_of(machines, [&](const MachineGroup& group) {
            return pod.rules.allow(group) && fits(group);
        });
    };
    const bool has_both = is_some([&](const MachineGroup& group) {
        return group.cpu >= pod.cpu && group.memory >= pod.memory;
    });
    if (has_both) return std::nullopt;
    const bool has_cores = is_some([&](const MachineGroup& group) { return group.cpu >= pod.cpu; });
    const bool is_let_in_everywhere = std::ranges::all_of(
        machines, [&](const MachineGroup& group) { return pod.rules.allow(group); });
    const std::string_view where =
        is_let_in_everywhere ? "" : " that its node_selector and tolerations allow";
    return PodProblem{
        has_cores ? pod.memory_pointer : pod.cpu_pointer,
        fmt::format("an instance asks for {} cores and {}, and no machine of \"{}\"{} has both: it "
                    "would never find a place",
                    spec::text_of(pod.cpu), spec::text_of(pod.memory), cluster, where),
        fmt::format("ask for less with cpu_request and memory_request, or give \"{}\" larger "
                    "machines (cpu, memory)",
                    cluster)};
}

}  // namespace

std::optional<PodProblem> pod_problem(std::span<const PodInGraph> pods, Machines machines,
                                      std::string_view cluster) {
    for (const PodInGraph& pod : pods) {
        if (!is_let_in(pod.rules, machines)) return nobody_lets_in(pod.rules, machines, cluster);
        if (auto problem = no_room(pod, machines, cluster)) return problem;
    }
    return std::nullopt;
}

}  // namespace models
