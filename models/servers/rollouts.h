// New versions take the place of old ones, and are rolled back: when, in which steps, and whether
// the new one is worse (rollout.h has the parameters).
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "models/releases.h"
#include "models/servers/fleet_member.h"
#include "models/servers/rollout.h"

namespace models {

// What is rolled out to: the instances of a server.
class Deployment : public Workload {
public:
    // All but those that are gone, leaving ones too.
    virtual std::vector<FleetMember*> members() const = 0;
    // One more, of the newest release; held, it gets no requests when it is ready.
    virtual void add(bool held) = 0;
    virtual void retire(FleetMember& member) = 0;
    virtual void set_ready(FleetMember& member, bool ready) = 0;
    virtual bool is_available(const FleetMember& member) const = 0;
    // Its machine is gone for good, and it with it: nobody wants another.
    virtual void machine_gone(FleetMember& member) = 0;

protected:
    ~Deployment() = default;
};

class Rollouts final : public Releases {
public:
    Rollouts(Deployment& deployment, const Context& context, const std::vector<Rollout>& rollouts);

    void start();
    void dismiss() { tasks_.dismiss(); }
    void roll_back(const std::string& why) override;

    // What a new instance is made as now.
    struct Release {
        ServerInstance::Version version;
        std::uint32_t image = 0;
        Workload::Size size;
    };
    std::uint32_t number() const { return number_; }
    const ServerInstance::Version& version() const { return version_; }
    std::uint32_t image() const { return image_; }

    bool empty() const { return rollouts_.empty(); }
    void report(sim::NodeRecord& record) const;

private:
    // A rollout that has begun.
    struct Change {
        Rollout rollout;
        Release before;
        bool is_rolled_back = false;
        bool is_taken_over = false;  // rolled back from outside, which goes on with it
        bool is_done = false;
    };

    std::vector<FleetMember*> there(bool of_newest) const;
    bool is_worse(const Rollout& rollout) const;
    Release release_as(const Rollout& rollout) const;
    void begin(const Release& release);
    void release_before(Change& change, const std::string& why);
    sim::Task<void> roll_out(Rollout rollout);
    sim::Task<void> roll_step_by_step(Change& change);
    sim::Task<void> change_colours(Change& change);
    sim::Task<bool> stays_good(const Change& change);
    sim::Task<void> go_back(Change& change);
    void switch_back(Change& change, const std::string& why);
    bool roll_on(const Rollout& rollout);
    void hold(FleetMember& member, bool held);
    void finish(Change& change);
    void incident(const std::string& what, const std::string& detail) const;

    Deployment& deployment_;
    Context context_;
    std::vector<Rollout> rollouts_;
    std::deque<Change> changes_;  // in the order in which they began
    std::uint32_t number_ = 0;
    ServerInstance::Version version_;
    std::uint32_t image_ = 0;
    std::uint32_t images_ = 0;
    std::optional<sim::Duration> rollback_time_;  // from the start of the rollout
    std::optional<sim::Duration> rollout_time_;
    sim::TaskGroup tasks_;
};

}  // namespace models
