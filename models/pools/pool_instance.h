// One of a pool's balancers: its view of the targets, its conclusions, and its machine if it has
// one.
#pragma once

#include <optional>

#include "models/blocks/measure.h"
#include "models/blocks/scope_chain.h"
#include "models/blocks/scopes.h"
#include "models/failures/injection.h"
#include "models/instance_state.h"
#include "models/observed_request.h"
#include "models/pools/connection_table.h"
#include "models/pools/pass.h"
#include "models/pools/pool.h"
#include "sim/cpu.h"

namespace models {

class CloseMoved;
class TargetAttempt;

class PoolInstance final : public Instance,
                           public Crashable,
                           public Slowable,
                           public Injectable,
                           Targets::Listener {
public:
    PoolInstance(Pool& pool, const Context& context, PlaceId place);

    Targets& targets() { return targets_; }
    // With where to draw how many targets take requests, if at all.
    void start(sim::Timeline* serving);
    void dismiss();
    void watch_new(BackendId id);

    Go enter(Call& call) override {
        const bool passes_on =
            passing_ && !(is_observed_ && ObservedRequest::wants(context_.meter, call.request));
        return passes_on ? passing_->chain.enter(call) : begin_;
    }
    Reply call(Request request) override;

    PlaceId place() const override { return place_; }
    bool is_up() const override { return up_.is_up(); }
    std::uint32_t times_down() const override { return up_.times_down(); }
    void take_down() override;
    void bring_up() override;
    void slow_down(double factor) override { cpu_.set_speed(slow_.slow_down(factor)); }
    void speed_up(double factor) override { cpu_.set_speed(slow_.speed_up(factor)); }
    Injection* injection() override { return injection_ ? &*injection_ : nullptr; }

    // When those who choose between balancers know that this one is down; never while it is up.
    sim::Time known_down_from() const;

    void begin_measuring();
    sim::Duration busy() const { return cpu_.busy() - busy_before_; }
    void report(sim::NodeRecord& record) const;

    // What the blocks of a request's way ask of it (attempt.h).
    const Context& context() const { return context_; }
    std::optional<BackendId> choose(const Request& request, const Tries& tries);
    Backends::Taken take(BackendId id);
    void give_back(const Backends::Taken& taken, const Response* response);
    void sent_to(BackendId id, Call& call);
    void answered(BackendId id, Call& call);
    // What the next hop sees instead of the sender's address, if anything.
    std::optional<std::uint32_t> seen_address() const;
    // Why a request fails that no target is there for.
    Cause without_target() const;

private:
    // All that most pools do with a request at which nobody looks.
    struct Passing {
        explicit Passing(PoolInstance& at);
        Measure measure;
        Pass pass;
        ScopeChain<Measure, Pass> chain;
    };

    void add_resources();
    void build_door();
    void build_program();
    void build_tries();
    void build_reach(const TargetAttempt& attempt);
    void build_way();
    bool is_far() const;
    template <class Step, class... Arguments>
    void add_step(Arguments&&... arguments);
    bool only_passes_on() const;
    std::optional<BackendId> choose_untried(const Request& request, const Tries& tries);
    bool is_failure(ErrorClass error_class) const;
    void returned(BackendId id) override;
    void changed() override;

    Pool& pool_;
    const Pool::Spec& spec_;
    Context context_;
    std::optional<Injection> injection_;
    std::size_t to_;  // its targets, among those it calls
    Targets targets_;
    std::optional<HealthCheck> health_check_;
    std::optional<PassiveCheck> passive_check_;
    std::optional<OutlierDetection> outlier_detection_;
    std::optional<SlowStart> slow_start_;
    std::optional<PoolQueue> queue_;
    std::optional<ConnectionTable> connections_;
    sim::Cpu cpu_;
    std::uint32_t address_;
    bool is_observed_;
    PlaceId place_;  // nowhere for who is a part of its callers
    MeasuredVisit visit_;
    Scopes door_;  // the way here, if there is one
    std::uint32_t above_ = 0;
    Go begin_;
    Scopes program_{visit_.inside()};
    std::optional<Passing> passing_;
    std::optional<Scopes> network_;  // to the targets
    UpState up_;
    SpeedState slow_;
    sim::Time went_down_{};
    sim::Duration busy_before_{};
    CloseMoved* close_moved_ = nullptr;  // part of its program
    sim::Timeline* serving_ = nullptr;
};

}  // namespace models
