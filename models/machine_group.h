// Machines of a cluster that are all alike: what each has, and which pods may come.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "models/prices/instance_price.h"
#include "models/spec/declaration/spec.h"
#include "models/taint.h"

namespace models {

// A static pod, or a service of a compose file: whoever set up the machine put it there.
struct StaticPodSpec {
    static constexpr std::string_view name = "static_pod";
    static constexpr std::string_view doc =
        "A node, or one of its instances, that runs on these machines and on no others, without "
        "being scheduled there.";
    spec::MentionRef node;
    std::optional<std::uint32_t> instance;
    std::uint32_t cpu_shares = 1024;
    std::optional<sim::Bytes> memory;
    sim::Duration restart_time = std::chrono::seconds(10);
    static constexpr auto params() {
        using namespace spec;
        using Spec = StaticPodSpec;
        return std::tuple{
            required("node", &Spec::node, "The node: one with instances, or a client."),
            param("instance", &Spec::instance,
                  "Number of the instance, from 0. Without it all of the node's instances run "
                  "here, on the machines of the group in turn."),
            param("cpu_shares", &Spec::cpu_shares, at_least(2u), at_most(262144u),
                  "Weight by which it shares the machine's cores while they are contended. A pod "
                  "has 1024 for each core it requests."),
            param("memory", &Spec::memory,
                  "Memory of each instance. Without it a server uses what its requests need, and "
                  "other nodes take up no memory of the machine."),
            param("restart_time", &Spec::restart_time, at_least(sim::Duration::zero()),
                  "Time until an instance that the kernel killed for lack of memory is up again. "
                  "A server has its own.")};
    }
    // The others of its instances run elsewhere.
    spec::Around around() const {
        return {.is_survivable = instance.has_value(), .has_own_latency = {}};
    }
};

struct MachineGroup {
    static constexpr std::string_view name = "machine_group";
    static constexpr std::string_view doc = "A group of equal machines (a node pool).";
    std::uint32_t count = 1;
    double cpu = 4;
    sim::Bytes memory{std::uint64_t{16} << 30};
    std::string zone;
    std::vector<std::string> labels;
    std::vector<Taint> taints;
    std::vector<StaticPodSpec> runs;
    InstancePrice price{};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("count", &MachineGroup::count, at_least(1u), at_most(10000u),
                  "Number of machines in the group."),
            param("cpu", &MachineGroup::cpu, at_least(0.1), at_most(1024.0),
                  "Cores of each machine."),
            param(
                "memory", &MachineGroup::memory, at_least(sim::Bytes{1}),
                "Memory of each. When its pods use more, kubelet evicts some, or the kernel kills "
                "one's process."),
            param("zone", &MachineGroup::zone,
                  "Zone of the machines: a zone of the \"network\" where there is one, else any "
                  "name. "
                  "With \"\" (the default) they are in no zone."),
            param("labels", &MachineGroup::labels,
                  "Labels that a server's node_selector can ask for, such as \"disk=ssd\"; "
                  "\"zone=...\" is set by itself."),
            param("taints", &MachineGroup::taints,
                  "Taints of the machines: only pods that tolerate each are placed there (\"gpu\", "
                  "NoSchedule); with \"gpu:PreferNoSchedule\" others are when there is no room "
                  "elsewhere; with \"gpu:NoExecute\" pods that tolerate it for a time are evicted "
                  "after that."),
            param("runs", &MachineGroup::runs,
                  "What runs on these machines without being scheduled: static pods, services of a "
                  "compose file. It shares its machine's cores, memory and network links, and goes "
                  "down with it."),
            param("price", &MachineGroup::price,
                  "Price of each machine by time, or its size in `prices.sizes`. Without it, that "
                  "of `instance_hours`.")};
    }
};

// Which groups a server's pods may be placed on.
struct PodRules {
    std::vector<std::string> node_selector;
    Tolerations tolerations{};

    bool allow(const MachineGroup& group) const {
        const auto has = [](const std::vector<std::string>& all, const std::string& one) {
            return std::ranges::find(all, one) != all.end();
        };
        return std::ranges::all_of(node_selector,
                                   [&](const std::string& label) {
                                       return label == "zone=" + group.zone ||
                                              has(group.labels, label);
                                   }) &&
               std::ranges::all_of(group.taints, [&](const Taint& taint) {
                   return taint.effect == TaintEffect::prefer_no_schedule ||
                          tolerations.tolerate(taint);
               });
    }
    // Its pods come only when there is no room elsewhere.
    bool avoid(const MachineGroup& group) const {
        return std::ranges::any_of(group.taints, [&](const Taint& taint) {
            return taint.effect == TaintEffect::prefer_no_schedule && !tolerations.tolerate(taint);
        });
    }
};

}  // namespace models
