// What a kubelet does for one instance of a server: it provisions it, starts its process, asks it,
// kills and restarts it, and ends it gracefully; and what that comes to for all of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/node.h"
#include "models/servers/fleet_member.h"
#include "models/servers/lifecycle.h"
#include "models/servers/prober.h"
#include "models/servers/reaction.h"
#include "sim/gauge.h"
#include "sim/timeline.h"

namespace models {

class Rollouts;

class Kubelet final : Probed {
public:
    // Images are those of the newest release.
    Kubelet(Server& server, const Lifecycle& lifecycle, const Rollouts& rollouts,
            Reaction& reaction);

    const Lifecycle& lifecycle() const { return lifecycle_; }
    void watch(Membership& membership) { watchers_.push_back(&membership); }
    void draw_ready(sim::Timeline& line) { ready_line_ = &line; }
    void begin_measuring();

    // One more that is paid for, from now on; with its cores, once it runs.
    void bill();
    // It has been ready for long, and everybody knows.
    void has_been_ready(FleetMember& member);
    void take_cores(FleetMember& member);
    void leave_cores(FleetMember& member);

    // From its machine on, until it is warm.
    sim::Task<void> provision(FleetMember& member);
    void serve(FleetMember& member);
    void examine(FleetMember& member) { prober_.examine(member); }

    // It goes as the grace period allows; at once, when it never served.
    void retire(FleetMember& member);
    // Without any grace: nobody hears of it any more.
    void give_up(FleetMember& member);
    // Those that are there are cut off.
    void drop_requests(const FleetMember& member);
    // It has died, if it had a process; that is started again.
    void kill_process(FleetMember& member);

    void set_ready(FleetMember& member, bool ready) override;
    bool is_available(const FleetMember& member) const;
    void set_down(FleetMember& member, bool down);

    std::int64_t ready() const { return ready_.value(); }
    std::int64_t cores() const { return cores_.value(); }  // thousandths
    double core_seconds() const;
    double instances() const;  // on average, paid for
    std::vector<sim::Stay> stays() const;
    // A place of those that are gone, to be used again; none when there is none.
    FleetMember* vacant();

    // What all tell; those that their pods tell besides.
    void report(sim::NodeRecord& record, bool tells_readiness) const;
    void report_dropped(sim::NodeRecord& record) const;

private:
    void kill(FleetMember& member, const std::string& why) override;
    sim::Task<void> restart(FleetMember& member);
    sim::Task<void> begin_process(FleetMember& member);
    sim::Task<void> pull_image(FleetMember& member);
    sim::Task<void> go(FleetMember& member);
    sim::Task<void> leave_endpoints(FleetMember& member, sim::Time when);
    void end(FleetMember& member);
    void stop_billing(FleetMember& member);
    void change_existing(std::int64_t by);
    sim::Stay stay_now() const;
    void set_cold(FleetMember& member, bool cold);
    sim::Duration draw(const sim::Distribution& times, const FleetMember& member,
                       std::uint64_t salt) const;

    const Context& context_;
    Lifecycle lifecycle_;
    const Rollouts& rollouts_;
    Reaction& reaction_;
    sim::Distribution provision_times_;
    sim::Distribution start_times_;
    sim::Distribution image_times_;
    std::uint64_t chances_;
    Prober prober_;
    std::vector<Membership*> watchers_;
    std::vector<FleetMember*> vacant_;
    sim::Timeline* ready_line_ = nullptr;  // none: not worth drawing
    sim::Gauge existing_;                  // billed
    std::vector<sim::Stay> stays_;         // of so many, until that changed
    sim::Time existing_since_{};           // so many as now
    sim::Gauge cores_;                     // thousandths, of those that run
    sim::Gauge ready_;
    std::int64_t fewest_ready_ = 0;
    std::uint64_t restarted_ = 0;
    std::uint64_t pulls_ = 0;
    std::uint64_t dropped_ = 0;  // requests that were cut off when their instance had to go
};

}  // namespace models
