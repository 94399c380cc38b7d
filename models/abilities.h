// What an instance can suffer: one interface for each way, implemented by those that can.
//
// A failure names the abilities that it needs of its target (Spec::needs), a kind of node those
// that its instances have (suffers(), from the instance's own class by abilities_of): so what
// cannot strike is refused before the run, and nothing can be declared that is not there.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/place_id.h"
#include "sim/quantity.h"
#include "sim/time.h"

namespace sim {
class Cpu;
}

namespace models {

class Injection;
class Links;

// Down: what was there is lost, what comes is refused. The reasons add up: an instance that two
// failures took down comes up when both have healed.
class Crashable {
public:
    virtual void take_down() = 0;
    virtual void bring_up() = 0;

protected:
    ~Crashable() = default;
};

// A machine that others stand on, which go with it. The reasons add up.
class PowerLosing {
public:
    virtual void power_off() = 0;
    virtual void power_on() = 0;

protected:
    ~PowerLosing() = default;
};

// All its work takes `factor` times longer, for ever with an infinite one, until it is sped up by
// the same factor.
class Slowable {
public:
    virtual void slow_down(double factor) = 0;
    virtual void speed_up(double factor) = 0;

protected:
    ~Slowable() = default;
};

// Exchanges messages with the others of its node, and those who watch over them: on links, on which
// failures have rules like those between any places.
class Partitionable {
public:
    struct Ways {
        Links& links;  // the scenario's network's, or their own
        PlaceId from;
        std::vector<PlaceId> to;
    };
    virtual Ways ways_to_others() = 0;

protected:
    ~Partitionable() = default;
};

// Its process has somebody who starts it again when it dies: a kubelet, systemd.
class Restartable {
public:
    virtual void kill_process() = 0;

protected:
    ~Restartable() = default;
};

// Its program has a place where failures meddle with calls (injection.h), when some failure of the
// scenario needs that; null otherwise.
class Injectable {
public:
    virtual Injection* injection() = 0;

protected:
    ~Injectable() = default;
};

// A process that can run beside others on a machine of a cluster: they share its cores and memory.
class Hosted {
public:
    virtual sim::Cpu& cores() = 0;

    // In bytes: what it uses now, and what it may use at most.
    struct Memory {
        double used;
        sim::Bytes limit;
    };
    // None where its kind keeps no account of it.
    virtual std::optional<Memory> memory_of_process() const { return std::nullopt; }
    // By the machine's kernel. Whoever keeps an account starts again by itself.
    virtual void kill_for_memory() {}

protected:
    ~Hosted() = default;
};

// A process that is told to end (SIGTERM), and does when its requests are answered, or its time for
// that is over. What goes on in it beside its requests may hold it as long.
class Endable {
public:
    virtual void hold() = 0;
    virtual void let_go() = 0;

protected:
    ~Endable() = default;
};

// What its clock shows decides something. What is added is taken back by its negative: the reasons
// add up.
class HasClock {
public:
    // From now on it shows so much more; less, when that is negative.
    virtual void shift_clock(sim::Duration by) = 0;

protected:
    ~HasClock() = default;
};

// Its files can turn out to be corrupt. What makes them whole again is its own affair.
class Corruptible {
public:
    virtual void corrupt() = 0;

protected:
    ~Corruptible() = default;
};

// Its disk can be lost, with all that is on it. A crash comes with it; whoever is there afterwards
// has an empty one.
class DiskLosing {
public:
    virtual void lose_disk() = 0;

protected:
    ~DiskLosing() = default;
};

// Keeps its files on a disk that others may fill. What is added is taken back by its negative: the
// reasons add up.
class DiskFilling {
public:
    virtual void fill_disk(std::int64_t bytes) = 0;

protected:
    ~DiskFilling() = default;
};

// Its container has an account of memory, of which others there may take some. What is added is
// taken back by its negative: the reasons add up.
class MemorySharing {
public:
    virtual void take_memory(std::int64_t bytes) = 0;

protected:
    ~MemorySharing() = default;
};

// Its answers carry a value, which can be wrong (Response::wrong).
class CarriesValues {
protected:
    ~CarriesValues() = default;
};

// A set of them.
class Abilities {
public:
    constexpr Abilities() = default;

    static constexpr Abilities crash() { return Abilities(1); }
    static constexpr Abilities power_loss() { return Abilities(2); }
    static constexpr Abilities slowness() { return Abilities(4); }
    static constexpr Abilities partition() { return Abilities(8); }
    static constexpr Abilities injection() { return Abilities(16); }
    static constexpr Abilities restart() { return Abilities(32); }
    static constexpr Abilities clock() { return Abilities(64); }
    static constexpr Abilities hosting() { return Abilities(128); }
    static constexpr Abilities corruption() { return Abilities(256); }
    static constexpr Abilities values() { return Abilities(512); }
    static constexpr Abilities disk_loss() { return Abilities(1024); }
    static constexpr Abilities disk_space() { return Abilities(2048); }
    static constexpr Abilities memory() { return Abilities(4096); }

    constexpr bool has(Abilities all) const { return (bits_ & all.bits_) == all.bits_; }
    constexpr Abilities without(Abilities some) const { return Abilities(bits_ & ~some.bits_); }
    constexpr bool empty() const { return bits_ == 0; }
    friend constexpr Abilities operator|(Abilities one, Abilities other) {
        return Abilities(one.bits_ | other.bits_);
    }

private:
    explicit constexpr Abilities(std::uint32_t bits) : bits_(bits) {}
    std::uint32_t bits_ = 0;
};

// Those of a class of instances.
template <class Member>
constexpr Abilities abilities_of() {
    Abilities all;
    if constexpr (std::derived_from<Member, Crashable>) all = all | Abilities::crash();
    if constexpr (std::derived_from<Member, PowerLosing>) all = all | Abilities::power_loss();
    if constexpr (std::derived_from<Member, Slowable>) all = all | Abilities::slowness();
    if constexpr (std::derived_from<Member, Partitionable>) all = all | Abilities::partition();
    if constexpr (std::derived_from<Member, Injectable>) all = all | Abilities::injection();
    if constexpr (std::derived_from<Member, Restartable>) all = all | Abilities::restart();
    if constexpr (std::derived_from<Member, HasClock>) all = all | Abilities::clock();
    if constexpr (std::derived_from<Member, Hosted>) all = all | Abilities::hosting();
    if constexpr (std::derived_from<Member, Corruptible>) all = all | Abilities::corruption();
    if constexpr (std::derived_from<Member, CarriesValues>) all = all | Abilities::values();
    if constexpr (std::derived_from<Member, DiskLosing>) all = all | Abilities::disk_loss();
    if constexpr (std::derived_from<Member, DiskFilling>) all = all | Abilities::disk_space();
    if constexpr (std::derived_from<Member, MemorySharing>) all = all | Abilities::memory();
    return all;
}

}  // namespace models
