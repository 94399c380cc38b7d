// A scenario played: from its specs to a live system, to the recording of what happened.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/blocks/depths.h"
#include "models/topology/scenario.h"
#include "sim/recording.h"

namespace sim {
class Recorder;
}

namespace models {

// How a run came to its end, besides what it leaves behind.
struct RunEnd {
    std::string stopped{};              // why before its time, in a sentence; empty: it is whole
    std::vector<std::string> broken{};  // invariants that did not hold: which, where and when
};

// Told now and then how far a run has come; it may ask for it to end.
class Onlooker {
public:
    virtual ~Onlooker() = default;
    virtual void at(sim::Time now, sim::Time end, std::uint64_t events) = 0;
    // What has been recorded so far, at the same moments.
    virtual void look(const sim::Recorder&) {}
    virtual bool stop() const { return false; }
    // Why, as in "interrupted".
    virtual std::string reason() const { return "stopped"; }
    virtual void ended(const RunEnd&) {}
    // Events from one of these moments to the next.
    virtual int events_between() const { return 1 << 16; }
};

// What one run may use; a run that would need more ends early and says so.
struct RunLimits {
    std::size_t requests_in_flight = std::size_t{1} << 24;
    std::uint64_t events = ~std::uint64_t{0};
    // While time stands still: a system that turns in circles never lets it go on.
    std::uint64_t events_at_once = 50'000'000;
    // Bytes that a call has in its record at first. No figure depends on it.
    std::uint32_t stack = Depths::kFirstRoom;
};

// The scenario was checked. The same scenario and seed give the same recording, on any machine.
sim::Recording simulate(const Scenario& scenario, sim::Seed seed, Onlooker* onlooker = nullptr,
                        RunLimits room = {});

// The system as it is built, before anything is played: what can be recorded of a node depends on
// its kind and its spec, so it has the names of all that a run will have, and none of the numbers.
sim::Recording outline(const Scenario& scenario);

}  // namespace models
