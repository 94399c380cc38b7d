// Time of the gateway's cores that a filter takes, in a span of its own when the request is traced.
#pragma once

#include <string_view>

#include "models/filters/filter.h"
#include "models/spans.h"

namespace models {

// Afterwards the filter goes on with `kThen`.
template <class Of, Go (Of::*kThen)(Call&)>
class FilterWork final : public Keeps<FilterWork<Of, kThen>> {
    using Base = Keeps<FilterWork<Of, kThen>>;

public:
    struct State {
        State(sim::Time now, sim::SpanNumber around, sim::Cpu& cpu, sim::Duration demand)
            : began(now), outer(around), job(cpu, demand, sim::Priority::normal) {}
        sim::Time began;
        sim::SpanNumber outer;
        sim::CpuJob job;
    };

    FilterWork(Of& of, const FilterSite& site, std::string_view name)
        : of_(of), world_(site.world), meter_(site.meter), host_(site.host) {
        const sim::Observer* const observer = world_.recorder.observer();
        if (observer != nullptr) name_ = world_.recorder.observer()->name(name);
    }

    // The call stays here so long, and as long as it has no core.
    Go work(Call& call, sim::Duration demand) {
        if (demand <= sim::Duration::zero()) return (of_.*kThen)(call);
        const sim::SpanNumber outer = call.request.span;
        if (outer != 0) [[unlikely]]
            open(call.request);
        State& my = Base::begin(call, world_.scheduler.now(), outer,
                                host_.cores_of(call.request.caller), demand);
        my.job.await_suspend(call);
        return Base::stay(call);
    }

    Go enter(Call&) override { return Base::on(); }
    Go woken(Call& call) override {
        State& my = Base::mine(call);
        const sim::Time began = my.began;
        const sim::Duration waited = my.job.await_resume();
        meter_.spent_at(call.request.endpoint, Spent::queueing, waited);
        meter_.spent_at(call.request.endpoint, Spent::service,
                        world_.scheduler.now() - began - waited);
        worked_in(world_, call.request, began, waited);
        leave(call, {});
        return (of_.*kThen)(call);
    }
    void abandoned(Call& call) override { leave(call, {Outcome::timed_out, cause::cancelled}); }
    void restore(Call& call) override { call.request.span = Base::mine(call).outer; }

private:
    void open(Request& request) {
        sim::Observer& observer = *world_.recorder.observer();
        const sim::SpanNumber span =
            observer.begin(request.span, {sim::SpanKind::internal, meter_.id(), name_});
        if (span != 0) request.span = span;
    }
    void leave(Call& call, const Response& response) {
        const sim::SpanNumber span = call.request.span;
        restore(call);
        if (span != call.request.span) [[unlikely]]
            world_.recorder.observer()->end(span, response.outcome, response.cause);
        Base::end(call);
    }

    Of& of_;
    World& world_;
    sim::Meter& meter_;
    FilterHost& host_;
    sim::NameId name_{};
};

}  // namespace models
