#include "models/clusters/static_pod.h"

#include <utility>

#include "sim/sleep.h"

namespace models {

StaticPod::StaticPod(const Context& context, Machine& machine, Instance& instance, std::string who,
                     const StaticPodSpec& spec)
    : context_(context),
      instance_(instance),
      process_(dynamic_cast<Hosted&>(instance)),
      crashable_(dynamic_cast<Crashable&>(instance)),
      who_(std::move(who)),
      spec_(spec) {
    const auto account = process_.memory_of_process();
    request_.memory = spec_.memory.value_or(sim::Bytes{});
    request_.memory_limit = account ? account->limit : request_.memory;
    request_.cpu_shares = spec_.cpu_shares;
    binding_ = Binding(machine, request_, *this);
    binding_.share_cores(process_.cores());
}

StaticPod::~StaticPod() = default;

void StaticPod::machine_down() {
    crashable_.take_down();
}

void StaticPod::machine_up() {
    crashable_.bring_up();
}

double StaticPod::memory_in_use() const {
    if (!instance_.is_up()) return 0;
    const auto account = process_.memory_of_process();
    return account ? account->used : static_cast<double>(request_.memory.count);
}

void StaticPod::kill_for_memory() {
    if (process_.memory_of_process()) return process_.kill_for_memory();
    context_.world.recorder.incident(who_, "out of memory", "killed by the kernel of its machine");
    crashable_.take_down();
    restarts_.run(restart());
}

sim::Task<void> StaticPod::restart() {
    co_await sim::sleep(context_.scheduler(), spec_.restart_time);
    context_.world.recorder.incident(who_, "restarted");
    crashable_.bring_up();
}

// --- what a cluster does with them ---

void Cluster::run_static(std::uint32_t machine, Instance& instance, const std::string& who,
                         const StaticPodSpec& spec) {
    static_pods_.push_back(
        std::make_unique<StaticPod>(context_, *machines_[machine], instance, who, spec));
}

// While a machine is down nothing comes from it, and nothing gets there.
void Cluster::run_clients(std::uint32_t machine) {
    machines_[machine]->has_clients_ = true;
}

void Machine::cut_off(bool is_cut) {
    Links& links = *cluster_.context_.world.network;
    if (!is_cut) {
        for (const FaultId each : std::exchange(cuts_, {})) links.heal(each);
        return;
    }
    LinkEffect effect;
    effect.cuts = true;
    cuts_ = {links.strike({{place_}, {}, effect}), links.strike({{}, {place_}, effect})};
}

}  // namespace models
