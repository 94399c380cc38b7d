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
void Machine::take_down() {
    if (!up_.take_down()) return;
    const std::vector<Tenant*> tenants = tenants_;
    for (Tenant* tenant : tenants) tenant->machine_down();
    silence_.run(cluster_.watch_silence(*this));
}

void Machine::bring_up() {
    if (!up_.bring_up()) return;
    silence_.dismiss();
    const std::vector<Tenant*> tenants = tenants_;
    for (Tenant* tenant : tenants) tenant->machine_up();
    cluster_.changed();
}

Cluster::Cluster(const Spec& spec, const Context& context)
    : spec_(spec), context_(context), changes_(context.scheduler(), false) {
    for (const MachineGroup& group : spec_.machines) {
        for (std::uint32_t count = 0; count < group.count; ++count) add_machine(group);
    }
}

Cluster::~Cluster() = default;

Machine& Cluster::add_machine(const MachineGroup& group) {
    machines_.push_back(std::make_unique<Machine>(*this, group, context_.now()));
    instances_.push_back(machines_.back().get());
    return *machines_.back();
}

void Cluster::start() {
    for (const Drain& drain : spec_.drains) crew_.run(this->drain(drain));
    if (spec_.max_machines > 0) crew_.run(add_machines());
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
        const double hours = sim::seconds(now - machine->since_) / 3600;
        machine_hours += hours;
        record.cost_usd += machine->group_.price.usd_per_hour * hours;
        requested += static_cast<double>(machine->cpu_) / 1000;
        there += machine->group_.cpu;
    }
    const double hours = sim::seconds(now - context_.world.recorder.measured_from()) / 3600;
    record.instances = hours > 0 ? machine_hours / hours : 0;
    record.measures.push_back({"pending_peak", "", static_cast<double>(waiting_.peak())});
    record.measures.push_back({"pending_last", "", static_cast<double>(waiting_.value())});
    record.measures.push_back({"requested", "1", there > 0 ? requested / there : 0});
    record.measures.push_back(
        {"drain_time", "s", drain_time_ ? sim::seconds(*drain_time_) : std::nan("")});
}

// Fewest of its kind in the zone, then on the machine, then most room, then the first.
Machine* Cluster::choose(const PodRequest& request) const {
    std::map<std::string_view, std::uint32_t> in_zone;
    const auto count_on = [&](const Machine& machine) {
        const auto found = machine.of_group_.find(request.group);
        return found == machine.of_group_.end() ? 0 : found->second;
    };
    for (const auto& machine : machines_) in_zone[machine->group_.zone] += count_on(*machine);
    Machine* best = nullptr;
    const auto is_better = [&](const Machine& one, const Machine& other) {
        const auto zone_one = in_zone[one.group_.zone];
        const auto zone_other = in_zone[other.group_.zone];
        if (zone_one != zone_other) return zone_one < zone_other;
        if (count_on(one) != count_on(other)) return count_on(one) < count_on(other);
        return one.free_share() > other.free_share();
    };
    for (const auto& machine : machines_) {
        if (!machine->is_up() || machine->cordoned_ || !machine->has_room(request)) continue;
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
    for (const auto& machine : machines_) {
        if (!machine->is_up() || machine->cordoned_) {
            ++other;
        } else if (machine->cpu_free() < request.cpu) {
            ++cpu;
        } else {
            ++memory;
        }
    }
    std::string why;
    const auto add = [&](std::size_t count, std::string_view what) {
        if (count > 0) why += fmt::format("{}{} {}", why.empty() ? "" : ", ", count, what);
    };
    add(cpu, "insufficient cpu");
    add(memory, "insufficient memory");
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
        for (Machine* machine : drained) {
            const std::vector<Tenant*> tenants = machine->tenants_;
            for (Tenant* tenant : tenants) tenant->evict();
            all_empty = all_empty && machine->tenants_.empty();
        }
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

// The cluster's own autoscaler looks every ten seconds, as Kubernetes' does.
sim::Task<void> Cluster::add_machines() {
    sim::Scheduler& scheduler = context_.scheduler();
    for (;;) {
        co_await sim::sleep(scheduler, std::chrono::seconds(10));
        const auto pending = static_cast<std::size_t>(waiting_.value());
        while (coming_ < pending && machines_.size() + coming_ < spec_.max_machines) {
            ++coming_;
            context_.world.recorder.incident(context_.name, "machine ordered",
                                             fmt::format("{} pods pending", pending));
            crew_.run(come());
        }
    }
}

sim::Task<void> Cluster::come() {
    co_await sim::sleep(context_.scheduler(), spec_.machine_provision_time);
    --coming_;
    add_machine(spec_.machines.front());
    changed();
}

}  // namespace models
