#include "models/clusters/cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/sleep.h"

namespace models {

Seat::Seat(Machine& machine, const PodRequest& request) : machine_(&machine), request_(request) {
    machine.cpu_ += request.cpu;
    machine.memory_ += request.memory.count;
    ++machine.of_group_[request.group];
    machine.tenants_.push_back(request.tenant);
}

Seat::Seat(Seat&& other) noexcept
    : machine_(std::exchange(other.machine_, nullptr)), request_(other.request_) {}

Seat& Seat::operator=(Seat&& other) noexcept {
    std::swap(machine_, other.machine_);
    std::swap(request_, other.request_);
    return *this;
}

bool Seat::machine_is_up() const {
    return machine_ == nullptr || machine_->is_up();
}

std::optional<std::uint16_t> Seat::zone() const {
    return machine_ == nullptr ? std::nullopt : std::optional(machine_->zone_);
}

bool Seat::has_image(const std::string& image) const {
    return machine_ != nullptr && machine_->images_.contains(image);
}

void Seat::pulled(const std::string& image) {
    if (machine_ != nullptr) machine_->images_.insert(image);
}

void Seat::give_back() {
    if (machine_ == nullptr) return;
    Machine& machine = *std::exchange(machine_, nullptr);
    machine.cpu_ -= request_.cpu;
    machine.memory_ -= request_.memory.count;
    --machine.of_group_[request_.group];
    std::erase(machine.tenants_, request_.tenant);
    machine.cluster_.changed();
}

// Tenants that are lost give their places back meanwhile, so a copy of the list is gone through.
void Machine::power_off() {
    if (!up_.take_down()) return;
    const std::vector<Tenant*> tenants = tenants_;
    for (Tenant* tenant : tenants) tenant->machine_down();
    silence_.run(cluster_.watch_silence(*this));
}

void Machine::power_on() {
    if (!up_.bring_up()) return;
    silence_.dismiss();
    const std::vector<Tenant*> tenants = tenants_;
    for (Tenant* tenant : tenants) tenant->machine_up();
    cluster_.changed();
}

Abilities Cluster::Spec::suffers() const {
    return abilities_of<Machine>();
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
    for (const MachineGroup& group : spec_.machines) {
        for (std::uint32_t count = 0; count < group.count; ++count) add_machine(group);
    }
}

Cluster::~Cluster() = default;

std::uint16_t Cluster::zone_number(const std::string& name) {
    const auto known = std::ranges::find(zones_, name);
    const auto number = static_cast<std::uint16_t>(known - zones_.begin());
    if (known == zones_.end()) zones_.push_back(name);
    return number;
}

Machine& Cluster::add_machine(const MachineGroup& group) {
    const std::uint16_t zone = zone_number(group.zone);
    machines_.push_back(std::make_unique<Machine>(*this, group, zone, context_.now()));
    instances_.push_back(machines_.back().get());
    return *machines_.back();
}

void Cluster::start() {
    for (const Drain& drain : spec_.drains) crew_.run(this->drain(drain));
    if (spec_.max_machines > 0) crew_.run(scale_machines());
}

void Cluster::dismiss() {
    crew_.dismiss();
    for (const auto& machine : machines_) machine->silence_.dismiss();
}

void Cluster::begin_measuring() {
    waiting_.restart(context_.now());
    for (const auto& machine : machines_) machine->since_ = context_.now();
}

void Cluster::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const sim::Time now = context_.now();
    double requested = 0;
    double there = 0;
    double machine_hours = 0;
    for (const auto& machine : machines_) {
        const sim::Time end = std::max(machine->gone_.value_or(now), machine->since_);
        const double hours = sim::seconds(end - machine->since_) / 3600;
        machine_hours += hours;
        record.cost_usd += machine->group_.price.usd_per_hour * hours;
        if (machine->gone_) continue;
        requested += static_cast<double>(machine->cpu_) / 1000;
        there += machine->group_.cpu;
    }
    const double hours = sim::seconds(now - context_.world.recorder.measured_from()) / 3600;
    record.instances = hours > 0 ? machine_hours / hours : 0;
    record.measures.push_back({"pending_peak", "", static_cast<double>(waiting_.peak())});
    record.measures.push_back({"pending_last", "", static_cast<double>(waiting_.value())});
    record.measures.push_back({"machines_last", "", static_cast<double>(count_machines())});
    record.measures.push_back({"machines_removed", "", static_cast<double>(removed_)});
    record.measures.push_back({"requested", "1", there > 0 ? requested / there : 0});
    record.measures.push_back(
        {"drain_time", "s", drain_time_ ? sim::seconds(*drain_time_) : std::nan("")});
}

// The best of those that may take it, by what its placement says.
Machine* Cluster::choose(const PodRequest& request) const {
    std::vector<std::uint32_t> in_zone(zones_.size());
    for (const auto& machine : machines_) in_zone[machine->zone_] += machine->count_of(request);
    const auto is_better = [&](const Machine& one, const Machine& other) {
        if (request.placement == PodPlacement::pack) return one.free_share() < other.free_share();
        const auto zone_one = in_zone[one.zone_];
        const auto zone_other = in_zone[other.zone_];
        if (zone_one != zone_other) return zone_one < zone_other;
        const auto count_one = one.count_of(request);
        const auto count_other = other.count_of(request);
        if (count_one != count_other) return count_one < count_other;
        return one.free_share() > other.free_share();
    };
    const std::uint32_t fewest = *std::ranges::min_element(in_zone);
    Machine* best = nullptr;
    for (const auto& machine : machines_) {
        const bool is_skewed =
            request.zone_skew && in_zone[machine->zone_] + 1 - fewest > *request.zone_skew;
        if (is_skewed || !machine->may_take(request)) continue;
        if (best == nullptr || is_better(*machine, *best)) best = machine.get();
    }
    return best;
}

Seat Cluster::try_seat(const PodRequest& request) {
    Machine* machine = choose(request);
    return machine == nullptr ? Seat() : Seat(*machine, request);
}

sim::Task<Seat> Cluster::seat(PodRequest request) {
    if (Machine* machine = choose(request)) co_return Seat(*machine, request);
    const Waiting waiting(*this);
    tell_why_not(request);
    for (;;) {
        co_await changes_.pass();
        if (Machine* machine = choose(request)) co_return Seat(*machine, request);
    }
}

// "0/3 nodes are available: 2 Insufficient cpu, 1 node(s) were unschedulable."
void Cluster::tell_why_not(const PodRequest& request) const {
    std::size_t cpu = 0;
    std::size_t memory = 0;
    std::size_t other = 0;
    std::size_t rules = 0;
    for (const auto& machine : machines_) {
        if (!machine->is_up() || machine->cordoned_) {
            ++other;
        } else if (machine->cpu_free() < request.cpu) {
            ++cpu;
        } else if (machine->memory_free() < request.memory.count) {
            ++memory;
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
    add(rules, "not by its placement rules");
    add(other, "unschedulable");
    context_.world.recorder.incident(std::string(request.group), "pending",
                                     fmt::format("0 of {} machines: {}", machines_.size(), why));
}

void Cluster::wait(int difference) {
    waiting_.add(context_.now(), difference);
}

void Cluster::changed() {
    changes_.open();
    changes_.close();
}

sim::Task<void> Cluster::watch_silence(Machine& machine) {
    sim::Scheduler& scheduler = context_.scheduler();
    co_await sim::sleep(scheduler, spec_.not_ready_after);
    std::vector<Tenant*> tenants = machine.tenants_;
    for (Tenant* tenant : tenants) tenant->not_ready();
    co_await sim::sleep(scheduler, spec_.evict_after);
    tenants = machine.tenants_;
    for (Tenant* tenant : tenants) tenant->lost();
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
    for (Machine* machine : drained) machine->cordoned_ = true;
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
    for (Machine* machine : drained) machine->cordoned_ = false;
    changed();
}

// Evicts who can be evicted now; true when nobody is left but those that stay.
bool Cluster::empty_out(Machine& machine) {
    const std::vector<Tenant*> tenants = machine.tenants_;
    for (Tenant* tenant : tenants) {
        if (!tenant->stays()) tenant->evict();
    }
    return std::ranges::all_of(machine.tenants_, [](const Tenant* each) { return each->stays(); });
}

// The cluster's own autoscaler looks every ten seconds, as Kubernetes' does.
sim::Task<void> Cluster::scale_machines() {
    for (;;) {
        co_await sim::sleep(context_.scheduler(), std::chrono::seconds(10));
        order_machines();
        find_unneeded();
    }
}

void Cluster::order_machines() {
    const auto pending = static_cast<std::size_t>(waiting_.value());
    while (coming_ < pending && count_machines() + coming_ < spec_.max_machines) {
        ++coming_;
        context_.world.recorder.incident(context_.name, "machine ordered",
                                         fmt::format("{} pods pending", pending));
        crew_.run(come());
    }
}

// Of the machines that were added one at a time goes. Kubernetes tries to place each pod; that all
// of them together have room elsewhere is enough here.
void Cluster::find_unneeded() {
    const sim::Time now = context_.now();
    const Room room = free_room();
    const auto fits_elsewhere = [&](const Machine& machine) {
        return room.cpu - machine.cpu_free() >= machine.cpu_ &&
               room.memory - machine.memory_free() >= machine.memory_;
    };
    const double most_free = 1 - spec_.scale_down_utilization_threshold.value;
    for (std::size_t index = spec_.instance_count(); index < machines_.size(); ++index) {
        Machine& machine = *machines_[index];
        const bool is_unneeded = !machine.gone_ && !machine.cordoned_ && machine.is_up() &&
                                 waiting_.value() == 0 && machine.free_share() > most_free &&
                                 fits_elsewhere(machine);
        if (!is_unneeded) machine.unneeded_since_.reset();
        if (is_unneeded && !machine.unneeded_since_) machine.unneeded_since_ = now;
        if (!is_unneeded || is_removing_ ||
            now - *machine.unneeded_since_ < spec_.scale_down_unneeded_time) {
            continue;
        }
        is_removing_ = true;
        crew_.run(remove(machine));
    }
}

// On all machines that pods can be placed on.
Cluster::Room Cluster::free_room() const {
    Room room;
    for (const auto& machine : machines_) {
        if (machine->gone_ || machine->cordoned_ || !machine->is_up()) continue;
        room.cpu += machine->cpu_free();
        room.memory += machine->memory_free();
    }
    return room;
}

sim::Task<void> Cluster::remove(Machine& machine) {
    machine.cordoned_ = true;
    context_.world.recorder.incident(context_.name, "machine unneeded",
                                     fmt::format("{} pods there", machine.tenants_.size()));
    while (!empty_out(machine)) co_await sim::sleep(context_.scheduler(), std::chrono::seconds(1));
    const std::vector<Tenant*> tenants = machine.tenants_;
    machine.gone_ = context_.now();
    for (Tenant* tenant : tenants) tenant->machine_gone();
    ++removed_;
    is_removing_ = false;
    context_.world.recorder.incident(context_.name, "machine removed");
    tell_watchers();
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

sim::Task<void> Cluster::come() {
    co_await sim::sleep(context_.scheduler(), spec_.machine_provision_time);
    --coming_;
    add_machine(spec_.machines.front());
    tell_watchers();
    changed();
}

}  // namespace models
