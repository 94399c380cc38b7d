// What an autoscaler sees of what it scales, and may do to it.
//
// A unit is a pod or a machine: one instance of a server, from being ordered until it is gone.
#pragma once

#include <string>
#include <vector>

#include "models/autoscalers/hpa/pod.h"
#include "models/autoscalers/hpa/replica_calculator.h"
#include "models/context.h"
#include "sim/quantity.h"

namespace models {

using hpa::Milli;
using hpa::PodId;
using hpa::Replicas;

// Read off an instance at one moment; counts are since it was built.
struct InstanceSample {
    sim::Duration busy{};             // core time
    sim::Bytes memory{};              // working set
    std::uint64_t out_of_memory = 0;  // how often this unit died of it
    std::uint64_t requests = 0;       // that came
    std::size_t in_flight = 0;        // waiting for a thread included
    std::size_t waiting = 0;          // for a thread
};

// An event of the run: what was decided, and from what.
struct Decision {
    Replicas replicas = 0;
    std::string why;
    sim::Time known{};  // since when what it was decided from could be known
};

class Workload {
public:
    struct Unit {
        hpa::Pod status;
        InstanceSample vitals;
        sim::Time ordered{};
        bool serving = false;  // answers, ready or not
    };

    virtual Replicas replicas() const = 0;  // how many there should be
    virtual std::vector<Unit> units() const = 0;

    virtual void scale_to(const Decision& decision) = 0;
    // The same, as though they had been ordered early enough: more are there, fewer are gone.
    virtual void scale_at_once(const Decision& decision) = 0;

    // The utilisation above which there should be more, for telling how long the first reaction to
    // that took.
    virtual void time_reaction(double utilisation) = 0;

    // What the autoscaler asks for, before any limit, for the chart; and whether it got less than
    // that because there may not be more.
    virtual void show_wish(double replicas, bool capped) = 0;

    // A unit that is no good goes, another comes for it.
    virtual void replace(PodId unit, const std::string& why) = 0;

    // What a unit asks the scheduler for.
    struct Size {
        Milli cpu = 0;  // thousandths of a core
        sim::Bytes memory{};
    };
    virtual Size size() const = 0;
    virtual void resize_new_units(Size size) = 0;

protected:
    ~Workload() = default;
};

}  // namespace models
