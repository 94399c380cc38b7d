// The failures of a scenario, as they are played: whom they strike now, and that they heal.
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/context.h"
#include "models/network/links.h"
#include "models/observers/detection.h"
#include "models/prices/paid_hours.h"
#include "models/topology/aim.h"
#include "models/topology/scenario.h"
#include "sim/task_group.h"

namespace models {

class RandomFailing;

class Failing final {
public:
    Failing(const Scenario& scenario, World& world);
    ~Failing();

    void start();

    // Everything heals at once, and nothing more goes wrong.
    void call_off();
    // What is in force of a failure heals now, rather than when it would by itself; false when
    // nothing is.
    bool heal_early(std::size_t failure, const std::string& why);
    bool is_struck() const;
    void dismiss();

    // Instances that were not there, as their provider had taken them back; until ever where none
    // has taken their place.
    std::vector<Interrupted> interrupted() const;

    // When something was wrong, in the order in which it began; until ever where it did not heal.
    const std::vector<OutageTime>& outages() const { return outages_; }

private:
    friend RandomFailing;

    struct Plan {
        FailureChoice choice;
        Aim aim;
        std::string name;    // of whom it strikes, in reports
        std::string detail;  // what more is to be said
        std::uint64_t stream;
        std::unique_ptr<Failure> failure;
        std::optional<sim::Time> began;  // last
    };

    // A rule on links: the scenario's network's, or those that a node has to itself.
    struct Fault {
        Links& links;
        FaultId id;
    };

    // In force, until it is healed.
    struct Strike {
        Plan* plan;
        std::vector<Instance*> victims;
        std::string name;
        std::string detail;
        std::vector<Fault> faults{};  // of links
        std::size_t outage = 0;       // its place among all
        bool is_healed = false;       // early
    };
    using Struck = std::list<Strike>::iterator;

    Plan plan_of(const FailureChoice& choice, const Standings& standings, std::uint32_t ordinal);
    sim::Task<void> play(Plan& plan);
    bool holds(const Condition& condition) const;
    Struck strike(Strike strike);
    // Whoever brought it about says that it is over.
    void heal(Struck struck);
    void undo(Strike& strike, const std::string& why);
    std::size_t count(const Aim& aim) const;
    std::vector<Fault> strike_links(const Strike& strike);
    static std::vector<Fault> strike_between(Links& links, const LinkFault& there, bool one_way);
    std::vector<PlaceId> places_of(const std::vector<PlaceName>& names);

    World& world_;
    std::vector<std::unique_ptr<Plan>> plans_;
    std::vector<std::unique_ptr<RandomFailing>> random_;
    std::list<Strike> in_force_;
    std::vector<OutageTime> outages_;
    std::vector<std::pair<std::size_t, Interrupted>> interrupted_;  // by outage
    sim::TaskGroup tasks_;
};

// The nodes whose programs have a place where failures meddle with calls.
std::vector<std::string> injected_nodes(const Scenario& scenario);

}  // namespace models
