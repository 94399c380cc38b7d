// A pod as the machine knows it that it stands on, and who wants one on every machine.
#pragma once

#include <cstddef>
#include <string>

#include "models/clusters/pod_request.h"
#include "models/clusters/taint.h"

namespace models {

class Pod {
public:
    virtual void machine_down() = 0;  // now
    virtual void machine_up() = 0;    // and it is still there
    virtual void not_ready() = 0;     // its machine has not been heard of for a time
    virtual void lost() = 0;          // for so long that another pod takes its place
    virtual bool evict() = 0;         // false: not now, its budget does not allow it
    virtual void replace(const std::string& why) = 0;  // whatever its budget, with a grace period
    virtual bool stays() const = 0;   // it belongs to its machine, which can go without asking it
    virtual void machine_gone() = 0;  // for good, and it with it, as it stays

    virtual const Tolerations& tolerations() const = 0;
    virtual PodRequest request() const = 0;
    virtual double memory_in_use() const = 0;                // bytes, its page cache not counted
    virtual void evict_at_once(const std::string& why) = 0;  // whatever its budget; another comes
    virtual void kill_for_memory() = 0;                      // its process, which starts again
    virtual bool may_be_evicted() const = 0;                 // its budget would allow it now

protected:
    ~Pod() = default;
};

class MachineWatcher {
public:
    virtual void machines_changed(std::size_t count) = 0;
    virtual PodRequest pod_of_each() const = 0;

protected:
    ~MachineWatcher() = default;
};

}  // namespace models
