#include "reports/comparison.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "reports/comparison_overview.h"
#include "reports/comparison_words.h"
#include "reports/render/comparison_json.h"
#include "reports/render/comparison_text.h"
#include "reports/sweep_words.h"
#include "reports/winner.h"
#include "tests/support/text.h"

using namespace reports;

using support::has;

namespace {

// A replication of which only p99, availability and what was asked for are known.
Sample sample(double p99, double availability, std::uint64_t arrivals, std::uint64_t run) {
    Sample made;
    const ComparedFigures figures = usual_figures();
    made.figures.assign(figures.size(), std::nan(""));
    made.figures[index_of(figures, "p99")] = p99;
    made.waited_s.assign(figures.size(), std::nan(""));
    if (std::isinf(p99)) made.waited_s[index_of(figures, "p99")] = 30;
    made.figures[index_of(figures, "availability")] = availability;
    made.offered = 1000;
    made.ended = 200'000;
    made.arrivals.add(arrivals);
    made.fingerprint.add(run);
    made.simulated_s = 60;
    return made;
}

constexpr double kFailed = std::numeric_limits<double>::infinity();

// Replications whose p99 are given, in seconds. What failed waited 30 s.
std::vector<Sample> samples(const std::vector<double>& p99, double availability = 1,
                            std::uint64_t arrivals = 0) {
    static std::uint64_t run = 0;
    std::vector<Sample> made;
    for (std::size_t i = 0; i < p99.size(); ++i) {
        made.push_back(sample(p99[i], availability, arrivals + i, ++run));
    }
    return made;
}

Comparison comparison(std::vector<std::vector<Sample>> played, std::size_t baseline = 0) {
    const ComparedFigures figures = usual_figures();
    std::vector<std::string> names = {"slow",  "fast",    "third",  "fourth", "fifth",
                                      "sixth", "seventh", "eighth", "ninth"};
    names.resize(played.size());
    return compare({figures, {index_of(figures, "p99")}, names, std::move(played), baseline});
}

std::string only_sentence(const Comparison& made) {
    const std::vector<std::string> sentences = sentences_of(made);
    REQUIRE(sentences.size() == 1);
    return sentences.front();
}

ComparisonInfo info_of(const Comparison& made) {
    ComparisonInfo info;
    info.name = "shop";
    info.variants.resize(made.variants.size());
    return info;
}

}  // namespace

TEST_CASE("a large difference is told as a factor, with its interval and the requests") {
    const Comparison made =
        comparison({samples({0.44, 0.45, 0.43, 0.44}), samples({0.1, 0.1, 0.1, 0.1})});
    // The geometric mean of 4.4, 4.5, 4.3 and 4.4 is 4.3994; with t(0.975, 3) = 3.1824 the interval
    // of the logarithms is +- 0.02956.
    CHECK(only_sentence(made) ==
          "fast's p99 is 4.4x lower than slow's, 95 % CI 4.27 to 4.53; no difference shown in "
          "availability; same 4,000 requests.");
}

TEST_CASE("many variants are told in groups, those that differ most first") {
    const std::vector<Sample> slow = samples({0.44, 0.45, 0.43, 0.44});
    const std::vector<Sample> unlike = samples({0.44, 0.42, 0.46, 0.43});
    const Comparison made =
        comparison({slow, samples({0.1, 0.1, 0.1, 0.1}), samples({0.4, 0.41, 0.39, 0.4}),
                    samples({0.88, 0.9, 0.86, 0.88}, 0.5), slow, unlike, unlike, unlike, unlike});
    REQUIRE(needs_overview(made));
    CHECK(overview_of(made) ==
          std::vector<std::string>{"p99 is lower than slow's: fast (4.4x), third (9.1 %).",
                                   "p99 is higher than slow's: fourth (2x).",
                                   "no difference shown in p99: sixth, seventh, eighth, ninth.",
                                   "availability is lower than slow's: fourth (50 points).",
                                   "event for event what slow did: fifth."});
    CHECK(!needs_overview(comparison({slow, unlike})));
}

TEST_CASE("all are ranked, and the best wins when it is ahead beyond chance") {
    const Comparison made =
        comparison({samples({0.44, 0.45, 0.43, 0.44}), samples({0.1, 0.1, 0.1, 0.1}),
                    samples({0.4, 0.41, 0.39, 0.4})});
    const Ranking ranking = ranking_of(made);
    CHECK(ranking.has_winner());
    CHECK(ranking.order == std::vector<std::size_t>{1, 2, 0});
    const std::vector<std::string> said = winner_sentences(made);
    REQUIRE(said.size() == 2);
    CHECK(has(said[0], "fast wins over third, the next: its p99 is 4x lower than third's"));
    CHECK(said[1] == "By p99, the best first: 1. fast 100 ms, 2. third 400 ms, 3. slow 440 ms.");
}

TEST_CASE("who cannot be told apart from the best is named with it") {
    const Comparison made =
        comparison({samples({1, 2, 3, 2}), samples({2, 1, 2, 3}), samples({8, 9, 8, 9})});
    CHECK(!ranking_of(made).has_winner());
    CHECK(
        has(winner_sentences(made).front(),
            "No winner: slow and fast cannot be told apart by p99, and are ahead of the others."));
    CHECK(why_sentence(made).empty());
    const Comparison once = comparison({samples({1}), samples({2})});
    CHECK(!ranking_of(once).has_winner());
    CHECK(winner_sentences(once).size() == 1);
}

TEST_CASE("a winner that fails more is said to, and what failed is no winner") {
    const Comparison worse =
        comparison({samples({0.4, 0.41, 0.39, 0.4}), samples({0.1, 0.1, 0.1, 0.1}, 0.98)});
    CHECK(
        has(winner_sentences(worse).front(), "but its availability is 2 percentage points lower"));
    const Comparison failed =
        comparison({samples({kFailed, kFailed, kFailed}), samples({0.1, 0.1, 0.1})});
    CHECK(has(winner_sentences(failed).front(),
              "fast wins over slow, the next: its p99 is 100 ms, slow's failed"));
}

TEST_CASE("why it won: what the next waits longer for, or what limited it") {
    std::vector<Sample> slow = samples({0.4, 0.41, 0.39, 0.4});
    std::vector<Sample> fast = samples({0.1, 0.1, 0.1, 0.1});
    slow.front().waits = {{"web", "cores", 0.005}, {"db", "connections", 0.001}};
    fast.front().waits = {{"web", "cores", 0.002}, {"db", "connections", 0.001}};
    CHECK(why_sentence(comparison({slow, fast})) ==
          "Why fast wins: with slow a request at web waits 5 ms for its cores, with fast 2 ms.");
    slow.front().culprit = "db cores";
    slow.front().limited_by = "db limits the system.";
    CHECK(why_sentence(comparison({slow, fast})) ==
          "Why fast wins: with slow, db limits the system.");
}

TEST_CASE("what it costs is in the sentence") {
    std::vector<Sample> slow = samples({0.4, 0.41, 0.39, 0.4});
    std::vector<Sample> fast = samples({0.1, 0.1, 0.1, 0.1});
    const std::size_t cost = index_of(usual_figures(), "cost_per_month");
    for (Sample& each : slow) each.figures[cost] = 1000;
    for (Sample& each : fast) each.figures[cost] = 2500;
    const Comparison made = comparison({slow, fast});
    CHECK(has(only_sentence(made), "its cost $2,500 a month, $1,500 more"));
    CHECK(has(winner_sentences(made).front(), "it costs $2,500 a month, $1,500 more than slow"));
}

TEST_CASE("a sweep says where it is best and worst, and from where on more brings little") {
    const Comparison made =
        comparison({samples({0.9, 0.9}), samples({0.4, 0.4}), samples({0.21, 0.21}),
                    samples({0.205, 0.205}), samples({0.2, 0.2})});
    const std::vector<std::string> said = sweep_sentences(made, true);
    REQUIRE(said.size() == 2);
    CHECK(said[0] == "p99 is lowest at fifth (200 ms), highest at slow (900 ms).");
    CHECK(said[1] == "From third on it changes little: within 10 % of 200 ms.");
    CHECK(sweep_sentences(made, false).size() == 1);
}

TEST_CASE("the baseline may be any variant") {
    const Comparison made =
        comparison({samples({0.44, 0.45, 0.43, 0.44}), samples({0.1, 0.1, 0.1, 0.1})}, 1);
    CHECK(has(only_sentence(made), "slow's p99 is 4.4x higher than fast's, 95 % CI 4.27 to 4.53;"));
}

TEST_CASE("a small difference is told in per cent") {
    const Comparison made =
        comparison({samples({0.100, 0.200, 0.300}), samples({0.091, 0.180, 0.269})});
    // Logarithms of 0.91, 0.9 and 0.8967: -0.1029 +- 4.3027 * 0.00443.
    CHECK(has(only_sentence(made), "fast's p99 is 9.8 % lower than slow's, 95 % CI 8 % to 11 %"));
}

TEST_CASE("an interval that covers zero shows no difference, whatever the means") {
    const Comparison made = comparison({samples({1, 2, 3}), samples({2, 1, 2})});
    CHECK(has(only_sentence(made), "fast: no difference shown in p99 against slow"));
    CHECK(finding_of(made.variants[1].against[index_of(made.figures, "p99")], Dimension::time) ==
          Finding::none_shown);
}

TEST_CASE("a run that differs in no event is said to be the same") {
    const std::vector<Sample> same = samples({1, 2, 3});
    const Comparison made = comparison({same, same});
    CHECK(made.variants[1].same_run);
    CHECK(has(only_sentence(made), "event for event: no difference shown; same 3,000 requests."));
}

TEST_CASE("a single replication claims nothing") {
    const Comparison made = comparison({samples({1}), samples({2})});
    CHECK(has(only_sentence(made), "fast's p99 was 2 times slow's, in one replication"));
    CHECK(has(notes_of(made).front(), "nothing is claimed"));
}

TEST_CASE("few replications, and too few requests for a percentile, are said") {
    CHECK(has(notes_of(comparison({samples({1, 2}), samples({2, 1})})).front(),
              "2 replications: the intervals are 12.7 standard errors wide"));
    auto short_runs = samples({1, 2, 3, 1, 2});
    for (Sample& each : short_runs) each.ended = 500;
    const auto notes = notes_of(comparison({short_runs, short_runs}));
    REQUIRE_FALSE(notes.empty());
    CHECK(has(notes.front(), "No p99, p99.9 of 500 requests a replication"));
}

TEST_CASE("too short for a p99, the sentence is of the highest percentile that there is") {
    auto slow = samples({std::nan(""), std::nan(""), std::nan("")});
    auto fast = samples({std::nan(""), std::nan(""), std::nan("")});
    const std::size_t p95 = index_of(usual_figures(), "p95");
    for (std::size_t i = 0; i < 3; ++i) {
        slow[i].figures[p95] = 0.30 + 0.001 * static_cast<double>(i);
        fast[i].figures[p95] = 0.10;
    }
    CHECK(has(only_sentence(comparison({slow, fast})), "fast's p95 is 3.01x lower than slow's"));
}

TEST_CASE("different arrivals are said, and nobody is told that requests were the same") {
    const Comparison made = comparison({samples({1, 1.1, 1}), samples({2, 2.1, 2}, 1, 100)});
    CHECK_FALSE(made.all_same_arrivals());
    CHECK(has(only_sentence(made), "not the same requests"));
    CHECK(has(arrivals_sentence(made), "arrivals are NOT equal to slow's: fast"));
    CHECK(has(notes_of(made).front(), "Arrivals differ"));
    const Comparison alike = comparison({samples({1, 1.1, 1}), samples({2, 2.1, 2})});
    CHECK(has(arrivals_sentence(alike), "arrivals are equal: 3,000 requests in each variant"));
}

TEST_CASE("availability is compared in percentage points, in the interval of the difference") {
    auto slow = samples({1, 1, 1.1});
    auto fast = samples({1, 1.1, 1});
    const std::size_t availability = index_of(usual_figures(), "availability");
    slow[0].figures[availability] = 0.90;
    slow[1].figures[availability] = 0.91;
    slow[2].figures[availability] = 0.92;
    for (std::size_t i = 0; i < 3; ++i) fast[i].figures[availability] = 0.99;
    // Differences 0.09, 0.08, 0.07: 0.08 +- 4.3027 * 0.01 / sqrt(3).
    CHECK(has(only_sentence(comparison({slow, fast})),
              "its availability is 8 percentage points higher, 95 % CI 5.5 to 10"));
}

TEST_CASE("many comparisons are warned of") {
    const auto one = samples({1, 2, 3, 1, 2});
    const auto notes = notes_of(comparison({one, one, one, one}));
    REQUIRE_FALSE(notes.empty());
    CHECK(has(notes.back(), "Of 3 comparisons of a figure, 0.2 would show"));
}

TEST_CASE("an expectation that was not met is counted by replications") {
    auto slow = samples({1, 2, 3});
    for (std::size_t i = 0; i < 3; ++i) slow[i].verdicts = {{"p(99) < 2s", {}, i == 0}};
    const Comparison made = comparison({slow, slow});
    const auto broken = broken_of(made.variants.front());
    REQUIRE(broken.size() == 1);
    CHECK(broken.front().times == 2);
    CHECK(has(comparison_text(info_of(made), made, false),
              "CROSSED  slow: p(99) < 2s  in 2 of 3 replications"));
}

TEST_CASE("the text has a row a variant, fits, and shows names as text") {
    Comparison made = comparison({samples({0.44, 0.45, 0.43}), samples({0.1, 0.1, 0.1})});
    made.variants[1].name = "\033[31mred";
    const std::string text = comparison_text(info_of(made), made, false);
    CHECK(has(text, "\n  slow"));
    CHECK(has(text, "p99"));
    CHECK_FALSE(has(text, "\033"));
}

TEST_CASE("compare.json says everything with null for what cannot be said") {
    const Comparison made = comparison({samples({0.44, 0.45, 0.43}), samples({0.1, 0.1, 0.1})});
    const auto json = nlohmann::json::parse(comparison_json(info_of(made), made));
    CHECK(json["schema"] == "spate.compare/1");
    CHECK(json["baseline"] == "slow");
    CHECK(json["variants"].size() == 2);
    const auto& p99 = json["variants"][1]["figures"]["p99"];
    CHECK(p99["value"].get<double>() == doctest::Approx(0.1));
    CHECK(p99["unit"] == "s");
    CHECK(p99["replications"].size() == 3);
    CHECK(p99["finding"] == "lower");
    CHECK(p99["ratio"]["ci95"][1].get<double>() < 1);
    CHECK(json["variants"][1]["figures"]["mean"]["value"].is_null());
    CHECK_FALSE(json["variants"][0]["figures"]["p99"].contains("ratio"));
}

TEST_CASE("compare.csv has a line for each variant and figure") {
    Comparison made = comparison({samples({0.44, 0.45, 0.43}), samples({0.1, 0.1, 0.1})});
    made.variants[1].name = "a, \"b\"";
    const std::string csv = comparison_csv(made);
    CHECK(static_cast<std::size_t>(std::count(csv.begin(), csv.end(), '\n')) ==
          1 + 2 * usual_figures().size());
    CHECK(has(csv, "\"a, \"\"b\"\"\",p99,s,0.1,"));
}

TEST_CASE("a finite percentile wins against one that falls among failures, and that is said") {
    const Comparison made =
        comparison({samples({kFailed, kFailed, kFailed}), samples({0.1, 0.2, 0.1})});
    CHECK(only_sentence(made) ==
          "fast's p99: 133ms; slow's: failed (waited 30 s): fast wins; no difference shown in "
          "availability; same 3,000 requests.");
    const std::string table = variants_table(made, false);
    CHECK(has(table, "failed"));
    const nlohmann::json json =
        nlohmann::json::parse(comparison_json(info_of(made), made), nullptr, false);
    REQUIRE(json.is_object());
    const nlohmann::json& slow = json["variants"][0]["figures"]["p99"];
    CHECK(slow["value"].is_null());
    CHECK(slow["failed"]["replications"] == 3);
    CHECK(slow["failed"]["waited_s"] == 30);
    CHECK(json["variants"][1]["figures"]["p99"]["finding"] == "lower");
}

TEST_CASE("where it failed in some replications, or for both, nothing is claimed") {
    CHECK(has(only_sentence(comparison({samples({0.2, kFailed, 0.2}), samples({0.1, 0.1, 0.1})})),
              "slow's: failed in 1 of 3 replications (waited 30 s): nothing is claimed"));
    CHECK(has(only_sentence(comparison({samples({kFailed, kFailed}), samples({kFailed, kFailed})})),
              "failed (waited 30 s); slow's: failed (waited 30 s): nothing is claimed"));
}
