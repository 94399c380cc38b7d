// What a node is built with, and how it finds the others.
#pragma once

#include <string>
#include <string_view>

#include "models/blocks/calls.h"
#include "models/calendar.h"
#include "models/service.h"
#include "models/spec/declaration/node_ref.h"
#include "models/transactional.h"
#include "sim/recorder.h"
#include "sim/rng.h"
#include "sim/scheduler.h"
#include "sim/task_group.h"

namespace models {

class Node;

class Directory;
class Histories;
class Links;
class Replays;

// What the whole system shares. It outlives every node.
struct World {
    sim::Scheduler& scheduler;
    sim::Recorder& recorder;
    sim::Seed seed;
    const Directory& directory;
    sim::TaskGroup abandoned;  // work whose caller has stopped waiting: it goes on
    bool cancelling = false;   // what a caller lets go of now ends, instead of going on unheard
    CalendarTime starts{};     // what calendars show at the start of the run
    // Added to the numbers of items and users where they are hashed, and to addresses: with the
    // run's seed, so that another seed places them elsewhere. 0: they are hashed as they are.
    std::uint64_t scatter = 0;
    Words segments{};  // of all clients
    Words locales{};
    TransactionNumbers transactions{};
    Links* network = nullptr;        // none: nothing is said of it, and a hop costs nothing
    Histories* histories = nullptr;  // of what clients see of stores; none: nobody listens
    Replays* replays = nullptr;      // of traces whose requests are followed; none: there are none
    bool can_fail = false;  // some failure may strike, or there is a network: heartbeats matter
    Calls calls{*this};
};

struct Context {
    World& world;
    std::string name;
    sim::Meter& meter;
    bool is_injected = false;  // some failure meddles with calls to it (failures/injection.h)
    bool is_scaled = false;    // somebody other than its autoscaler may say how many there are
    std::string callee = {};   // of what is made for the calls to one node

    sim::Scheduler& scheduler() const { return world.scheduler; }
    sim::Time now() const { return world.scheduler.now(); }
    std::uint64_t stream(std::string_view purpose) const {
        return sim::stream_key(world.seed, name, purpose);
    }
};

// Finds nodes by name. The scenario was checked before: a name that is asked for is there.
class Directory {
public:
    virtual Node& node(std::string_view name) const = 0;

protected:
    ~Directory() = default;
};

}  // namespace models
