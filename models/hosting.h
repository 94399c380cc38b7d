// Machines that run instances of other nodes without scheduling them there (MachineGroup::runs).
#pragma once

#include <cstdint>
#include <string>

namespace models {

class Instance;
struct StaticPodSpec;

class Hosting {
public:
    // The instance shares that machine's cores and memory from now on, and goes down with it. `who`
    // is its name in the run's events.
    virtual void run_static(std::uint32_t machine, Instance& instance, const std::string& who,
                            const StaticPodSpec& spec) = 0;
    // Clients stand there, and are cut off while it is down; there is a network.
    virtual void run_clients(std::uint32_t machine) = 0;

protected:
    ~Hosting() = default;
};

}  // namespace models
