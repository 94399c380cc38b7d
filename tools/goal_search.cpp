#include "tools/goal_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>

namespace tools {

namespace {

using reports::Decision;

// Variants that differ in the last axis only: they stand side by side, in the axis's order.
struct Group {
    std::string name;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t size() const { return end - begin; }
};

std::string group_of(const LoadedVariant& variant, bool many_files) {
    std::string name = many_files ? variant.file : "";
    for (std::size_t i = 0; i + 1 < variant.varied.size(); ++i) {
        name += (name.empty() ? "" : " ") + variant.varied[i].label;
    }
    return name;
}

std::vector<Group> groups_of(const Variants& variants) {
    const bool many_files = std::ranges::any_of(variants.each, [&](const LoadedVariant& each) {
        return each.file != variants.each.front().file;
    });
    std::vector<Group> groups;
    for (std::size_t i = 0; i < variants.each.size(); ++i) {
        const std::string name = group_of(variants.each[i], many_files);
        if (groups.empty() || groups.back().name != name) groups.push_back({name, i, i});
        groups.back().end = i + 1;
    }
    return groups;
}

class Search {
public:
    Search(Replicas& replicas, const Variants& variants, const SearchAsked& asked)
        : replicas_(replicas), variants_(variants), asked_(asked) {}

    SearchEnd run() {
        const std::vector<Group> groups = groups_of(variants_);
        std::size_t decisions = 0;
        for (const Group& group : groups) decisions += 2 + std::bit_width(group.size());
        const std::size_t looks = 1 + std::bit_width((asked_.most - 1) / asked_.fewest);
        end_.result.goal = asked_.goal;
        end_.result.decisions = decisions * looks * asked_.goal.may_be_none.size();
        confidence_ = reports::confidence_of_each(end_.result.decisions);
        for (const Group& group : groups) {
            end_.result.answers.push_back(answer(group));
            if (end_.play != PlayEnd::whole) return std::move(end_);
        }
        for (const auto& [variant, decision] : known_) {
            end_.result.steps.push_back({end_.played.size(), decision});
            end_.played.push_back(variant);
        }
        for (reports::GoalAnswer& each : end_.result.answers) {
            if (each.found) each.found = place_of(*each.found);
        }
        return std::move(end_);
    }

private:
    std::size_t place_of(std::size_t variant) const {
        return static_cast<std::size_t>(std::ranges::find(end_.played, variant) -
                                        end_.played.begin());
    }

    Decision decide(std::size_t variant) {
        if (const auto known = known_.find(variant); known != known_.end()) return known->second;
        Decision decision = Decision::not_shown;
        for (std::size_t count = asked_.fewest; end_.play == PlayEnd::whole;
             count = std::min(2 * count, asked_.most)) {
            end_.play = replicas_.play_one_up_to(variant, count);
            if (end_.play != PlayEnd::whole) break;
            decision = decide_from(replicas_.samples()[variant]);
            if (decision != Decision::not_shown || count >= asked_.most) break;
        }
        known_[variant] = decision;
        return decision;
    }

    // A run that was stopped because its requests did not fit any more meets no goal.
    Decision decide_from(const std::vector<reports::Sample>& samples) const {
        if (std::ranges::any_of(samples, &reports::Sample::out_of_room)) return Decision::missed;
        return reports::decide(asked_.goal, samples, confidence_);
    }

    bool meets(std::size_t variant) { return decide(variant) == Decision::met; }

    reports::GoalAnswer answer(const Group& group) {
        const std::size_t first = group.begin;
        const std::size_t last = group.end - 1;
        const bool first_meets = meets(first);
        const bool last_meets = meets(last);
        if (end_.play != PlayEnd::whole) return {};
        if (first_meets && last_meets) {
            return {group.name, first,
                    fmt::format("{}{} and {} both meet {}: there is no limit to be found between.",
                                prefix(group), value(first), value(last), asked_.goal.text)};
        }
        if (!first_meets && !last_meets) {
            return {group.name, std::nullopt,
                    fmt::format("{}neither {} ({}) nor {} ({}) is shown to meet {}.", prefix(group),
                                value(first), text_of(decide(first)), value(last),
                                text_of(decide(last)), asked_.goal.text)};
        }
        return bisect(group, first_meets);
    }

    reports::GoalAnswer bisect(const Group& group, bool first_meets) {
        std::size_t meeting = first_meets ? group.begin : group.end - 1;
        std::size_t other = first_meets ? group.end - 1 : group.begin;
        while (std::max(meeting, other) - std::min(meeting, other) > 1) {
            const std::size_t middle = (meeting + other) / 2;
            (meets(middle) ? meeting : other) = middle;
            if (end_.play != PlayEnd::whole) return {};
        }
        const std::string why = decide(other) == Decision::missed
                                    ? "misses it"
                                    : "is not shown to, after as many replications as were allowed";
        return {group.name, meeting,
                fmt::format("{}{} is the {} {} that meets {}; {} {}.", prefix(group),
                            value(meeting), first_meets ? "last" : "first", axis(),
                            asked_.goal.text, value(other), why)};
    }

    static std::string prefix(const Group& group) {
        return group.name.empty() ? "" : group.name + ": ";
    }
    const std::string& value(std::size_t variant) const {
        const LoadedVariant& each = variants_.each[variant];
        return each.varied.empty() ? each.name : each.varied.back().label;
    }
    std::string axis() const {
        const LoadedVariant& each = variants_.each.front();
        return each.varied.empty() ? "of the scenarios" : each.varied.back().path;
    }

    Replicas& replicas_;
    const Variants& variants_;
    const SearchAsked& asked_;
    double confidence_ = 0.95;
    std::map<std::size_t, Decision> known_;
    SearchEnd end_;
};

}  // namespace

SearchEnd search(Replicas& replicas, const Variants& variants, const SearchAsked& asked) {
    return Search(replicas, variants, asked).run();
}

}  // namespace tools
