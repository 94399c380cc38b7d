#include "reports/goal.h"

#include <algorithm>
#include <cmath>

namespace reports {

std::string_view text_of(Decision decision) {
    switch (decision) {
        case Decision::met:
            return "met";
        case Decision::missed:
            return "missed";
        case Decision::not_shown:
            break;
    }
    return "not shown";
}

std::optional<Goal> add_goal(const Expression& statement, ComparedFigures& figures) {
    Goal goal{statement.text(), figures.size(), {}};
    for (const Expression::Room& room : statement.rooms()) {
        figures.push_back(
            {room.to_spare.text(), room.to_spare.dimension(), 0, room.to_spare, false});
        goal.may_be_none.push_back(room.may_be_none);
    }
    if (goal.may_be_none.empty()) return std::nullopt;
    return goal;
}

namespace {

// With some replications in which the percentile falls among failures: there is no mean. When all
// replications agree by their sign, chance would do that once in 2^n times if the goal were met as
// often as not; when it failed in all of them nothing is left open.
Decision decide_by_sign(std::span<const double> rooms, double confidence) {
    const auto all = [&](auto is) { return std::ranges::all_of(rooms, is); };
    const bool is_sure =
        all([](double room) { return std::isinf(room); }) ||
        std::ldexp(1.0, -static_cast<int>(std::min<std::size_t>(rooms.size(), 60))) <=
            (1 - confidence) / 2;
    if (!is_sure) return Decision::not_shown;
    if (all([](double room) { return room < 0; })) return Decision::missed;
    return all([](double room) { return room > 0; }) ? Decision::met : Decision::not_shown;
}

Decision decide_one(std::span<const double> rooms, bool may_be_none, double confidence) {
    if (std::ranges::any_of(rooms, [](double room) { return std::isnan(room); })) {
        return Decision::not_shown;
    }
    if (rooms.size() < 2) return Decision::not_shown;
    if (std::ranges::any_of(rooms, [](double room) { return std::isinf(room); })) {
        return decide_by_sign(rooms, confidence);
    }
    const std::optional<Interval> found = interval(rooms, confidence);
    if (!found) return Decision::not_shown;
    if (found->low > 0 || (found->low == 0 && may_be_none)) return Decision::met;
    if (found->high < 0 || (found->high == 0 && !may_be_none)) return Decision::missed;
    return Decision::not_shown;
}

}  // namespace

// Met when all of it is; missed when any of it is.
Decision decide(const Goal& goal, std::span<const Sample> samples, double confidence) {
    Decision all = Decision::met;
    for (std::size_t i = 0; i < goal.may_be_none.size(); ++i) {
        std::vector<double> rooms;
        for (const Sample& sample : samples) rooms.push_back(sample.figures[goal.first + i]);
        const Decision one = decide_one(rooms, goal.may_be_none[i], confidence);
        if (one == Decision::missed) return one;
        if (one == Decision::not_shown) all = one;
    }
    return all;
}

double confidence_of_each(std::size_t decisions) {
    return 1 - 2 * 0.05 / static_cast<double>(std::max<std::size_t>(decisions, 1));
}

}  // namespace reports
