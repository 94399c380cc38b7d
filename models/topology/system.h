// A live system: every node built, connected, and under way.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "models/arrivals/traces/replays.h"
#include "models/histories/history.h"
#include "models/network/links.h"
#include "models/observers/watch.h"
#include "models/topology/failing.h"
#include "models/topology/scenario.h"
#include "sim/recorder.h"
#include "sim/scheduler.h"

namespace models {

class System final : Directory, Controls {
public:
    System(const Scenario& scenario, sim::Seed seed);
    ~System();

    sim::Scheduler& scheduler() { return scheduler_; }
    Calls& calls() { return world_.calls; }
    sim::Recorder& recorder() { return recorder_; }
    const sim::Recorder& recorder() const { return recorder_; }
    std::uint64_t in_flight() const;

    // When somebody watches next; never when nobody does. All events until then are played before.
    sim::Time next_look() const { return watch_->next(); }
    void look() { watch_->look(); }

    const Histories& histories() const { return histories_; }

    void begin_measuring();
    sim::Recording finish();
    std::vector<Interrupted> interrupted() const { return failing_.interrupted(); }

private:
    Node& node(std::string_view name) const override { return *by_name_.at(name); }
    void record(const Scenario& scenario);
    void build_network(const Scenario& scenario);
    void build_nodes(const Scenario& scenario);
    void draw_network();
    void start_nodes();
    void give_addresses(const Scenario& scenario);
    void run_static_pods(const Scenario& scenario);
    void observe(sim::Meter& meter, const LogsSpec& logs);
    void name_endpoints(const Scenario& scenario);
    Node& operated(std::string_view name) override { return node(name); }
    void call_off(const std::string& why) override;
    void heal(std::size_t failure, const std::string& why) override;
    bool is_struck() const override { return failing_.is_struck(); }
    sim::Task<void> look_at_health(sim::Duration at);
    void add_health(sim::Recording& recording) const;

    sim::Seed seed_;
    sim::Scheduler scheduler_;
    sim::Recorder recorder_;
    std::optional<Links> network_;
    Histories histories_;
    Replays replays_;
    sim::Meter* network_meter_ = nullptr;
    World world_;
    std::vector<sim::Meter*> meters_;
    std::vector<std::unique_ptr<Node>> nodes_;
    std::unordered_map<std::string_view, Node*> by_name_;
    std::optional<sim::Duration> health_at_;
    std::vector<sim::Watched> health_;  // by node
    Failing failing_;
    std::optional<Watch> watch_;
    sim::TaskGroup watchers_;
};

}  // namespace models
