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
#include "models/releases.h"
#include "models/servers/lifecycle.h"
#include "models/servers/rollout.h"
#include "models/servers/server_instance.h"
#include "sim/crew.h"
#include "sim/gauge.h"
#include "sim/timeline.h"

namespace models {

class Server;

class Fleet final : public Workload, public Releases, MachineWatcher {
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
    void roll_back(const std::string& why) override;

private:
    enum class State : std::uint8_t { ordered, starting, serving, leaving, gone };

    struct Member;

    // A member, as its machine knows it.
    struct MemberPod final : Pod {
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
        Fleet* fleet = nullptr;
        Member* member = nullptr;
    };

    struct Member {
        std::unique_ptr<ServerInstance> server;
        PodId id = 0;
        State state = State::gone;
        bool is_ready = false;
        bool is_cold = false;
        bool is_down = false;  // our own reason to be down, beside those of failures
        bool has_cores = false;
        bool machine_is_down = false;
        bool backs_off = false;       // its process has died, and is not started yet
        bool is_held = false;         // it gets no requests, ready or not: a rollout's other colour
        bool would_be_ready = false;  // while it is held
        Size size;
        sim::Time ordered{};
        sim::Time started{};
        sim::Time readiness_changed{};
        sim::Time ready_since{};  // while it is, or would be if it were not held
        std::uint32_t version = 0;
        std::uint64_t starts = 0;  // of its process
        MemberPod pod;
        Binding binding;
        sim::Crew life;    // what happens to it now
        sim::Crew probes;  // what it is asked meanwhile
    };

    enum class Role : std::uint8_t { startup, liveness, readiness };

    Member& order();
    Member& have();
    Member& vacancy();
    void machines_changed(std::size_t count) override;
    void machine_gone(Member& member);
    void man_machines();
    std::vector<Member*> first_to_go(std::size_t count) const;
    void announce(const Decision& decision);
    void retire(Member& member);

    PodRequest pod_request(const Size& size) const;
    PodRequest pod_of_each() const override { return pod_request(size_); }
    void use_machine(Member& member);
    sim::Task<void> pull_image(Member& member);
    sim::Task<void> come(Member& member);
    sim::Task<void> begin_process(Member& member);
    void serve(Member& member);

    void examine(Member& member);
    sim::Task<void> probe(Member& member, Role role, const Probe& probe);
    sim::Task<bool> ask(Member& member, const Probe& probe);
    void conclude(Member& member, Role role, bool good);
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

    void kill(Member& member, const std::string& why);
    sim::Task<void> restart(Member& member);

    // What a new instance is made as, from now on.
    struct Release {
        ServerInstance::Version version;
        std::uint32_t image = 0;
        Size size;
    };
    Release release_as(const Rollout& rollout) const;
    void begin_release(const Release& release);

    // A rollout that has begun.
    struct Change {
        Rollout rollout;
        Release before;
        bool is_rolled_back = false;
        bool is_taken_over = false;  // rolled back from outside, which goes on with it
        bool is_done = false;
    };

    sim::Task<void> roll_out(Rollout rollout);
    sim::Task<void> roll_step_by_step(Change& change);
    sim::Task<void> change_colours(Change& change);
    sim::Task<bool> stays_good(const Change& change);
    sim::Task<void> go_back(Change& change);
    void switch_back(Change& change, const std::string& why);
    void finish(Change& change);
    void hold(Member& member, bool held);
    void release_before(Change& change, const std::string& why);
    bool roll_on(const Rollout& rollout);
    bool is_worse(const Rollout& rollout) const;
    std::vector<Member*> there(bool of_this_version) const;
    sim::Task<void> sample();
    sim::Task<void> go(Member& member);
    sim::Task<void> be_heard(Member& member, sim::Time when);
    sim::Task<void> vanish(Member& member);
    void stop_billing(Member& member);
    void set_ready(Member& member, bool ready);
    bool is_available(const Member& member) const;
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
    std::uint64_t asked_ = 0;  // probes
    std::optional<sim::Time> first_change_;
    std::optional<sim::Duration> youngest_replaced_;
    std::uint32_t version_ = 0;
    ServerInstance::Version of_version_;
    std::uint32_t image_ = 0;
    std::uint32_t images_ = 0;
    std::uint64_t pulls_ = 0;
    std::optional<sim::Time> unready_;            // the first that a probe found so
    std::optional<sim::Time> ready_again_;        // the first after that
    std::optional<sim::Duration> rollback_time_;  // from the start of the rollout
    std::optional<sim::Duration> rollout_time_;
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
    std::vector<Rollout> rollouts_;
    std::deque<Change> changes_;  // in the order in which they began
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
