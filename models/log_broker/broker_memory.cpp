#include "models/log_broker/broker_memory.h"

#include <algorithm>

namespace models {

BrokerMemory::BrokerMemory(const BrokerMemorySpec& spec, std::uint32_t cores,
                           sim::Scheduler& scheduler, MemoryOwner& owner)
    : spec_(spec),
      scheduler_(scheduler),
      owner_(owner),
      heap_(scheduler, {spec.heap, spec.heap_live, cores}, static_cast<Heaped&>(*this)) {}

void BrokerMemory::restart() {
    runs_ = true;
    heap_.restart();
    check();
}

void BrokerMemory::take(std::int64_t bytes) {
    taken_ += bytes;
    check();
}

sim::Duration BrokerMemory::time_to_restart() {
    return restarts_.wait(scheduler_.now()) + spec_.restart_time;
}

double BrokerMemory::working_set() const {
    const double own = heap_.heap().resident() + static_cast<double>(spec_.native.count);
    return static_cast<double>(taken_) + (runs_ ? own : 0);
}

double BrokerMemory::page_cache() const {
    return std::max(0.0, static_cast<double>(spec_.limit.count) - working_set());
}

void BrokerMemory::check() {
    if (is_over_limit() && owner_.out_of_memory("OOMKilled")) ++kills_;
}

void BrokerMemory::out_of_heap() {
    if (owner_.out_of_memory("out of memory")) ++ends_;
}

sim::Use BrokerMemory::use() const {
    sim::Use use;
    use.size = static_cast<double>(spec_.limit.count);
    use.in_use = static_cast<std::uint64_t>(working_set());
    use.refused = kills_;
    return use;
}

sim::Use BrokerMemory::heap_use() const {
    sim::Use use;
    use.size = static_cast<double>(spec_.heap.count);
    // What comes while the collector stops the world is in sockets' buffers, not in the heap.
    const double live = std::min(heap_.heap().live(), use.size);
    use.in_use = runs_ ? static_cast<std::uint64_t>(live) : 0;
    use.refused = ends_;
    return use;
}

}  // namespace models
