// The instances of a server as pods on the machines of a cluster: what each asks of a machine,
// where it is bound, and what becomes of it when its machine fails, is drained or is full.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/clusters/cluster.h"
#include "models/servers/fleet_member.h"
#include "models/servers/kubelet.h"
#include "models/servers/rollouts.h"

namespace models {

class Pods {
public:
    struct Plan {
        double requested = 1;  // the share of its cores that a unit asks the scheduler for
        double memory_requested = 1;
        bool is_guaranteed = false;
        std::int32_t priority = 0;
        PodRules rules;
        std::optional<std::uint32_t> min_available;
        bool stay = false;  // each belongs to its machine, as a daemon's
        PodPlacement placement = PodPlacement::spread;
        std::optional<std::uint32_t> zone_skew;
    };
    Pods(const Plan& plan, const Context& context, Deployment& deployment, Kubelet& kubelet);
    ~Pods();

    // None: each instance has a machine of its own.
    void use(Cluster* cluster);
    Cluster* cluster() const { return cluster_; }

    void add(FleetMember& member);
    sim::Task<void> bind(FleetMember& member);
    // False when there is no place now.
    bool try_bind(FleetMember& member);
    PodRequest request_of(const Workload::Size& size) const;

private:
    class OnMachine;

    void use_machine(FleetMember& member);
    void machine_down(FleetMember& member);
    void machine_up(FleetMember& member);
    void lose(FleetMember& member);
    bool evict(FleetMember& member);
    void replace(FleetMember& member, const std::string& why);
    void evict_at_once(FleetMember& member, const std::string& why);
    bool budget_allows(const FleetMember& member) const;
    void incident(const std::string& what, const std::string& detail) const;

    Plan plan_;
    const Context& context_;
    Deployment& deployment_;
    Kubelet& kubelet_;
    Cluster* cluster_ = nullptr;
    std::uint32_t kind_ = 0;  // the cluster's number of its pods
    std::vector<std::unique_ptr<OnMachine>> pods_;
};

}  // namespace models
