#include "reports/goal.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "sim/rng.h"

using namespace reports;

namespace {

Vocabulary goal_words() {
    Vocabulary vocabulary;
    vocabulary.run = {
        {"p", Dimension::time}, {"availability", Dimension::share}, {"cost", Dimension::money}};
    return vocabulary;
}

Expression statement(const char* text) {
    ExpressionError error;
    const auto parsed = Expression::parse(text, goal_words(), error);
    REQUIRE_MESSAGE(parsed, error.message);
    return *parsed;
}

// Replications in which what there is to spare is given, a list for each comparison.
std::vector<Sample> rooms_of(const std::vector<std::vector<double>>& rooms) {
    std::vector<Sample> made(rooms.front().size());
    for (std::size_t i = 0; i < made.size(); ++i) {
        for (const std::vector<double>& room : rooms) made[i].figures.push_back(room[i]);
    }
    return made;
}

Goal goal_of(std::vector<bool> may_be_none) {
    return {"goal", 0, std::move(may_be_none)};
}

}  // namespace

TEST_CASE("each comparison of a goal becomes a figure that is not shown") {
    ComparedFigures figures = usual_figures();
    const std::size_t usual = figures.size();
    const auto goal =
        add_goal(statement("p(99) < 200ms and availability >= 99% and cost <= $5"), figures);
    REQUIRE(goal);
    CHECK(goal->first == usual);
    CHECK(goal->may_be_none == std::vector<bool>{false, true, true});
    REQUIRE(figures.size() == usual + 3);
    for (std::size_t i = usual; i < figures.size(); ++i) CHECK_FALSE(figures[i].is_shown);
}

TEST_CASE("what there is to spare is positive exactly when the comparison holds") {
    Summary summary;
    summary.latency.succeeded.record(std::chrono::milliseconds(150));
    summary.totals.ended = {99, 1, 0, 0};
    const auto of = [&](const std::string&) -> const Summary& { return summary; };
    const auto room = [&](const char* text) {
        return statement(text).rooms().front().to_spare.value(of).number;
    };
    CHECK(room("p(99) < 200ms") == doctest::Approx(0.05).epsilon(0.01));
    CHECK(room("p(99) > 200ms") == doctest::Approx(-0.05).epsilon(0.01));
    CHECK(room("availability >= 98%") == doctest::Approx(0.01));
    CHECK(room("0.98 <= availability") == doctest::Approx(0.01));
}

TEST_CASE("a goal is comparisons joined by and, nothing else") {
    ComparedFigures figures;
    for (const char* text : {"p(99) < 1s or cost < $5", "not (p(99) < 1s)", "availability == 1"}) {
        CAPTURE(text);
        CHECK_FALSE(add_goal(statement(text), figures));
    }
}

TEST_CASE("met, missed or not shown: where the interval lies") {
    const Goal goal = goal_of({false});
    CHECK(decide(goal, rooms_of({{5, 6, 5, 6}}), 0.95) == Decision::met);
    CHECK(decide(goal, rooms_of({{-5, -6, -5, -6}}), 0.95) == Decision::missed);
    CHECK(decide(goal, rooms_of({{5, -6, 5, -6}}), 0.95) == Decision::not_shown);
    // t(0.975, 1) = 12.706: two values show little.
    CHECK(decide(goal, rooms_of({{1, 2}}), 0.95) == Decision::not_shown);
    CHECK(decide(goal, rooms_of({{1}}), 0.95) == Decision::not_shown);
    CHECK(decide(goal, rooms_of({{1, std::nan("")}}), 0.95) == Decision::not_shown);
}

TEST_CASE("nothing to spare is enough for <= and not for <") {
    CHECK(decide(goal_of({true}), rooms_of({{0, 0, 0}}), 0.95) == Decision::met);
    CHECK(decide(goal_of({false}), rooms_of({{0, 0, 0}}), 0.95) == Decision::missed);
}

TEST_CASE("of several comparisons all must be met, and one that is missed decides") {
    const std::vector<double> good = {5, 6, 5, 6};
    const std::vector<double> bad = {-5, -6, -5, -6};
    const std::vector<double> open = {5, -6, 5, -6};
    const Goal goal = goal_of({false, false});
    CHECK(decide(goal, rooms_of({good, good}), 0.95) == Decision::met);
    CHECK(decide(goal, rooms_of({good, bad}), 0.95) == Decision::missed);
    CHECK(decide(goal, rooms_of({open, bad}), 0.95) == Decision::missed);
    CHECK(decide(goal, rooms_of({good, open}), 0.95) == Decision::not_shown);
}

// Each of so many decisions about a value that has nothing to spare may be wrong to one side with
// 0.05 / decisions; that any of them is, with 5 %. 2,000 families: 100 expected, a standard
// deviation of 9.7, and 3.7 of them (once in 10^4) are 36. Bonferroni's bound is hardly below what
// independent decisions do: 1 - (1 - 0.05 / 10)^10 = 4.9 %.
TEST_CASE("many decisions share their 5 %") {
    constexpr std::size_t kDecisions = 10;
    const double confidence = confidence_of_each(kDecisions);
    int wrong = 0;
    for (std::uint64_t family = 0; family < 2000; ++family) {
        sim::Draws draws(sim::request_key(3, family));
        bool is_wrong = false;
        for (std::size_t decision = 0; decision < kDecisions; ++decision) {
            std::vector<double> rooms;
            for (int i = 0; i < 6; ++i) rooms.push_back(draws.normal());
            is_wrong |= decide(goal_of({false}), rooms_of({rooms}), confidence) == Decision::met;
        }
        wrong += is_wrong ? 1 : 0;
    }
    CHECK(wrong > 98 - 36);
    CHECK(wrong < 100 + 36);
}

TEST_CASE("a percentile that falls among failures misses a goal, and never meets one below") {
    constexpr double kShortfall = -std::numeric_limits<double>::infinity();
    const Goal goal = goal_of({false});
    CHECK(decide(goal, rooms_of({{kShortfall, kShortfall}}), 0.95) == Decision::missed);
    CHECK(decide(goal, rooms_of({{kShortfall}}), 0.95) == Decision::not_shown);
    CHECK(decide(goal, rooms_of({{5, 6, 5, kShortfall}}), 0.95) == Decision::not_shown);
    // Missed in all, but two do not show it: that happens once in four times by chance; six times,
    // once in 64.
    CHECK(decide(goal, rooms_of({{-5, kShortfall}}), 0.95) == Decision::not_shown);
    CHECK(decide(goal, rooms_of({{-5, -6, kShortfall, -5, -5, -6}}), 0.95) == Decision::missed);
}
