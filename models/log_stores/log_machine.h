// One machine of a store of logs: its cores, where it stands, and what failures do to it.
//
// A part of a request that is here when the machine dies is over at once, and whoever sent it hears
// so: the machine's kernel resets its connections. One that comes later is refused. A machine that
// hangs keeps what comes until it goes on, and what is sent to one that is cut off waits for TCP:
// that a master takes such a machine out of the cluster (Elasticsearch: after three missed checks
// of 10 s) is left out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/failures/injection.h"
#include "models/instance_state.h"
#include "models/node.h"
#include "models/replication/member_places.h"
#include "sim/cpu.h"
#include "sim/gate.h"

namespace models {

class LogMachine : public Instance, public Crashable, public Slowable, public Injectable {
public:
    // How a part of a request went, and what it spent its time on.
    struct Took {
        Response response{};
        sim::Duration waited{};
        sim::Duration worked{};
        sim::Duration travelled{};

        sim::Duration sum() const { return waited + worked + travelled; }
    };

    // Who sends a part here, and how many bytes. The key names it among all.
    struct Sent {
        PlaceId from;
        std::uint64_t bytes;
        std::uint64_t key;
    };

    LogMachine(const Context& context, Service& node, MemberPlaces& places, std::uint32_t number,
               std::uint32_t cores);

    // Asked past the node it is the node all the same.
    Go enter(Call& call) override { return node_.enter(call); }
    Reply call(Request request) override { return node_.call(request); }
    bool is_up() const override { return up_.is_up(); }
    std::uint32_t times_down() const override { return up_.times_down(); }
    void take_down() override;
    void bring_up() override { up_.bring_up(); }
    void slow_down(double factor) override { cpu.set_speed(slow_.slow_down(factor)); }
    void speed_up(double factor) override { cpu.set_speed(slow_.speed_up(factor)); }
    Injection* injection() override { return injection_ ? &*injection_ : nullptr; }
    PlaceId place() const override { return place_; }

    const std::string& name() const { return name_; }

    // There, the work, and back. What a machine sends itself has no way, and failures have met the
    // request already.
    sim::Task<Took> visit(Request request, Sent sent, sim::Task<Took> work);
    // The work, for as long as the machine lives.
    sim::Task<Took> guarded(sim::Task<Took> work);

    // It may die by itself, beside what failures do.
    void can_die() { can_die_ = true; }

    sim::Cpu cpu;
    std::uint64_t requests = 0;

protected:
    // What a collector of garbage does: all stands still; a share of the cores is its own.
    void stand_still(bool stands) { cpu.set_speed(slow_.pause(stands)); }
    void leave_cores(double share) { cpu.set_speed(slow_.set_base(share)); }

private:
    sim::Task<Took> met(Request request, sim::Task<Took> work);
    sim::Task<Took> death();

    World& world_;
    Service& node_;
    std::string name_;
    PlaceId place_;
    sim::Gate dies_;
    std::optional<Injection> injection_;
    UpState up_;
    SpeedState slow_;
    bool can_die_;
};

}  // namespace models
