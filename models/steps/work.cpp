#include "models/steps/work.h"

#include <algorithm>

#include "models/arrivals/traces/replays.h"
#include "models/spans.h"
#include "models/steps/step_block.h"
#include "sim/cpu.h"

namespace models {

namespace {

// `kIsAlike`: nothing but its law says how long a request works.
template <bool kIsAlike>
class Work final : public KeepingStep<Work<kIsAlike>> {
    using Base = KeepingStep<Work<kIsAlike>>;

public:
    using Base::begin, Base::begins, Base::end, Base::here, Base::mine, Base::now, Base::on;
    using Base::spent, Base::stay, Base::world_;

    struct State {
        State(sim::Cpu& cpu, sim::Duration demand, sim::Time now)
            : job(cpu.work(demand)), began(now) {}
        sim::CpuJob job;
        sim::Time began;
    };
    struct Law {
        sim::Distribution seconds;
        std::uint64_t stream = 0;
        std::uint64_t factors = 0;  // stream of instances' own laws; 0: they have none
        bool is_traced = false;     // a trace may say more
    };

    Work(StepSite site, const Law& law) : Base(site), law_(law) {}

    Go enter(Call& call) override {
        begins(call, "working");
        ServerInstance& instance = here(call);
        instance.watch_quota();
        sim::Duration demand{};
        if constexpr (kIsAlike) {
            sim::Draws draws(sim::request_key(law_.stream, call.request.identity));
            demand = law_.seconds.sample_duration(draws);
        } else {
            demand = demand_at(instance, call.request);
        }
        State& my = begin(call, instance.cpu(), demand, now());
        if (my.job.await_ready()) return woken(call);
        my.job.await_suspend(call);
        return stay(call);
    }
    Go woken(Call& call) override {
        State& my = mine(call);
        const sim::Duration waited = my.job.await_resume();
        const sim::Time began = my.began;
        end(call);
        spent(call, Spent::queueing, waited);
        spent(call, Spent::service, now() - began - waited);
        worked_in(world_, call.request, began, waited);
        return on();
    }
    double core_seconds_of(const Request& request) const override {
        if (const TracedRequest* const as = traced(request)) return sim::seconds(as->work);
        sim::Draws draws(sim::request_key(law_.stream, request.identity));
        return law_.seconds.sample(draws);
    }

private:
    const TracedRequest* traced(const Request& request) const {
        return law_.is_traced ? world_.replays->of(request) : nullptr;
    }
    sim::Duration demand_at(const ServerInstance& instance, const Request& request) const {
        sim::Draws own(sim::request_key(law_.stream, request.identity));
        const TracedRequest* const as = traced(request);
        const sim::Duration demand = as != nullptr ? as->work : law_.seconds.sample_duration(own);
        if (law_.factors == 0) return demand;
        sim::Draws draws(sim::request_key(law_.factors, request.identity));
        return sim::from_seconds(sim::seconds(demand) * instance.work_factor(draws));
    }

    Law law_;
};

}  // namespace

void WorkStep::compile(StepCompiler& into) const {
    const sim::Distribution seconds = value.build();
    const std::uint64_t stream = seconds.is_constant() ? 0 : into.stream(key, name);
    const bool differ = std::ranges::any_of(into.server().spec().instances, [](const auto& each) {
        return each.second.work_factor.has_value();
    });
    const Replays* const replays = into.context().world.replays;
    const bool is_traced = traced && replays != nullptr && replays->say_work();
    if (!differ && !is_traced) return into.add<Work<true>>(Work<true>::Law{seconds, stream});
    into.add<Work<false>>(Work<false>::Law{
        seconds, stream, differ ? into.stream("work factor", name) : 0, is_traced});
}

Cost WorkStep::cost(Costing&) const {
    const auto times = value.build();
    Cost cost;
    cost.add_work(times.mean(), times.variance());
    cost.stays_s = cost.core_s;
    return cost;
}

}  // namespace models
