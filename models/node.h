// A part of the system with a name: a client, a balancer's pool, a server, a database.
//
// Life of a node: it is constructed from its spec, connected to those it calls, started, measured
// from the end of the warm-up, and read at the end.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "models/abilities.h"
#include "models/context.h"

namespace models {

// One machine of a node, as balancers choose it and failures strike it: what it can suffer are
// interfaces beside this one (abilities.h).
class Instance : public Service {
public:
    virtual bool is_up() const = 0;
    // How often it went down, and lost what it had in memory.
    virtual std::uint32_t times_down() const { return 0; }

    // The availability zone it stands in, where its kind has zones (Instances::zones).
    virtual std::uint16_t zone() const { return 0; }

    // Where it stands, where it can stand elsewhere than the others of its node; else nowhere, and
    // its node says it (Links::place_of).
    virtual PlaceId place() const { return kNowhere; }

    // What it is among the others now, where its kind has roles (Instances::roles).
    virtual std::string_view role() const { return {}; }

    // How long it takes to finish what it has taken on, if nothing else comes: what nobody outside
    // of a simulation knows.
    virtual sim::Duration backlog() const { return {}; }
};

// Told when the instances of a node come and go. An instance lives on until the end of the run,
// whatever its node says of it.
class Membership {
public:
    virtual void joined(Instance&) = 0;   // ready to take requests, for the first time or again
    virtual void leaving(Instance&) = 0;  // takes no new ones; those it has go on
    virtual void ending(Instance&) {}     // is told to end, once it has finished (Endable)

protected:
    ~Membership() = default;
};

class Changes;
class Ledger;
class ConnectionLimit;
class Hosting;
class Lockable;
class Outbox;
class Transactional;
class Registry;
class Releases;
class Topics;
class Workload;

class Node {
public:
    static constexpr std::string_view family = "nodes";
    static constexpr std::string_view family_doc = "The parts a system is made of.";

    virtual ~Node() = default;

    virtual void connect() {}
    virtual void start() {}
    virtual void begin_measuring() {}
    virtual void finish() {}
    virtual void dismiss() {}  // lets go of every task it owns

    // What answers calls to this node; none for those that only call.
    virtual Service* service() { return nullptr; }
    // The same for one node that calls, where something is kept for each of these; asked for before
    // the run.
    virtual Service* service_for(const Context& /*caller*/) { return service(); }
    virtual std::optional<EndpointId> endpoint(std::string_view) const { return std::nullopt; }
    virtual std::span<Instance* const> instances() { return {}; }

    // What the items that it answers about are versioned by; none where nothing is kept.
    virtual Ledger* ledger() { return nullptr; }

    // Whether one call can be a statement of many rows (calls/batch.h), which costs what they do.
    virtual bool takes_batches() const { return false; }

    // How many connections it allows at a time; none where they are not counted.
    virtual ConnectionLimit* connection_limit() { return nullptr; }

    // Where several calls can be one transaction; none where they cannot. It may be made when this
    // is first asked for, before the run.
    virtual Transactional* transactional() { return nullptr; }

    // Where locks are to be had; none elsewhere.
    virtual Lockable* locks() { return nullptr; }

    // Where records can be published to topics; none elsewhere.
    virtual Topics* topics() { return nullptr; }

    // What it commits, for those who follow that; none where it tells nobody.
    virtual Changes* changes() { return nullptr; }

    // Where transactions leave rows to be published; none elsewhere.
    virtual Outbox* outbox() { return nullptr; }

    // What it is scaled by, where somebody can say how many instances there are; none elsewhere.
    virtual Workload* workload() { return nullptr; }

    // Which instances of other nodes there are, as it lists them; none elsewhere.
    virtual Registry* registry() { return nullptr; }

    // Its rollouts, where it has any; none elsewhere.
    virtual Releases* releases() { return nullptr; }

    // Machines that run other nodes' instances; none elsewhere.
    virtual Hosting* hosting() { return nullptr; }

    // From now on, what changes in instances(). Nodes of a fixed size have nothing to tell.
    virtual void watch(Membership&) {}

    // A number that autoscalers look at, as it is now; none of that name is known here.
    virtual std::optional<double> reading(std::string_view) const { return std::nullopt; }
};

}  // namespace models
