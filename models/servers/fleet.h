// The instances of a server as they come and go: ordered, started, ready, cold, told to go, gone.
//
// A unit is ordered when there are to be more, and is billed from then until it is gone. When there
// are to be fewer, those that are not ready go first, and of equals the youngest, as a ReplicaSet
// has it. The place of a unit that is gone is used again for a new one, so that a long run needs
// memory only for as many as there are at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/autoscalers/workload.h"
#include "models/node.h"
#include "models/servers/lifecycle.h"
#include "sim/crew.h"
#include "sim/gauge.h"
#include "sim/timeline.h"

namespace models {

class Server;
class ServerInstance;

class Fleet final : public Workload {
public:
    struct Plan {
        std::uint32_t replicas = 1;
        Lifecycle lifecycle;
        Size size;
        double requested = 1;  // the share of its cores that a unit asks the scheduler for
        bool changes = false;  // somebody decides how many there are: worth drawing
    };

    Fleet(Server& server, const Context& context, const Plan& plan);
    ~Fleet();

    // Every instance that was ever needed, gone ones included.
    std::span<Instance* const> instances() const { return instances_; }
    std::size_t count() const { return units_.size(); }
    ServerInstance& at(std::size_t index) const { return *units_[index]->server; }

    void watch(Membership& membership) { watchers_.push_back(&membership); }

    void begin_measuring();
    void report(sim::NodeRecord& record, sim::Price price);
    void dismiss();

    // Core seconds there were since the measuring began, in use or not.
    double core_seconds() const;

    Replicas replicas() const override { return wanted_; }
    std::vector<Unit> units() const override;
    void scale_to(const Decision& decision) override;
    void show_wish(double replicas, bool capped) override;
    void replace(PodId unit, const std::string& why) override;
    Size size() const override { return size_; }
    void resize_new_units(Size size) override { size_ = size; }

private:
    enum class State : std::uint8_t { ordered, starting, serving, leaving, gone };

    struct Member {
        std::unique_ptr<ServerInstance> server;
        PodId id = 0;
        State state = State::gone;
        bool is_ready = false;
        bool is_cold = false;
        bool is_down = false;  // our own reason to be down, beside those of failures
        bool has_cores = false;
        Size size;
        sim::Time ordered{};
        sim::Time started{};
        sim::Time readiness_changed{};
        sim::Crew life;  // what happens to it now
    };

    void order();
    Member& vacancy();
    void dismiss_one();
    void retire(Member& member);

    sim::Task<void> come(Member& member);
    sim::Task<void> go(Member& member);
    sim::Task<void> be_heard(Member& member, sim::Time when);
    sim::Task<void> vanish(Member& member);
    void stop_billing(Member& member);
    void set_ready(Member& member, bool ready);
    void set_down(Member& member, bool down);
    void set_cold(Member& member, bool cold);
    void set_wanted(Replicas replicas);
    sim::Duration draw(const sim::Distribution& times, const Member& member, std::uint64_t salt);

    Server& server_;
    Context context_;
    Lifecycle lifecycle_;
    Size size_;
    double requested_;
    sim::Distribution provision_times_;
    sim::Distribution start_times_;
    std::uint64_t chances_;

    std::vector<std::unique_ptr<Member>> units_;
    std::vector<Instance*> instances_;
    std::vector<Membership*> watchers_;
    PodId next_id_ = 0;
    Replicas wanted_ = 0;

    sim::Gauge existing_;  // billed
    sim::Gauge cores_;     // thousandths, of those that run
    sim::Gauge ready_;
    sim::Gauge capped_;
    std::uint64_t ups_ = 0;
    std::uint64_t downs_ = 0;
    std::uint64_t replaced_ = 0;
    std::uint64_t dropped_ = 0;  // requests that were cut off when their instance had to go
    Replicas most_ = 0;
    Replicas fewest_ = 0;
    bool draws_ = false;
    sim::Timeline* replicas_line_ = nullptr;
    sim::Timeline* ready_line_ = nullptr;
    sim::Timeline* wish_line_ = nullptr;
};

}  // namespace models
