#include "models/steps/steps.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "models/calls/bulkhead.h"
#include "models/calls/policy.h"
#include "models/calls/thread_pool_bulkhead.h"
#include "sim/math.h"

namespace models {

namespace {

// A list that is gone through again with this chance after each round that ends well: with success
// s in a round, 1 / (1 - chance s) rounds, and it ends well with (1 - chance) s of that.
Cost repeated(Cost cost, double chance) {
    const double rounds = 1 / (1 - chance * cost.success);
    cost.stays_s *= rounds;
    for (auto& [target, times] : cost.calls) times *= rounds;
    cost.add_demand(Cost(cost), rounds - 1);
    cost.success *= (1 - chance) * rounds;
    return cost;
}

bool has_any(const Steps& steps, const std::function<bool(const Step&)>& such) {
    return std::ranges::any_of(steps.all(), [&](const Step& step) {
        bool found = such(step);
        std::visit(
            [&](const auto& each) {
                each.inner([&](const Steps& list, const std::string&) {
                    found = found || has_any(list, such);
                });
            },
            step.is);
        return found;
    });
}

}  // namespace

Steps::Steps() = default;
Steps::Steps(const Steps&) = default;
Steps::Steps(Steps&&) noexcept = default;
Steps& Steps::operator=(const Steps&) = default;
Steps& Steps::operator=(Steps&&) noexcept = default;
Steps::~Steps() = default;

bool Steps::empty() const {
    return all_.empty();
}

Cost cost_of(const Steps& steps, Costing& of) {
    Cost all;
    for (const Step& step : steps.all()) {
        if (const auto* again = step.as<AgainStep>()) all = repeated(all, again->value.value);
        const Cost cost = std::visit([&](const auto& each) { return each.cost(of); }, step.is);
        // A step is only reached when those before it did not fail.
        const double reached = all.success;
        all.stays_s += reached * cost.stays_s;
        for (const auto& [target, times] : cost.calls) all.calls[target] += reached * times;
        all.add_demand(cost, reached);
        all.success *= cost.success;
    }
    return all;
}

Cost WorkStep::cost(Costing&) const {
    const auto times = value.build();
    Cost cost;
    cost.add_work(times.mean(), times.variance());
    cost.stays_s = cost.core_s;
    return cost;
}

Cost WaitStep::cost(Costing&) const {
    return {0, value.build().mean(), 1, {}};
}

Cost FailStep::cost(Costing&) const {
    return {0, 0, 1 - value.value, {}};
}

// The permits that a call holds until its answer is there.
void add_permits(Cost& cost, const std::vector<PolicyChoice>& policies, const std::string& callee) {
    for (const PolicyChoice& policy : policies) {
        if (const auto* bulkhead = policy.as<Bulkhead::Spec>()) {
            cost.resources["bulkhead to " + callee] = {
                cost.stays_s, static_cast<double>(bulkhead->max_concurrent_calls)};
        }
        if (const auto* pool = policy.as<ThreadPoolBulkhead::Spec>()) {
            cost.resources["thread pool to " + callee] = {
                cost.stays_s, static_cast<double>(pool->max_thread_pool_size)};
        }
    }
}

Cost CallStep::cost(Costing& of) const {
    Cost cost = of.of_call(value);
    cost.stays_s += 2 * latency.build().mean();
    add_permits(cost, policies, value.node);
    of.note_policies(policies);
    return cost;
}

Cost AsyncStep::cost(Costing& of) const {
    Cost cost = of.of_steps(value);
    cost.stays_s = 0;
    cost.success = 1;
    of.note("how many of its background threads are in use is left out here.");
    return cost;
}

Cost ItemsStep::cost(Costing& of) const {
    Cost all = of.of_steps(steps);
    if (as == ItemsAs::list) return all;
    const double times = value;
    if (as == ItemsAs::one_by_one) all.stays_s *= times;
    all.success = sim::pow(all.success, times);
    for (auto& [target, calls] : all.calls) calls *= times;
    all.add_demand(Cost(all), times - 1);
    return all;
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

Cost ChooseStep::cost(Costing& of) const {
    double total = 0;
    for (const Branch& branch : value) total += branch.weight;
    Cost all;
    all.success = 0;
    for (const Branch& branch : value) {
        const double share = branch.weight / total;
        const Cost cost = of.of_steps(branch.steps);
        all.stays_s += share * cost.stays_s;
        all.success += share * cost.success;
        for (const auto& [target, times] : cost.calls) all.calls[target] += share * times;
        all.add_demand(cost, share);
    }
    return all;
}

void compile_each(const Steps& steps, StepCompiler& into) {
    for (const Step& step : steps.all()) {
        std::visit([&](const auto& each) { each.compile(into); }, step.is);
    }
}

bool has_again(const Steps& steps) {
    return std::ranges::any_of(steps.all(),
                               [](const Step& step) { return step.as<AgainStep>() != nullptr; });
}

bool has_experiment(const Steps& steps) {
    return has_any(steps, [](const Step& step) {
        const auto* choose = step.as<ChooseStep>();
        return choose != nullptr && !choose->experiment.empty();
    });
}

bool has_lock(const Steps& steps) {
    return has_any(steps, [](const Step& step) { return step.as<LockStep>() != nullptr; });
}

bool has_transaction_of(const std::string& node, const Steps& steps) {
    return has_any(steps, [&](const Step& step) {
        const auto* transaction = step.as<TransactionStep>();
        return transaction != nullptr && transaction->value.node == node;
    });
}

void find_audiences(const Steps& steps, const std::string& pointer, std::vector<Audience>& found) {
    for (std::size_t i = 0; i < steps.all().size(); ++i) {
        const Step& step = steps.all()[i];
        const std::string at = pointer + '/' + std::to_string(i);
        if (const auto* choose = step.as<ChooseStep>()) {
            for (std::size_t branch = 0; branch < choose->value.size(); ++branch) {
                found.push_back({at + "/choose/" + std::to_string(branch) + "/segments",
                                 &choose->value[branch].segments, Audience::Of::segments});
            }
        }
        std::visit(
            [&](const auto& each) {
                each.inner([&](const Steps& list, const std::string& inside) {
                    find_audiences(list, at + inside, found);
                });
            },
            step.is);
    }
}

using StepsCodec = spec::Codec<std::vector<Step>>;

bool spec::Codec<Steps>::parse(const Cursor& cursor, Steps& out) {
    return StepsCodec::parse(cursor, out.all());
}

spec::Json spec::Codec<Steps>::echo(const Steps& steps) {
    return StepsCodec::echo(steps.all());
}

spec::Type spec::Codec<Steps>::type(Types& types) {
    return StepsCodec::type(types);
}

Steps spec::Codec<Steps>::random(Random& random, const Steps& around,
                                 const Limits<Unordered>& limits) {
    Steps steps;
    steps.all() = StepsCodec::random(random, around.all(), limits);
    return steps;
}

void spec::Codec<Steps>::visit(const Steps& steps, const std::string& pointer,
                               const Visitor& visitor) {
    StepsCodec::visit(steps.all(), pointer, visitor);
}

}  // namespace models
