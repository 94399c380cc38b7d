// One failure that comes at random (failures/outage.h): a clock for each instance, one for each
// group with common causes, and the tasks that repairs.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "models/topology/failing.h"
#include "sim/distribution.h"
#include "sim/semaphore.h"

namespace models {

class RandomFailing final : Membership {
public:
    RandomFailing(Failing& failing, Failing::Plan& plan);

    void start();
    void dismiss() { tasks_.dismiss(); }

private:
    struct Member {
        Aim::Victim who;
        std::uint64_t stream;
        bool failed = false;
    };
    // What one common cause takes: everything of a node, or of a node in a zone.
    using Group = std::pair<std::string, std::uint16_t>;

    void joined(Instance&) override { add_newcomers(); }
    void leaving(Instance&) override {}
    void add(const Aim::Victim& victim);
    void add_newcomers();
    void begin();
    Group group_of(const Member& member) const;
    sim::Task<void> wait_for_begin();
    sim::Task<void> live(Member& member);
    sim::Task<void> share_causes(Group group, std::uint64_t stream);
    sim::Task<void> fail(Member& member, sim::Duration repair, std::string why);
    sim::Task<void> black_out(std::uint64_t stream);

    Failing& failing_;
    Failing::Plan& plan_;
    const Outage& outage_;
    sim::Distribution time_to_fail_;
    sim::Distribution time_to_repair_;
    std::optional<sim::Semaphore> crew_;
    std::deque<Member> members_;
    std::set<std::uint32_t> known_;  // their numbers
    std::map<Group, std::uint64_t> groups_;
    sim::TaskGroup tasks_;
};

}  // namespace models
