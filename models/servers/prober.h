// Asks the instances of a fleet what a kubelet asks: whether they have started, are alive, are
// ready (probe.h has the parameters).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/servers/fleet_member.h"
#include "models/servers/lifecycle.h"

namespace models {

class Server;

// What follows from the answers.
class Probed {
public:
    virtual void set_ready(FleetMember& member, bool ready) = 0;
    virtual void kill(FleetMember& member, const std::string& why) = 0;

protected:
    ~Probed() = default;
};

class Prober {
public:
    // With a stream of its own for the requests that it makes.
    Prober(Server& server, Probed& probed, const Lifecycle& lifecycle, std::uint64_t stream);

    // A process that starts has its startup probe first; one without, and one that has served for
    // long, is asked the other two.
    void examine(FleetMember& member);

    void begin_measuring();
    void report(sim::NodeRecord& record) const;

private:
    enum class Role : std::uint8_t { startup, liveness, readiness };

    void examine_for_good(FleetMember& member);
    sim::Task<void> probe(FleetMember& member, Role role, const Probe& probe);
    sim::Task<bool> ask(FleetMember& member, const Probe& probe);
    void conclude(FleetMember& member, Role role, bool good);

    Server& server_;
    const Context& context_;
    Probed& probed_;
    const Lifecycle& lifecycle_;
    std::uint64_t stream_;
    std::uint64_t asked_ = 0;
    std::optional<sim::Time> unready_;      // the first that a probe found so
    std::optional<sim::Time> ready_again_;  // the first after that
};

}  // namespace models
