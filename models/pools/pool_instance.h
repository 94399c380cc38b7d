// One of a pool's balancers: its view of the targets, its conclusions, and its machine if it has
// one.
#pragma once

#include <optional>

#include "models/balancers/pool.h"
#include "models/pools/connection_table.h"
#include "models/servers/instance_state.h"
#include "models/visits.h"
#include "sim/cpu.h"

namespace models {

class PoolInstance final : public Instance, Targets::Listener {
public:
    PoolInstance(Pool& pool, const Context& context);

    Targets& targets() { return targets_; }
    // With where to draw how many targets take requests, if at all.
    void start(sim::Timeline* serving);
    void dismiss();
    void watch_new(BackendId id);

    Reply call(Request request) override { return accept(request); }
    Reply accept(const Request& request) {
        return only_chooses_ ? pass(request) : take_in(request);
    }

    bool is_up() const override { return up_.is_up(); }
    std::uint32_t times_down() const override { return up_.times_down(); }
    void take_down() override;
    void bring_up() override;
    void slow_down(double factor) override { cpu_.set_speed(slow_.slow_down(factor)); }
    void speed_up(double factor) override { cpu_.set_speed(slow_.speed_up(factor)); }

    // When those who choose between balancers know that this one is down; never while it is up.
    sim::Time known_down_from() const;

    void begin_measuring();
    sim::Duration busy() const { return cpu_.busy() - busy_before_; }
    void report(sim::NodeRecord& record) const;

private:
    Reply pass(Request request);
    Reply take_in(Request request);
    std::optional<BackendId> choose(const Request& request, const Tries& tries);
    std::optional<BackendId> choose_untried(const Request& request, const Tries& tries);
    sim::Task<void> pass_machine(const Request& request);
    sim::Task<sim::Place> wait_in_line(std::optional<BackendId> id, const Request& request);
    Request onward(const Request& request, const Tries& tries) const;
    Reply follow(const Routes::Route& route, const Request& request);
    Reply send(BackendId id, const Request& request);
    Reply outward(Reply reply);
    Reply in_time(Reply reply);
    Reply reach(BackendId id, const Request& request);
    Reply travel(BackendId id, Request request);
    void placed(BackendId id);
    void answered(BackendId id, const Response& response);
    bool is_failure(Trouble trouble) const;
    void returned(BackendId id) override;
    void changed() override;

    Pool& pool_;
    const Pool::Spec& spec_;
    Context context_;
    Targets targets_;
    std::optional<HealthCheck> health_check_;
    std::optional<PassiveCheck> passive_check_;
    std::optional<OutlierDetection> outlier_detection_;
    std::optional<SlowStart> slow_start_;
    std::optional<PoolQueue> queue_;
    std::optional<ConnectionTable> connections_;
    sim::Cpu cpu_;
    sim::Distribution work_;
    std::uint64_t work_stream_;
    std::uint32_t address_;
    bool only_chooses_;  // and passes on: no machine, no rules, no queue, no second try
    bool has_latency_;
    Visits visits_;
    UpState up_;
    SpeedState slow_;
    sim::Time went_down_{};
    sim::Duration busy_before_{};
    sim::Timeline* serving_ = nullptr;
};

}  // namespace models
