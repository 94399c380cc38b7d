// What happens on a machine whose pods want more memory than it has.
#include <fmt/format.h>

#include <algorithm>

#include "models/clusters/cluster.h"
#include "sim/sleep.h"

namespace models {

namespace {

// How often it is asked whether memory is used up. The kernel would know with the first page too
// many; what is used between two looks is not seen.
constexpr sim::Duration kMemoryLook = std::chrono::milliseconds(100);

double sum_of(const std::vector<MemoryClaim>& pods) {
    double sum = 0;
    for (const MemoryClaim& pod : pods) sum += pod.used;
    return sum;
}

}  // namespace

bool Machine::could_run_out() const {
    const auto least = static_cast<double>(cluster_.spec_.eviction_hard.count);
    return memory_limits_ > static_cast<double>(group_.memory.count) - least;
}

std::vector<MemoryClaim> Machine::claims() const {
    std::vector<MemoryClaim> pods;
    for (const Pod* pod : pods_) {
        const PodRequest request = pod->request();
        pods.push_back({pod->memory_in_use(), static_cast<double>(request.memory.count),
                        request.priority, request.is_guaranteed, pod->stays()});
    }
    return pods;
}

// Only where limits add up to more than there is: elsewhere there is nothing to see.
sim::Task<void> Cluster::watch_memory(Machine& machine) {
    sim::Scheduler& scheduler = context_.scheduler();
    sim::Time next = scheduler.now() + spec_.eviction_interval;
    while (machine.could_run_out() || machine.is_short_) {
        co_await sim::sleep(scheduler, kMemoryLook);
        if (!machine.is_up()) continue;
        kill_for_memory(machine);
        if (scheduler.now() < next) continue;
        next = scheduler.now() + spec_.eviction_interval;
        if (spec_.eviction_hard.count > 0) evict_for_memory(machine);
    }
    machine.is_watched_ = false;
}

void Cluster::kill_for_memory(Machine& machine) {
    const auto whole = static_cast<double>(machine.group_.memory.count);
    std::vector<MemoryClaim> pods = machine.claims();
    memory_peak_ = std::max(memory_peak_, sum_of(pods) / whole);
    const std::vector<Pod*> bound = machine.pods_;
    while (sum_of(pods) > whole) {
        const auto first = first_to_kill(pods, whole, spec_.eviction_hard.count > 0);
        if (!first) return;
        ++killed_;
        pods[*first].used = 0;
        bound[*first]->kill_for_memory();
    }
}

void Cluster::evict_for_memory(Machine& machine) {
    const auto whole = static_cast<double>(machine.group_.memory.count);
    const auto least = static_cast<double>(spec_.eviction_hard.count);
    std::vector<MemoryClaim> pods = machine.claims();
    const std::vector<Pod*> bound = machine.pods_;
    while (whole - sum_of(pods) < least) {
        machine.was_short_ = context_.now();
        set_short_of_memory(machine, true);
        const auto first = first_to_evict(pods);
        if (!first) return;
        ++evicted_;
        constexpr double kMebi = 1024.0 * 1024;
        const std::string why =
            fmt::format("{:.0f} MiB of {:.0f} are used, it has {:.0f} and asked for {:.0f}",
                        sum_of(pods) / kMebi, whole / kMebi, pods[*first].used / kMebi,
                        pods[*first].requested / kMebi);
        pods[*first].used = 0;
        bound[*first]->evict_at_once(why);
    }
    const sim::Time end = machine.was_short_ + spec_.eviction_pressure_transition_period;
    if (machine.is_short_ && context_.now() >= end) set_short_of_memory(machine, false);
}

void Cluster::set_short_of_memory(Machine& machine, bool is_short) {
    if (machine.is_short_ == is_short) return;
    machine.is_short_ = is_short;
    rooms_.set_short_of_memory(machine.room_, is_short);
    context_.world.recorder.incident(context_.name,
                                     is_short ? "memory pressure" : "memory pressure over");
    if (!is_short) changed();
}

}  // namespace models
