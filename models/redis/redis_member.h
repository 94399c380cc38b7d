// One machine of a Redis: a thread, and the versions of the keys it has.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>

#include "models/failures/injection.h"
#include "models/node.h"
#include "models/servers/instance_state.h"
#include "sim/cpu.h"

namespace models {

class Redis;

class RedisMember final : public Instance, public Crashable, public Slowable, public Injectable {
public:
    using Key = std::uint64_t;

    RedisMember(Redis& redis, std::uint32_t shard, std::uint32_t index);

    Go enter(Call& call) override;
    Reply call(Request request) override;

    bool is_up() const override { return up_.is_up(); }
    void take_down() override;
    void bring_up() override;
    void slow_down(double factor) override { cpu_.set_speed(slow_.slow_down(factor)); }
    void speed_up(double factor) override { cpu_.set_speed(slow_.speed_up(factor)); }
    Injection* injection() override { return injection_ ? &*injection_ : nullptr; }
    std::string_view role() const override;

    std::uint32_t shard() const { return shard_; }
    std::uint32_t index() const { return index_; }
    sim::Cpu& cpu() { return cpu_; }

    // Versions of what was written; what was there from the start has none.
    std::unordered_map<Key, std::uint64_t> written;
    bool is_empty = false;      // it has lost what was there from the start
    std::uint64_t applied = 0;  // of the shard's log: how far it is
    sim::Time applied_at{};     // when it got there
    std::uint64_t requests = 0;

private:
    Redis& redis_;
    std::uint32_t shard_;
    std::uint32_t index_;  // among the machines of its shard; 0 is the first master
    sim::Cpu cpu_;
    std::optional<Injection> injection_;
    UpState up_;
    SpeedState slow_;
};

}  // namespace models
