// The instances of a server as they come and go: ordered, started, ready, cold, told to go, gone.
//
// A unit is ordered when there are to be more, and is billed from then until it is gone. When there
// are to be fewer, those that are not ready go first, and of equals the youngest, as a ReplicaSet
// has it. The place of a unit that is gone is used again for a new one, so that a long run needs
// memory only for as many as there are at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/prices/instance_price.h"
#include "models/servers/kubelet.h"
#include "models/servers/pods.h"
#include "models/servers/reaction.h"
#include "models/servers/rollouts.h"
#include "sim/gauge.h"
#include "sim/task_group.h"
#include "sim/timeline.h"

namespace models {

class Server;

class Fleet final : public Deployment, MachineWatcher {
public:
    struct Plan {
        std::uint32_t replicas = 1;
        Lifecycle lifecycle;
        Size size;
        Pods::Plan pods;
        bool changes = false;  // somebody decides how many there are: worth drawing
        std::vector<Rollout> rollouts;
        std::vector<Deletion> deletions;
    };

    Fleet(Server& server, const Context& context, const Plan& plan);
    ~Fleet();

    // Every instance that was ever needed, gone ones included.
    std::span<Instance* const> instances() const { return instances_; }
    std::size_t count() const { return units_.size(); }
    ServerInstance& at(std::size_t index) const { return *units_[index]->server; }

    void watch(Membership& membership) { kubelet_.watch(membership); }

    // The process of that instance has died, if it had one; it is started again.
    void kill_process(std::uint32_t index) { kubelet_.kill_process(*units_[index]); }

    // On machines of the cluster, if there is one.
    void start(Cluster* cluster);
    void begin_measuring();
    void report(sim::NodeRecord& record, const InstancePrice& price);
    void dismiss();

    // Core seconds there were since the measuring began, in use or not.
    // What it had since the measuring began: all, and who took this place.
    double core_seconds() const { return kubelet_.core_seconds(); }
    double core_seconds(std::size_t index) const {
        return units_[index]->cores.area(context_.now()) / 1000;
    }
    Releases* releases() { return rollouts_.empty() ? nullptr : &rollouts_; }

    Replicas replicas() const override { return wanted_; }
    std::vector<Unit> units() const override;
    void scale_to(const Decision& decision) override;
    void scale_at_once(const Decision& decision) override;
    void time_reaction(double utilisation) override { reaction_.watch_for(utilisation); }
    void show_wish(double replicas, bool capped) override;
    void replace(PodId unit, const std::string& why) override;
    Size size() const override { return size_; }
    void resize_new_units(Size size) override { size_ = size; }

    std::vector<FleetMember*> members() const override;
    void add(bool held) override;
    void retire(FleetMember& member) override { kubelet_.retire(member); }
    void set_ready(FleetMember& member, bool ready) override { kubelet_.set_ready(member, ready); }
    bool is_available(const FleetMember& member) const override {
        return kubelet_.is_available(member);
    }
    void machine_gone(FleetMember& member) override;

private:
    using Member = FleetMember;
    using State = Member::State;

    void machines_changed(std::size_t count) override;
    PodRequest pod_of_each() const override { return pods_.request_of(size_); }
    void run_on_all_machines();
    void settle();

    Member& order();
    Member& have();
    Member& vacancy();
    std::string image() const;
    sim::Task<void> come(Member& member);
    std::vector<Member*> first_to_go(std::size_t count) const;
    void announce(const Decision& decision);
    void retire_surplus(Replicas before);
    void substitute(Member& member);
    sim::Task<void> erase(Deletion deletion);
    sim::Task<void> sample();
    void set_wanted(Replicas replicas);

    Server& server_;
    Context context_;
    Size size_;
    double requested_;  // the share of its cores that a unit asks for
    Reaction reaction_;
    Kubelet kubelet_;
    Pods pods_;
    Rollouts rollouts_;
    std::vector<Deletion> deletions_;

    std::vector<std::unique_ptr<Member>> units_;
    std::vector<Instance*> instances_;
    PodId next_id_ = 0;
    Replicas wanted_ = 0;
    Replicas most_ = 0;
    Replicas fewest_ = 0;

    sim::Gauge capped_;
    std::uint64_t ups_ = 0;
    std::uint64_t downs_ = 0;
    std::uint64_t replaced_ = 0;
    std::optional<sim::Time> first_change_;
    std::optional<sim::Duration> youngest_replaced_;

    bool is_daemon_;
    bool draws_;
    sim::Timeline* replicas_line_ = nullptr;
    sim::Timeline* wish_line_ = nullptr;
    sim::Timeline* use_line_ = nullptr;
    sim::TaskGroup tasks_;
};

}  // namespace models
