// The instances of a server as they come and go: ordered, started, ready, cold, told to go, gone.
//
// A unit is ordered when there are to be more, and is billed from then until it is gone. When there
// are to be fewer, those that are not ready go first, and of equals the youngest, as a ReplicaSet
// has it. The place of a unit that is gone is used again for a new one, so that a long run needs
// memory only for as many as there are at a time.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/autoscalers/workload.h"
#include "models/clusters/cluster.h"
#include "models/node.h"
#include "models/servers/fleet_member.h"
#include "models/servers/lifecycle.h"
#include "models/servers/prober.h"
#include "models/servers/rollouts.h"
#include "sim/crew.h"
#include "sim/gauge.h"
#include "sim/timeline.h"

namespace models {

class Server;

class Fleet final : public Deployment, Probed, MachineWatcher {
public:
    struct Plan {
        std::uint32_t replicas = 1;
        Lifecycle lifecycle;
        Size size;
        double requested = 1;  // the share of its cores that a unit asks the scheduler for
        double memory_requested = 1;
        bool is_guaranteed = false;
        std::int32_t priority = 0;
        PodRules rules;
        bool changes = false;  // somebody decides how many there are: worth drawing
        std::vector<Rollout> rollouts;
        std::vector<Deletion> deletions;
        std::optional<std::uint32_t> min_available;
        bool is_daemon = false;  // one on each machine
        PodPlacement placement = PodPlacement::spread;
        std::optional<std::uint32_t> zone_skew;
    };

    Fleet(Server& server, const Context& context, const Plan& plan);
    ~Fleet();

    // Every instance that was ever needed, gone ones included.
    std::span<Instance* const> instances() const { return instances_; }
    std::size_t count() const { return units_.size(); }
    ServerInstance& at(std::size_t index) const { return *units_[index]->server; }

    void watch(Membership& membership) { watchers_.push_back(&membership); }

    // The process of that instance has died, if it had one; it is started again.
    void kill_process(std::uint32_t index);

    // On machines of the cluster, if there is one.
    void start(Cluster* cluster);
    void begin_measuring();
    void report(sim::NodeRecord& record, sim::Price price);
    void dismiss();

    // Core seconds there were since the measuring began, in use or not.
    double core_seconds() const;

    Replicas replicas() const override { return wanted_; }
    std::vector<Unit> units() const override;
    void scale_to(const Decision& decision) override;
    void scale_at_once(const Decision& decision) override;
    void time_reaction(double utilisation) override { reaction_.threshold = utilisation; }
    void show_wish(double replicas, bool capped) override;
    void replace(PodId unit, const std::string& why) override;
    Size size() const override { return size_; }
    void resize_new_units(Size size) override { size_ = size; }
    Releases* releases() { return rollouts_.empty() ? nullptr : &rollouts_; }
    std::vector<FleetMember*> members() const override;
    void add(bool held) override;
    void retire(FleetMember& member) override;
    void set_ready(FleetMember& member, bool ready) override;
    bool is_available(const FleetMember& member) const override;

private:
    using Member = FleetMember;
    using State = Member::State;

    // A member, as its machine knows it.
    struct MemberPod final : Pod {
        MemberPod(Fleet& of, Member& pod) : fleet(&of), member(&pod) {}
        void machine_down() override { fleet->machine_down(*member); }
        void machine_up() override { fleet->machine_up(*member); }
        void not_ready() override { fleet->set_ready(*member, false); }
        void lost() override { fleet->lose(*member); }
        bool evict() override { return fleet->evict(*member); }
        void replace(const std::string& why) override { fleet->replace(*member, why); }
        bool stays() const override { return fleet->is_daemon_; }
        void machine_gone() override { fleet->machine_gone(*member); }
        const Tolerations& tolerations() const override { return fleet->rules_.tolerations; }
        PodRequest request() const override { return fleet->pod_request(member->size); }
        double memory_in_use() const override;
        void evict_at_once(const std::string& why) override { fleet->evict_at_once(*member, why); }
        void kill_for_memory() override { member->server->kill_for_memory(); }
        bool may_be_evicted() const override { return fleet->budget_allows(*member); }
        Fleet* fleet;
        Member* member;
    };

    Member& order();
    Member& have();
    Member& vacancy();
    void machines_changed(std::size_t count) override;
    void machine_gone(Member& member);
    void man_machines();
    std::vector<Member*> first_to_go(std::size_t count) const;
    void announce(const Decision& decision);

    PodRequest pod_request(const Size& size) const;
    PodRequest pod_of_each() const override { return pod_request(size_); }
    void use_machine(Member& member);
    sim::Task<void> pull_image(Member& member);
    sim::Task<void> come(Member& member);
    sim::Task<void> begin_process(Member& member);
    void serve(Member& member);

    void settle();
    void machine_down(Member& member);
    void machine_up(Member& member);
    void lose(Member& member);
    bool evict(Member& member);
    void replace(Member& member, const std::string& why);
    bool budget_allows(const Member& member) const;
    void evict_at_once(Member& member, const std::string& why);
    void give_up(Member& member);
    void substitute(Member& member);
    sim::Task<void> erase(Deletion deletion);

    void kill(Member& member, const std::string& why) override;
    sim::Task<void> restart(Member& member);

    sim::Task<void> sample();
    sim::Task<void> go(Member& member);
    sim::Task<void> be_heard(Member& member, sim::Time when);
    sim::Task<void> vanish(Member& member);
    void stop_billing(Member& member);
    void set_down(Member& member, bool down);
    void set_cold(Member& member, bool cold);
    void set_wanted(Replicas replicas);
    sim::Duration draw(const sim::Distribution& times, const Member& member, std::uint64_t salt);

    Server& server_;
    Context context_;
    Lifecycle lifecycle_;
    Size size_;
    double requested_;
    double memory_requested_;
    bool is_guaranteed_;
    std::int32_t priority_;
    PodRules rules_;
    sim::Distribution provision_times_;
    sim::Distribution start_times_;
    sim::Distribution image_times_;
    std::uint64_t chances_;
    Prober prober_;
    Rollouts rollouts_;

    std::deque<MemberPod> pods_;
    std::vector<std::unique_ptr<Member>> units_;
    std::vector<Instance*> instances_;
    std::vector<Membership*> watchers_;
    PodId next_id_ = 0;
    Replicas wanted_ = 0;

    sim::Gauge existing_;  // billed
    sim::Gauge cores_;     // thousandths, of those that run
    sim::Gauge ready_;
    sim::Gauge capped_;
    std::uint64_t ups_ = 0;
    std::uint64_t downs_ = 0;
    std::uint64_t replaced_ = 0;
    std::uint64_t restarted_ = 0;
    std::optional<sim::Time> first_change_;
    std::optional<sim::Duration> youngest_replaced_;
    std::uint64_t pulls_ = 0;
    std::uint64_t dropped_ = 0;  // requests that were cut off when their instance had to go
    Replicas most_ = 0;
    Replicas fewest_ = 0;
    std::vector<Member*> vacant_;  // gone: their place can be used again

    // How long the first step up took, from the load that was the reason to capacity that serves.
    struct Reaction {
        double threshold = 0;  // of the utilisation; 0 when nobody asked
        std::optional<sim::Time> crossed;
        std::optional<sim::Time> known;
        std::optional<sim::Time> decided;
        std::optional<sim::Time> ready;
        std::optional<sim::Time> warm;
        PodId first = 0;  // of those ordered then
    };
    Reaction reaction_;

    bool draws_ = false;
    sim::Timeline* replicas_line_ = nullptr;
    sim::Timeline* ready_line_ = nullptr;
    sim::Timeline* wish_line_ = nullptr;
    sim::Timeline* use_line_ = nullptr;
    std::vector<Deletion> deletions_;
    std::optional<std::uint32_t> min_available_;
    bool is_daemon_;
    PodPlacement placement_;
    std::optional<std::uint32_t> zone_skew_;
    Cluster* cluster_ = nullptr;
    std::uint32_t kind_ = 0;  // the cluster's number of its pods
    std::int64_t fewest_ready_ = 0;
    sim::Crew tasks_;
};

}  // namespace models
