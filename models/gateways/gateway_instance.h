// One of a gateway's instances: a process with cores of its own.
#pragma once

#include <cstdint>
#include <optional>

#include "models/failures/injection.h"
#include "models/instance_state.h"
#include "models/node.h"
#include "sim/cpu.h"
#include "sim/semaphore.h"

namespace models {

class Gateway;

class GatewayInstance final : public Instance,
                              public Crashable,
                              public Slowable,
                              public Injectable {
public:
    GatewayInstance(Gateway& gateway, std::uint32_t index, PlaceId place);

    Go enter(Call& call) override;
    Reply call(Request request) override;

    PlaceId place() const override { return place_; }
    bool is_up() const override { return up_.is_up(); }
    std::uint32_t times_down() const override { return up_.times_down(); }
    void take_down() override;
    void bring_up() override { up_.bring_up(); }
    void slow_down(double factor) override { cpu_.set_speed(slow_.slow_down(factor)); }
    void speed_up(double factor) override { cpu_.set_speed(slow_.speed_up(factor)); }
    Injection* injection() override { return injection_ ? &*injection_ : nullptr; }

    // Whether those who choose between gateways know that this one is down.
    bool is_known_down() const;

    sim::Cpu& cpu() { return cpu_; }
    sim::Semaphore& connections() { return connections_; }
    const sim::Cpu& cpu() const { return cpu_; }
    const sim::Semaphore& connections() const { return connections_; }
    void begin_measuring() { busy_before_ = cpu_.busy(); }
    sim::Duration busy() const { return cpu_.busy() - busy_before_; }

private:
    Gateway& gateway_;
    std::uint32_t index_;
    PlaceId place_;
    sim::Cpu cpu_;
    sim::Semaphore connections_;
    std::optional<Injection> injection_;
    UpState up_;
    SpeedState slow_;
    sim::Time went_down_{};
    sim::Duration busy_before_{};
};

}  // namespace models
