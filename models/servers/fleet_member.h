// One instance of a server as its fleet keeps it: a unit, ordered, started, serving, told to go,
// gone. Its place is used again then.
#pragma once

#include <cstdint>
#include <memory>

#include "models/autoscalers/workload.h"
#include "models/clusters/cluster.h"
#include "models/servers/server_instance.h"
#include "sim/gauge.h"
#include "sim/task_group.h"

namespace models {

struct FleetMember {
    enum class State : std::uint8_t { ordered, starting, serving, leaving, gone };

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
    Workload::Size size;
    sim::Gauge cores;  // thousandths, while it has them
    sim::Time ordered{};
    sim::Time started{};
    sim::Time readiness_changed{};
    sim::Time ready_since{};  // while it is, or would be if it were not held
    std::uint32_t version = 0;
    std::uint64_t starts = 0;  // of its process
    Pod* pod = nullptr;        // as its machine knows it
    Binding binding;
    sim::TaskGroup life;    // what happens to it now
    sim::TaskGroup probes;  // what it is asked meanwhile

    bool stays() const { return state != State::gone && state != State::leaving; }
};

}  // namespace models
