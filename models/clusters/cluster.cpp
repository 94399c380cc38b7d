#include "models/clusters/cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/clusters/static_pod.h"
#include "models/used.h"
#include "sim/cpu.h"
#include "sim/sleep.h"

namespace models {

Binding::Binding(Machine& machine, const PodRequest& request, Pod& pod)
    : machine_(&machine), request_(request), pod_(&pod) {
    machine.cluster_.rooms_.take(machine.room_, request);
    machine.pods_.push_back(&pod);
    machine.bindings_.push_back(++machine.bound_);
    machine.cluster_.lowest_ = std::min(machine.cluster_.lowest_, request.priority);
    machine.memory_limits_ += static_cast<double>(request.memory_limit.count);
    if (!machine.taints_.empty()) machine.cluster_.evict_if_tainted(machine, pod);
    if (machine.is_watched_ || !machine.could_run_out()) return;
    machine.is_watched_ = true;
    machine.cluster_.crew_.run(machine.cluster_.watch_memory(machine));
}

Binding::Binding(Binding&& other) noexcept
    : machine_(std::exchange(other.machine_, nullptr)),
      request_(other.request_),
      pod_(other.pod_),
      cpu_(std::exchange(other.cpu_, nullptr)) {}

Binding& Binding::operator=(Binding&& other) noexcept {
    std::swap(machine_, other.machine_);
    std::swap(request_, other.request_);
    std::swap(pod_, other.pod_);
    std::swap(cpu_, other.cpu_);
    return *this;
}

bool Binding::machine_is_up() const {
    return machine_ == nullptr || machine_->is_up();
}

std::optional<std::uint16_t> Binding::zone() const {
    if (machine_ == nullptr) return std::nullopt;
    return machine_->cluster_.number_outside(machine_->zone_);
}

PlaceId Binding::place() const {
    return machine_ == nullptr ? kNowhere : machine_->place_;
}

bool Binding::has_image(const std::string& image) const {
    return machine_ != nullptr && machine_->images_.contains(image);
}

void Binding::pulled(const std::string& image) {
    if (machine_ != nullptr) machine_->images_.insert(image);
}

// The weight that kubelet gives a cgroup: MilliCPUToShares in pkg/kubelet/cm/helpers_linux.go.
void Binding::share_cores(sim::Cpu& cpu) {
    if (machine_ == nullptr) return;
    constexpr std::int64_t kLeast = 2;
    constexpr std::int64_t kMost = 262144;
    cpu_ = &cpu;
    const std::int64_t shares =
        request_.cpu_shares > 0 ? request_.cpu_shares : request_.cpu * 1024 / 1000;
    cpu.join(machine_->cores_, std::clamp(shares, kLeast, kMost));
}

void Binding::give_back() {
    if (machine_ == nullptr) return;
    if (cpu_ != nullptr) std::exchange(cpu_, nullptr)->leave();
    Machine& machine = *std::exchange(machine_, nullptr);
    machine.cluster_.rooms_.give_back(machine.room_, request_);
    const auto bound = std::ranges::find(machine.pods_, pod_);
    machine.bindings_.erase(machine.bindings_.begin() + (bound - machine.pods_.begin()));
    machine.pods_.erase(bound);
    machine.memory_limits_ -= static_cast<double>(request_.memory_limit.count);
    // A place on a machine where nobody may come is none, unless its zone mattered.
    const bool counts_zones =
        request_.zone_skew || request_.placement == PodPlacement::one_per_zone;
    const bool is_open = machine.nominated_ || machine.cluster_.rooms_.is_open(machine.room_);
    if (counts_zones || is_open) machine.cluster_.changed();
}

void Machine::open_room() {
    cluster_.rooms_.set_open(room_, is_up() && !cordoned_ && !nominated_ && !gone_);
}

// Pods that are lost give their places back meanwhile, so a copy of the list is gone through.
void Machine::power_off() {
    if (!up_.take_down()) return;
    open_room();
    const std::vector<Pod*> bound = pods_;
    for (Pod* pod : bound) pod->machine_down();
    if (has_clients_) cut_off(true);
    silence_.run(cluster_.watch_silence(*this));
}

void Machine::power_on() {
    if (!up_.bring_up()) return;
    open_room();
    silence_.dismiss();
    if (has_clients_) cut_off(false);
    const std::vector<Pod*> bound = pods_;
    for (Pod* pod : bound) pod->machine_up();
    cluster_.changed();
}

Abilities Cluster::Spec::suffers() const {
    return abilities_of<Machine>();
}

void Cluster::Spec::check(spec::Check& check) const {
    for (const TimedTaint& each : taints) {
        check.that(max_machines > 0 || each.first < instance_count(), "taints",
                   fmt::format("there is no machine {} to taint", each.first),
                   fmt::format("there are {}, from 0", instance_count()));
    }
}

// In the order in which the machines come.
std::vector<std::string> Cluster::Spec::zone_names() const {
    std::vector<std::string> names;
    for (const MachineGroup& group : machines) {
        if (std::ranges::find(names, group.zone) == names.end()) names.push_back(group.zone);
    }
    return names;
}

Cluster::Cluster(const Spec& spec, const Context& context)
    : spec_(spec), context_(context), changes_(context.scheduler(), false) {
    for (std::size_t group = 0; group < spec_.machines.size(); ++group) {
        groups_.push_back(spec_.machines[group]);
        origins_.push_back(static_cast<std::uint16_t>(group));
    }
    for (std::size_t group = 0; group < spec_.machines.size(); ++group) {
        for (std::uint32_t count = 0; count < spec_.machines[group].count; ++count) {
            add_machine(group);
        }
    }
    context_.meter.resource("cores of machines", [this](sim::Time, sim::Uses& uses) {
        for (const auto& machine : machines_) {
            uses.push_back(machine->cores_.use());
            if (machine->gone_) uses.back().size = 0;
        }
    });
}

Cluster::~Cluster() = default;

// Where there is a network, that which its zone has there; only they are asked for by number.
std::uint16_t Cluster::number_outside(std::uint16_t zone) const {
    const Links* const network = context_.world.network;
    return network == nullptr ? zone : network->number_of(*network->places().find(zones_[zone]));
}

// Of the machine that comes next.
PlaceId Cluster::next_place(std::uint16_t zone) const {
    Links* const network = context_.world.network;
    if (network == nullptr) return PlaceId{zone};
    const std::string name = instance_name(context_.name, machines_.size());
    if (const auto known = network->places().find(name)) return *known;  // nodes stand on it
    return network->add_machine(*network->places().find(zones_[zone]), name);
}

std::uint16_t Cluster::zone_number(const std::string& name) {
    const auto known = std::ranges::find(zones_, name);
    const auto number = static_cast<std::uint16_t>(known - zones_.begin());
    if (known == zones_.end()) zones_.push_back(name);
    return number;
}

MachineCapacity Cluster::size_of(std::size_t group) {
    const MachineGroup& all = spec_.machines[group];
    return {static_cast<Milli>(std::llround(all.cpu * 1000)), all.memory.count,
            zone_number(all.zone), static_cast<std::uint16_t>(group)};
}

Machine& Cluster::add_machine(std::size_t group) {
    const MachineCapacity size = size_of(group);
    const std::size_t room = rooms_.add(size);
    machines_.push_back(
        std::make_unique<Machine>(*this, spec_.machines[group], room, size, next_place(size.zone)));
    instances_.push_back(machines_.back().get());
    return *machines_.back();
}

void Cluster::start() {
    for (const Drain& drain : spec_.drains) crew_.run(this->drain(drain));
    for (const TimedTaint& each : spec_.taints) crew_.run(taint(each));
    if (spec_.max_machines > 0) crew_.run(scale_machines());
}

void Cluster::dismiss() {
    crew_.dismiss();
    static_pods_.clear();
    for (const auto& machine : machines_) machine->silence_.dismiss();
}

void Cluster::begin_measuring() {
    waiting_.restart(context_.now());
    memory_peak_ = 0;
    for (const auto& machine : machines_) {
        machine->since_ = context_.now();
        machine->contended_before_ = machine->cores_.contended();
    }
}

void Cluster::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const sim::Time now = context_.now();
    double requested = 0;
    double there = 0;
    double machine_hours = 0;
    double contended = 0;
    for (const auto& machine : machines_) {
        const sim::Time end = std::max(machine->gone_.value_or(now), machine->since_);
        const double hours = sim::seconds(end - machine->since_) / 3600;
        machine_hours += hours;
        contended += sim::seconds(machine->cores_.contended() - machine->contended_before_) / 3600;
        use_hours(context_, machine->group_.price, hours, {{machine->since_, end, 1}});
        if (machine->gone_) continue;
        requested += static_cast<double>(rooms_.cpu_taken(machine->room_)) / 1000;
        there += machine->group_.cpu;
    }
    const double hours = sim::seconds(now - context_.world.recorder.measured_from()) / 3600;
    record.instances = hours > 0 ? machine_hours / hours : 0;
    record.measures.push_back({"pending_peak", "", static_cast<double>(waiting_.peak())});
    record.measures.push_back({"pending_last", "", static_cast<double>(waiting_.value())});
    record.measures.push_back({"machines_last", "", static_cast<double>(count_machines())});
    record.measures.push_back({"machines_removed", "", static_cast<double>(removed_)});
    record.measures.push_back(
        {"contended", "1", machine_hours > 0 ? contended / machine_hours : 0});
    record.measures.push_back({"evicted", "", static_cast<double>(evicted_)});
    record.measures.push_back({"evicted_by_taints", "", static_cast<double>(tainted_)});
    record.measures.push_back({"oom_killed", "", static_cast<double>(killed_)});
    record.measures.push_back({"preempted", "", static_cast<double>(preempted_)});
    record.measures.push_back({"memory_peak", "1", memory_peak_});
    record.measures.push_back({"requested", "1", there > 0 ? requested / there : 0});
    record.measures.push_back(
        {"drain_time", "s", drain_time_ ? sim::seconds(*drain_time_) : std::nan("")});
}

std::uint32_t Cluster::kind_of(const std::string& server, const PodRules& rules) {
    const auto known = std::ranges::find(kinds_, server);
    const auto kind = static_cast<std::uint32_t>(known - kinds_.begin());
    if (known != kinds_.end()) return kind;
    kinds_.push_back(server);
    rules_.push_back(rules);
    tell_rules(kind);
    return kind;
}

Machine* Cluster::choose(const PodRequest& request) {
    if (refused_ == request && refused_at_ == rooms_.changes()) return nullptr;
    const std::optional<std::size_t> room = rooms_.choose(request);
    if (room) return machines_[*room].get();
    refused_ = request;
    refused_at_ = rooms_.changes();
    return nullptr;
}

Binding Cluster::try_bind(const PodRequest& request, Pod& pod) {
    Machine* machine = choose(request);
    return machine == nullptr ? Binding() : Binding(*machine, request, pod);
}

sim::Task<Binding> Cluster::bind(PodRequest request, Pod& pod) {
    if (!yields(request)) {
        if (Machine* machine = choose(request)) co_return Binding(*machine, request, pod);
    }
    Waiting waiting(*this, request, pod);
    tell_why_not(request);
    for (;;) {
        if (Machine* machine = place_for(waiting)) {
            Binding binding(*machine, request, pod);
            if (priorities_ > 0) changed();  // those that have yielded look again
            co_return binding;
        }
        co_await changes_.pass();
    }
}

// "0/3 nodes are available: 2 Insufficient cpu, 1 node(s) were unschedulable."
void Cluster::tell_why_not(const PodRequest& request) const {
    std::size_t cpu = 0;
    std::size_t memory = 0;
    std::size_t other = 0;
    std::size_t rules = 0;
    std::size_t affinity = 0;
    for (const auto& machine : machines_) {
        if (!rooms_.is_open(machine->room_)) {
            ++other;
        } else if (rooms_.cpu_free(machine->room_) < request.cpu) {
            ++cpu;
        } else if (rooms_.memory_free(machine->room_) < request.memory.count) {
            ++memory;
        } else if (!rooms_.is_allowed(machine->room_, request)) {
            ++affinity;
        } else {
            ++rules;
        }
    }
    std::string why;
    const auto add = [&](std::size_t count, std::string_view what) {
        if (count > 0) why += fmt::format("{}{} {}", why.empty() ? "" : ", ", count, what);
    };
    add(cpu, "insufficient cpu");
    add(memory, "insufficient memory");
    add(affinity, "by node_selector and taints not allowed");
    add(rules, "not by its placement rules");
    add(other, "unschedulable");
    context_.world.recorder.incident(kinds_[request.kind], "pending",
                                     fmt::format("0 of {} machines: {}", machines_.size(), why));
}

void Cluster::wait(int difference) {
    waiting_.add(context_.now(), difference);
}

void Cluster::changed() {
    changes_.pulse();
}

sim::Task<void> Cluster::drain(Drain drain) {
    sim::Scheduler& scheduler = context_.scheduler();
    co_await sim::sleep_until(scheduler, sim::Time(drain.at));
    std::vector<Machine*> drained;
    for (std::uint32_t index = drain.first; index < drain.first + drain.machines; ++index) {
        if (index < machines_.size()) drained.push_back(machines_[index].get());
    }
    const sim::Time began = scheduler.now();
    context_.world.recorder.incident(context_.name, "drain",
                                     fmt::format("{} machines", drained.size()));
    for (Machine* machine : drained) {
        machine->cordoned_ = true;
        machine->open_room();
    }
    for (;;) {
        bool all_empty = true;
        for (Machine* machine : drained) all_empty = empty_out(*machine) && all_empty;
        if (all_empty) break;
        co_await sim::sleep(scheduler, std::chrono::seconds(1));
    }
    drain_time_ = scheduler.now() - began;
    context_.world.recorder.incident(context_.name, "drained",
                                     fmt::format("after {:.0f} s", sim::seconds(*drain_time_)));
    co_await sim::sleep_until(scheduler, began + drain.lasts);
    for (Machine* machine : drained) {
        machine->cordoned_ = false;
        machine->open_room();
    }
    changed();
}

// Evicts who can be evicted now; true when nobody is left but those that stay.
bool Cluster::empty_out(Machine& machine) {
    const std::vector<Pod*> bound = machine.pods_;
    for (Pod* pod : bound) {
        if (!pod->stays()) pod->evict();
    }
    return std::ranges::all_of(machine.pods_, [](const Pod* each) { return each->stays(); });
}

std::size_t Cluster::count_machines() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(machines_, [](const auto& each) { return !each->gone_; }));
}

std::size_t Cluster::watch_machines(MachineWatcher& watcher) {
    watchers_.push_back(&watcher);
    return count_machines();
}

void Cluster::tell_watchers() {
    for (MachineWatcher* watcher : watchers_) watcher->machines_changed(count_machines());
}

}  // namespace models
