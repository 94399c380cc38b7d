#include "models/steps/choose.h"

#include <algorithm>

#include "models/steps/step_block.h"

namespace models {

namespace {

class Choose final : public PlainStep {
public:
    struct Plan {
        ChooseBy by = ChooseBy::chance;
        std::uint64_t stream = 0;
        std::uint32_t experiment = 0;  // its number, from 1; 0: none
        std::vector<double> shares;    // cumulative, the last is 1
        // Whose branch it is; empty: nobody's in particular. None at all when no branch has any.
        std::vector<std::vector<std::uint16_t>> segments;
    };

    Choose(StepSite site, Plan plan, std::vector<StepBody> branches)
        : PlainStep(site), plan_(std::move(plan)), branches_(std::move(branches)) {}

    Go enter(Call& call) override {
        const std::size_t branch = branch_of(call.request);
        if (plan_.experiment > 0) [[unlikely]]
            return took(call, branch);
        return branches_[branch].begin();
    }
    void link_inner() override {
        for (StepBody& branch : branches_) branch.link(outer(), on());
    }
    double core_seconds_of(const Request& request) const override {
        return branches_[branch_of(request)].core_seconds_of(request);
    }

private:
    [[gnu::noinline]] Go took(Call& call, std::size_t branch) {
        if (VisitNotes* const mine = notes(call)) {
            mine->choices.emplace_back(plan_.experiment - 1, branch);
        }
        return branches_[branch].begin();
    }
    std::size_t branch_of(const Request& request) const {
        return plan_.segments.empty() ? drawn_for(request) : own_branch_of(request);
    }
    // That of its user's segment, if there is one.
    [[gnu::noinline]] std::size_t own_branch_of(const Request& request) const {
        for (std::size_t branch = 0; branch < plan_.segments.size(); ++branch) {
            const auto& segments = plan_.segments[branch];
            if (std::ranges::find(segments, request.segment) != segments.end()) return branch;
        }
        return drawn_for(request);
    }
    std::size_t drawn_for(const Request& request) const {
        if (plan_.shares.size() == 1) return 0;
        sim::Draws draws(sim::request_key(plan_.stream, whose(request)));
        const double dice = draws.uniform();
        std::size_t branch = 0;
        while (branch + 1 < plan_.shares.size() && dice >= plan_.shares[branch]) ++branch;
        return branch;
    }

    std::uint64_t whose(const Request& request) const {
        if (plan_.by == ChooseBy::user) return request.user;
        const bool is_known = plan_.by == ChooseBy::operation && request.operation != 0;
        return is_known ? request.operation : request.identity;
    }

    Plan plan_;
    std::vector<StepBody> branches_;
};

// A branch that some segments have for themselves is nobody else's.
std::vector<double> shares_of(const std::vector<Branch>& branches) {
    const auto weight_of = [](const Branch& branch) {
        return branch.segments.empty() ? branch.weight : 0;
    };
    double total = 0;
    for (const Branch& branch : branches) total += weight_of(branch);
    std::vector<double> shares;
    double sum = 0;
    for (const Branch& branch : branches) {
        sum += weight_of(branch);
        shares.push_back(total > 0 ? sum / total : 1);
    }
    return shares;
}

std::vector<std::vector<std::uint16_t>> segments_of(const std::vector<Branch>& branches,
                                                    World& world) {
    std::vector<std::vector<std::uint16_t>> all;
    const bool has_any = std::ranges::any_of(
        branches, [](const Branch& branch) { return !branch.segments.empty(); });
    if (!has_any) return all;
    for (const Branch& branch : branches) {
        std::vector<std::uint16_t>& numbers = all.emplace_back();
        for (const std::string& segment : branch.segments) {
            numbers.push_back(world.segments.number_of(segment));
        }
    }
    return all;
}

}  // namespace

// A choice by user, or an experiment, is known by its own name: the same flag in two endpoints
// gives a user the same branch.
void ChooseStep::compile(StepCompiler& into) const {
    Choose::Plan plan;
    plan.by = by;
    plan.shares = shares_of(value);
    plan.segments = segments_of(value, into.context().world);
    if (!experiment.empty()) {
        std::vector<std::string> labels;
        for (const Branch& branch : value) {
            labels.push_back(branch.label.empty() ? std::to_string(labels.size()) : branch.label);
        }
        plan.experiment = into.server().experiment(experiment, std::move(labels));
        plan.stream = into.context().stream("choice of " + experiment);
    } else if (value.size() > 1) {
        plan.stream = into.stream(key, name);
    }
    std::vector<StepBody> branches;
    for (const Branch& branch : value) branches.push_back(into.list(branch.steps));
    into.add<Choose>(std::move(plan), std::move(branches));
}

}  // namespace models
