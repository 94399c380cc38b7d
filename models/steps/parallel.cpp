#include "models/steps/parallel.h"

#include <algorithm>

#include "models/steps/forks.h"

namespace models {

namespace {

class Parallel final : public Forks {
public:
    Parallel(StepSite site, std::vector<StepBody> branches)
        : Forks(site, true), branches_(std::move(branches)) {}

    void link_inner() override {
        Block* const end = &Return::block();
        for (StepBody& branch : branches_) branch.link(end, {end, Way::answered});
    }
    double core_seconds_of(const Request& request) const override {
        double sum = 0;
        for (const StepBody& branch : branches_) sum += branch.core_seconds_of(request);
        return sum;
    }

private:
    std::uint32_t count() const override { return static_cast<std::uint32_t>(branches_.size()); }
    Request request(const Request& request, std::uint32_t) const override { return request; }
    Go begin_of(std::uint32_t number) const override { return branches_[number].begin(); }

    std::vector<StepBody> branches_;
};

}  // namespace

void ParallelStep::compile(StepCompiler& into) const {
    std::vector<StepBody> branches;
    for (const Steps& branch : value) branches.push_back(into.branch(branch));
    into.add_waiting<Parallel>(std::move(branches));
}

// The longest of means: a lower bound of the mean of the longest.
Cost ParallelStep::cost(Costing& of) const {
    Cost all;
    for (const Steps& branch : value) {
        const Cost cost = of.of_steps(branch);
        all.stays_s = std::max(all.stays_s, cost.stays_s);
        all.success *= cost.success;
        for (const auto& [target, times] : cost.calls) all.calls[target] += times;
        all.add_demand(cost, 1);
    }
    return all;
}

}  // namespace models
