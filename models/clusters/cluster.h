// Machines that pods are placed on, as a Kubernetes cluster has them.
//
// A pod takes the best of the machines with room for what it requests (rooms.h); one without a
// place waits, the one of the highest priority first; pods of a lower one are evicted for it where
// that makes room (preemption.cpp), and for those that wait machines are ordered (estimator.h). The
// pods of a machine share its cores by what they request, each under its quota
// (sim/shared_cores.h), and its memory, for want of which some of them go (memory_pressure.h). When
// a machine is gone its pods are not ready after 40 s, and replaced after 5 minutes; before a
// machine is drained for maintenance, its pods are evicted one by one as their budget allows.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/clusters/estimator.h"
#include "models/clusters/memory_pressure.h"
#include "models/clusters/pod.h"
#include "models/hosting.h"
#include "models/instance_state.h"
#include "models/machine_group.h"
#include "models/network/links.h"
#include "models/node.h"
#include "models/spec/declaration/spec.h"
#include "sim/gate.h"
#include "sim/gauge.h"
#include "sim/link.h"
#include "sim/shared_cores.h"
#include "sim/task_group.h"

namespace models {

struct Drain {
    static constexpr std::string_view name = "drain";
    static constexpr std::string_view doc = "Machines are emptied for maintenance, all at once.";
    sim::Duration at{};
    std::uint32_t first = 0;
    std::uint32_t machines = 1;
    sim::Duration lasts = std::chrono::minutes(10);
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("at", &Drain::at, at_least(sim::Duration::zero()),
                     "When, from the start of the run."),
            param("first", &Drain::first, "Number of the first machine, from 0."),
            param("machines", &Drain::machines, at_least(1u), at_most(10000u),
                  "Number of machines."),
            param("lasts", &Drain::lasts, above(sim::Duration::zero()),
                  "How long until the machines are back and pods may be placed there again.")};
    }
};

struct TimedTaint {
    static constexpr std::string_view name = "timed_taint";
    static constexpr std::string_view doc = "A taint that machines have for a time.";
    Taint taint;
    sim::Duration at{};
    std::uint32_t first = 0;
    std::uint32_t machines = 1;
    sim::Duration lasts = std::chrono::minutes(10);
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("taint", &TimedTaint::taint,
                     "\"maintenance:NoExecute\" evicts the pods that do not tolerate it, "
                     "whatever their budget; \"gpu\" or \"gpu:NoSchedule\" only keeps others "
                     "from coming, and \"gpu:PreferNoSchedule\" while there is room elsewhere."),
            required("at", &TimedTaint::at, at_least(sim::Duration::zero()),
                     "When, from the start of the run."),
            param("first", &TimedTaint::first, "Number of the first machine, from 0."),
            param("machines", &TimedTaint::machines, at_least(1u), at_most(10000u),
                  "Number of machines."),
            param("lasts", &TimedTaint::lasts, above(sim::Duration::zero()),
                  "Time until the taint is removed.")};
    }
};

class Machine;
class StaticPod;

// A place on a machine, given back when it goes out of scope.
class Binding {
public:
    Binding() = default;
    Binding(Machine& machine, const PodRequest& request, Pod& pod);
    Binding(Binding&& other) noexcept;
    Binding& operator=(Binding&& other) noexcept;
    ~Binding() { give_back(); }

    // The pod's process works on the machine's cores from now on, until the place is given back.
    void share_cores(sim::Cpu& cpu);
    void give_back();
    explicit operator bool() const { return machine_ != nullptr; }
    bool machine_is_up() const;
    // Where its machine stands, on the network's links or as its zone's number without one.
    PlaceId place() const;
    // The number of its machine's zone; none without a place.
    std::optional<std::uint16_t> zone() const;
    bool has_image(const std::string& image) const;
    void pulled(const std::string& image);

private:
    Machine* machine_ = nullptr;
    PodRequest request_;
    Pod* pod_ = nullptr;
    sim::Cpu* cpu_ = nullptr;
};

class Cluster final : public Node, Hosting {
public:
    struct Spec {
        static constexpr std::string_view kind = "cluster";
        static constexpr std::string_view doc =
            "A cluster (Kubernetes): machines on which servers' pods are scheduled, with drains, "
            "taints, evictions and a cluster autoscaler.";
        std::vector<MachineGroup> machines = {MachineGroup{}};
        std::uint32_t max_machines = 0;
        sim::Duration machine_provision_time = std::chrono::seconds(90);
        sim::Duration scale_down_unneeded_time = std::chrono::minutes(10);
        sim::Fraction scale_down_utilization_threshold{0.5};
        sim::Duration not_ready_after = std::chrono::seconds(40);
        sim::Duration evict_after = std::chrono::minutes(5);
        sim::Bytes eviction_hard{std::uint64_t{100} << 20};
        sim::Duration eviction_interval = std::chrono::seconds(10);
        sim::Duration eviction_pressure_transition_period = std::chrono::minutes(5);
        std::vector<Drain> drains;
        std::vector<TimedTaint> taints;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("machines", &Spec::machines, not_empty(), "Groups of machines (node pools)."),
                param("max_machines", &Spec::max_machines, at_most(100000u),
                      "Cluster autoscaler: while pods are pending, machines are added up to this "
                      "number in all, of the group they leave least of unused. With 0 (the "
                      "default) none are added."),
                param("machine_provision_time", &Spec::machine_provision_time,
                      at_least(sim::Duration::zero()),
                      "Time until a machine that the cluster autoscaler ordered is ready."),
                param("scale_down_unneeded_time", &Spec::scale_down_unneeded_time,
                      at_least(sim::Duration::zero()),
                      "How long an added machine must be underused, with room elsewhere for its "
                      "pods, until it is removed (scale-down-unneeded-time)."),
                param("scale_down_utilization_threshold", &Spec::scale_down_utilization_threshold,
                      "A machine is underused when pods request a smaller share of it than this "
                      "(scale-down-utilization-threshold)."),
                param("not_ready_after", &Spec::not_ready_after, at_least(sim::Duration::zero()),
                      "How long a machine must be silent until its pods count as not ready "
                      "(node-monitor-grace-period)."),
                param("evict_after", &Spec::evict_after, at_least(sim::Duration::zero()),
                      "How long a machine must be unreachable, after not_ready_after, until its "
                      "pods are evicted and replaced elsewhere."),
                param("eviction_hard", &Spec::eviction_hard,
                      "kubelet evicts pods while less of a machine's memory than this is available "
                      "(eviction-hard). With 0B the kubelet evicts none, and only the kernel's OOM "
                      "killer acts."),
                param("eviction_interval", &Spec::eviction_interval,
                      at_least(sim::Duration(std::chrono::milliseconds(100))),
                      "Interval at which the kubelet checks available memory."),
                param("eviction_pressure_transition_period",
                      &Spec::eviction_pressure_transition_period, at_least(sim::Duration::zero()),
                      "How long after memory pressure no pod without a memory_request is placed on "
                      "the machine (eviction-pressure-transition-period)."),
                param("drains", &Spec::drains, "Drains of machines for maintenance."),
                param("taints", &Spec::taints,
                      "Taints that machines have for a time. Permanent taints are declared with "
                      "the machines.")};
        }
        void check(spec::Check& check) const;
        std::uint32_t instance_count() const {
            std::uint32_t count = 0;
            for (const MachineGroup& group : machines) count += group.count;
            return count;
        }
        std::vector<std::string> endpoint_names() const { return {}; }
        Abilities suffers() const;
        std::vector<std::string> zone_names() const;  // by number
    };

    Cluster(const Spec& spec, const Context& context);
    ~Cluster() override;

    void start() override;
    void dismiss() override;
    void begin_measuring() override;
    void finish() override;
    std::span<Instance* const> instances() override { return instances_; }
    void watch(Membership& membership) override { memberships_.push_back(&membership); }

    Hosting* hosting() override { return this; }
    void run_static(std::uint32_t machine, Instance& instance, const std::string& who,
                    const StaticPodSpec& spec) override;
    void run_clients(std::uint32_t machine) override;

    // Told of every change from now on; the number there is now.
    std::size_t watch_machines(MachineWatcher& watcher);

    // The number of a server's pods, for PodRequest::kind.
    std::uint32_t kind_of(const std::string& server, const PodRules& rules);

    // A place at once; none when there is none.
    Binding try_bind(const PodRequest& request, Pod& pod);
    // Waits for one.
    sim::Task<Binding> bind(PodRequest request, Pod& pod);

private:
    friend Machine;
    friend Binding;

    // A pod without a place.
    struct Waiting : sim::Link<Waiting> {
        Waiting(Cluster& in, const PodRequest& asked, const Pod& who)
            : cluster(in), request(asked), pod(who) {
            cluster.wait(1);
            cluster.priorities_ += request.priority != 0;
            cluster.pending_.add_last(*this);
        }
        Waiting(const Waiting&) = delete;
        Waiting& operator=(const Waiting&) = delete;
        ~Waiting() {
            cluster.wait(-1);
            cluster.priorities_ -= request.priority != 0;
            cluster.nominate(nullptr, *this);
        }
        Cluster& cluster;
        PodRequest request;
        const Pod& pod;
        Machine* nominated = nullptr;  // others leave that for it
    };

    Machine& add_machine(std::size_t group);
    RoomSize size_of(std::size_t group);
    std::uint16_t zone_number(const std::string& name);
    std::uint16_t number_outside(std::uint16_t zone) const;
    PlaceId next_place(std::uint16_t zone) const;
    Machine* choose(const PodRequest& request);
    void tell_why_not(const PodRequest& request) const;
    bool yields(const PodRequest& request);
    void nominate(Machine* machine, Waiting& waiting);

    // Room for a pod by the eviction of others, in preemption.cpp.
    struct Victims {
        std::vector<Pod*> pods;
        std::int32_t priority = 0;  // the highest
    };
    std::optional<Victims> victims_on(const Machine& machine, const PodRequest& request);
    Machine* preempt(const PodRequest& request);
    Machine* place_for(Waiting& waiting);
    Machine* claim(Waiting& waiting);

    // When a machine has no more memory, in machine_memory.cpp.
    sim::Task<void> watch_memory(Machine& machine);
    void kill_for_memory(Machine& machine);
    void evict_for_memory(Machine& machine);
    void set_short_of_memory(Machine& machine, bool is_short);
    void wait(int difference);
    void changed();  // pods that wait may find a place now
    sim::Task<void> drain(Drain drain);
    bool empty_out(Machine& machine);
    std::size_t count_machines() const;
    void tell_watchers();
    sim::Task<void> watch_silence(Machine& machine);

    // In taints.cpp.
    std::uint16_t group_with(std::uint16_t like, const std::vector<Taint>& taints);
    void tell_rules(std::uint32_t kind);
    void set_taints(Machine& machine, const std::vector<Taint>& taints);
    sim::Task<void> taint(TimedTaint plan);
    void evict_if_tainted(Machine& machine, Pod& pod);
    sim::Task<void> evict_after(Machine& machine, Pod& pod, Taint taint, sim::Duration stay);

    // Machines that come and go, in autoscaling.cpp.
    sim::Task<void> scale_machines();
    void order_machines();
    sim::Task<void> come(std::size_t group);
    void find_unneeded();
    bool fits_elsewhere(const Machine& machine);
    sim::Task<void> remove(Machine& machine);

    Spec spec_;
    Context context_;
    std::vector<std::unique_ptr<Machine>> machines_;
    std::vector<std::unique_ptr<StaticPod>> static_pods_;
    Rooms rooms_;                     // theirs, in the same order
    std::vector<std::string> zones_;  // by number
    std::vector<std::string> kinds_;
    std::vector<PodRules> rules_;         // of each kind
    std::vector<MachineGroup> groups_;    // the scenario's, and those with other taints
    std::vector<std::uint16_t> origins_;  // of which of the scenario's each is
    std::vector<Instance*> instances_;
    std::vector<MachineWatcher*> watchers_;
    std::vector<Membership*> memberships_;  // who strikes machines, above all
    std::vector<std::size_t> coming_;       // their groups, in the order they come
    std::uint64_t removed_ = 0;
    std::uint64_t evicted_ = 0;     // for want of memory
    std::uint64_t killed_ = 0;      // by the kernel, for the same
    std::uint64_t tainted_ = 0;     // evicted, as their machine had a taint
    std::uint64_t preempted_ = 0;   // for one of a higher priority
    double memory_peak_ = 0;        // of machines that could run out of it, as a share
    std::int32_t lowest_ = 0;       // priority of any pod: nobody has to go for one like it
    std::uint32_t priorities_ = 0;  // pods that wait with a priority that is not 0
    bool is_removing_ = false;
    sim::Gate changes_;
    sim::List<Waiting> pending_;
    sim::Gauge waiting_;
    // What found no place, and when: one that asks for the same finds none until something changes.
    std::optional<PodRequest> refused_;
    std::uint64_t refused_at_ = 0;
    std::optional<sim::Duration> drain_time_;
    sim::TaskGroup crew_;
};

class Machine final : public Instance, public PowerLosing {
public:
    Machine(Cluster& cluster, const MachineGroup& group, std::size_t room, const RoomSize& size,
            PlaceId place)
        : cluster_(cluster),
          group_(group),
          room_(room),
          place_(place),
          zone_(size.zone),
          cores_(cluster.context_.scheduler(), size.cpu),
          since_(cluster.context_.now()),
          taints_(group.taints),
          group_number_(size.group) {}

    // Nobody calls a machine.
    Reply call(Request) override { co_return Response{Outcome::failed, cause::refused}; }
    bool is_up() const override { return up_.is_up(); }
    std::uint16_t zone() const override { return zone_; }
    PlaceId place() const override { return place_; }
    void power_off() override;
    void power_on() override;

    // Whether its pods may use more than kubelet leaves them.
    bool could_run_out() const;
    std::vector<MemoryClaim> claims() const;

private:
    friend Cluster;
    friend Binding;

    // Each place that a pod has had here has a number of its own; 0: it has none.
    std::uint64_t binding_of(const Pod& pod) const {
        const auto found = std::ranges::find(pods_, &pod);
        return found == pods_.end() ? 0
                                    : bindings_[static_cast<std::size_t>(found - pods_.begin())];
    }

    // Its room is open to pods, or not, as it now is.
    void open_room();
    void cut_off(bool is_cut);

    Cluster& cluster_;
    MachineGroup group_;
    std::size_t room_;  // its number in the cluster's rooms
    PlaceId place_;
    std::uint16_t zone_;
    sim::SharedCores cores_;
    sim::Duration contended_before_{};  // the measuring began
    std::set<std::string> images_;
    sim::Time since_;
    std::vector<Pod*> pods_;
    std::vector<std::uint64_t> bindings_;  // the numbers of their places
    std::uint64_t bound_ = 0;              // so far
    std::vector<Taint> taints_;
    std::uint16_t group_number_;
    double memory_limits_ = 0;  // of its pods
    bool is_watched_ = false;
    bool is_short_ = false;  // of memory
    sim::Time was_short_{};
    UpState up_;
    bool has_clients_ = false;
    std::vector<FaultId> cuts_;
    bool cordoned_ = false;
    bool nominated_ = false;  // for a pod whose victims have not all left yet
    std::optional<sim::Time> gone_;
    std::optional<sim::Time> unneeded_since_;
    sim::TaskGroup silence_;
};

}  // namespace models
