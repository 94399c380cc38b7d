#include "models/steps/steps.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

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

bool has_traced_work(const Steps& steps) {
    return has_any(steps, [](const Step& step) {
        const auto* work = step.as<WorkStep>();
        return work != nullptr && work->traced;
    });
}

bool sends_body(const Steps& steps) {
    return has_any(steps, [](const Step& step) { return step.as<SendStep>() != nullptr; });
}

bool sends_aside(const Steps& steps) {
    for (const Step& step : steps.all()) {
        if (const auto* choose = step.as<ChooseStep>()) {
            for (const Branch& branch : choose->value) {
                if (sends_aside(branch.steps)) return true;
            }
            continue;
        }
        bool is_inside = false;
        std::visit(
            [&](const auto& each) {
                each.inner([&](const Steps& list, const std::string&) {
                    is_inside = is_inside || sends_body(list);
                });
            },
            step.is);
        if (is_inside) return true;
    }
    return false;
}

double items_within(const Steps& steps) {
    double most = 1;
    for (const Step& step : steps.all()) {
        if (const auto* items = step.as<ItemsStep>()) {
            most = std::max(most, items->all_items());
            continue;
        }
        std::visit(
            [&](const auto& each) {
                each.inner([&](const Steps& inner, const std::string&) {
                    most = std::max(most, items_within(inner));
                });
            },
            step.is);
    }
    return most;
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
