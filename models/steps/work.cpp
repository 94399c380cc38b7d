#include "models/steps/work.h"

#include <algorithm>

#include "models/spans.h"
#include "models/steps/step_block.h"
#include "sim/cpu.h"

namespace models {

namespace {

// `kDiffers`: some instances have a law of their own for how long work takes them.
template <bool kDiffers>
class Work final : public KeepingStep<Work<kDiffers>> {
    using Base = KeepingStep<Work<kDiffers>>;

public:
    using Base::begin, Base::begins, Base::end, Base::here, Base::mine, Base::now, Base::on;
    using Base::spent, Base::stay, Base::world_;

    struct State {
        State(sim::Cpu& cpu, sim::Duration demand, sim::Time now)
            : job(cpu.work(demand)), began(now) {}
        sim::CpuJob job;
        sim::Time began;
    };

    Work(StepSite site, const sim::Distribution& seconds, std::uint64_t stream,
         std::uint64_t factors)
        : Base(site), seconds_(seconds), stream_(stream), factors_(factors) {}

    Go enter(Call& call) override {
        begins(call, "working");
        ServerInstance& instance = here(call);
        instance.watch_quota();
        sim::Draws draws(sim::request_key(stream_, call.request.identity));
        sim::Duration demand = seconds_.sample_duration(draws);
        if constexpr (kDiffers) demand = times_its_factor(demand, instance, call.request);
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
        sim::Draws draws(sim::request_key(stream_, request.identity));
        return seconds_.sample(draws);
    }

private:
    sim::Duration times_its_factor(sim::Duration demand, const ServerInstance& instance,
                                   const Request& request) const {
        sim::Draws draws(sim::request_key(factors_, request.identity));
        return sim::from_seconds(sim::seconds(demand) * instance.work_factor(draws));
    }

    sim::Distribution seconds_;
    std::uint64_t stream_;
    std::uint64_t factors_;
};

}  // namespace

void WorkStep::compile(StepCompiler& into) const {
    const sim::Distribution seconds = value.build();
    const std::uint64_t stream = seconds.is_constant() ? 0 : into.stream(key, name);
    const bool differ = std::ranges::any_of(into.server().spec().instances, [](const auto& each) {
        return each.second.work_factor.has_value();
    });
    if (!differ) return into.add<Work<false>>(seconds, stream, 0);
    into.add<Work<true>>(seconds, stream, into.stream("work factor", name));
}

Cost WorkStep::cost(Costing&) const {
    const auto times = value.build();
    Cost cost;
    cost.add_work(times.mean(), times.variance());
    cost.stays_s = cost.core_s;
    return cost;
}

}  // namespace models
