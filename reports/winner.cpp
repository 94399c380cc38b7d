#include "reports/winner.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/comparison_words.h"
#include "reports/words/numbers.h"

namespace reports {

namespace {

constexpr std::size_t kMostNamed = 12;
constexpr double kMoreEven = 0.95;    // times
constexpr double kWaitsLonger = 1.1;  // times: what is less is no reason

bool holds_all(const Variant& variant) {
    return broken_of(variant).empty();
}

// As a number of which less is better; infinite where a percentile falls among failures.
double badness_of(const Comparison& comparison, std::size_t variant, std::size_t figure) {
    const double value = comparison.variants[variant].figures[figure].value;
    return is_better_high(comparison.figures[figure].name) ? -value : value;
}

bool is_told_apart(const Comparison& comparison, std::size_t one, std::size_t other,
                   std::size_t figure) {
    const Finding finding =
        finding_of(against_of(comparison.variants[one], comparison.variants[other], figure),
                   comparison.figures[figure].dimension);
    return finding == Finding::lower || finding == Finding::higher;
}

// The highest of the usual percentiles that all can say, where the first metric is one that the
// runs are too short for.
std::size_t ranked_figure(const Comparison& comparison) {
    const std::size_t metric = comparison.metrics.front();
    const auto is_said = [&](std::size_t figure) {
        return std::ranges::none_of(comparison.variants, [&](const Variant& variant) {
            return std::isnan(variant.figures[figure].value);
        });
    };
    if (is_said(metric) || comparison.figures[metric].percent == 0) return metric;
    for (const std::string_view name : {"p99", "p95", "p50"}) {
        const std::size_t figure = index_of(comparison.figures, name);
        if (figure < comparison.figures.size() && is_said(figure)) return figure;
    }
    return metric;
}

std::string names_of(const Comparison& comparison, const std::vector<std::size_t>& variants) {
    std::string names;
    for (std::size_t i = 0; i < variants.size(); ++i) {
        const bool is_last = i + 1 == variants.size();
        names += (i == 0 ? "" : is_last ? " and " : ", ") + comparison.variants[variants[i]].name;
    }
    return names;
}

// "1. b 36 ms, 2. a 42 ms, 3. c 60 ms (crossed an expectation)".
std::string order_sentence(const Comparison& comparison, const Ranking& ranking) {
    std::string text;
    for (std::size_t i = 0; i < std::min(kMostNamed, ranking.order.size()); ++i) {
        const std::size_t each = ranking.order[i];
        text +=
            fmt::format("{}{}. {} {}{}", i == 0 ? "" : ", ", i + 1, comparison.variants[each].name,
                        value_of(comparison, each, ranking.figure),
                        holds_all(comparison.variants[each]) ? "" : " (crossed an expectation)");
    }
    if (ranking.order.size() > kMostNamed) {
        text += fmt::format(", and {} more", ranking.order.size() - kMostNamed);
    }
    return fmt::format("By {}, the best first: {}.", title_of(comparison.figures[ranking.figure]),
                       text);
}

// "$1,022 a month, $511 less than b"; empty when all cost the same, or nothing.
std::string cost_clause(const Comparison& comparison, std::size_t one, std::size_t other) {
    const std::size_t cost = index_of(comparison.figures, "cost_per_month");
    if (cost >= comparison.figures.size()) return "";
    const double ours = comparison.variants[one].figures[cost].value;
    const double theirs = comparison.variants[other].figures[cost].value;
    if (!(ours > 0 || theirs > 0) || std::abs(ours - theirs) < 0.5) return "";
    return fmt::format("; it costs ${} a month, ${} {} than {}", grouped(ours),
                       grouped(std::abs(ours - theirs)), ours < theirs ? "less" : "more",
                       comparison.variants[other].name);
}

// What is won by one figure may be lost by another.
std::string availability_clause_of(const Comparison& comparison, std::size_t one,
                                   std::size_t other) {
    const std::size_t figure = index_of(comparison.figures, "availability");
    if (figure >= comparison.figures.size()) return "";
    const Against against =
        against_of(comparison.variants[one], comparison.variants[other], figure);
    if (finding_of(against, Dimension::share) != Finding::lower) return "";
    return fmt::format("; but its availability is {:.2g} percentage points lower",
                       std::abs(against.difference.value) * 100);
}

// By how much the best is ahead of the next.
std::string lead_text(const Comparison& comparison, const Ranking& ranking) {
    const std::size_t best = ranking.order.front();
    const Variant& second = comparison.variants[ranking.order[1]];
    if (second.failed[ranking.figure].times > 0) {
        return fmt::format("{}, {}'s failed", value_of(comparison, best, ranking.figure),
                           second.name);
    }
    return difference_text(against_of(comparison.variants[best], second, ranking.figure),
                           comparison.figures[ranking.figure].dimension, second.name);
}

std::string win_sentence(const Comparison& comparison, const Ranking& ranking) {
    const std::size_t best = ranking.order.front();
    const std::size_t next = ranking.order[1];
    const Variant& winner = comparison.variants[best];
    const Variant& second = comparison.variants[next];
    if (holds_all(winner) && !holds_all(second)) {
        return fmt::format("{} wins: the others crossed what is expected{}.", winner.name,
                           cost_clause(comparison, best, next));
    }
    return fmt::format("{} wins over {}, the next: its {} is {}{}{}.", winner.name, second.name,
                       title_of(comparison.figures[ranking.figure]), lead_text(comparison, ranking),
                       availability_clause_of(comparison, best, next),
                       cost_clause(comparison, best, next));
}

// Of those that are alike, the cheapest is worth naming.
std::string cheapest_clause(const Comparison& comparison, const std::vector<std::size_t>& alike) {
    const std::size_t cost = index_of(comparison.figures, "cost_per_month");
    if (cost >= comparison.figures.size()) return "";
    const auto price = [&](std::size_t variant) {
        return comparison.variants[variant].figures[cost].value;
    };
    const auto [low, high] = std::ranges::minmax_element(alike, {}, price);
    if (!(price(*high) - price(*low) >= 0.5)) return "";
    return fmt::format("; of these {} costs least, ${} a month", comparison.variants[*low].name,
                       grouped(price(*low)));
}

std::string tie_sentence(const Comparison& comparison, const Ranking& ranking) {
    const std::string title = title_of(comparison.figures[ranking.figure]);
    const bool is_all = ranking.first.size() == ranking.order.size();
    std::string text = fmt::format("No winner: {} cannot be told apart by {}",
                                   is_all && ranking.first.size() > kMostNamed
                                       ? "the variants"
                                       : names_of(comparison, ranking.first),
                                   title);
    if (!is_all) text += ", and are ahead of the others";
    return text + cheapest_clause(comparison, ranking.first) + ".";
}

// What its requests wait longest for, that the other's wait much less for.
std::string waits_clause(const Sample& winner, const Sample& other, const std::string& winner_name,
                         const std::string& other_name) {
    const Wait* most = nullptr;
    double longest = 0;
    double there = 0;
    for (const Wait& each : other.waits) {
        const auto same = std::ranges::find_if(winner.waits, [&](const Wait& one) {
            return one.node == each.node && one.resource == each.resource;
        });
        const double waits = same == winner.waits.end() ? 0 : same->waits_s;
        if (each.waits_s < kWaitsLonger * waits || each.waits_s - waits <= longest) continue;
        longest = each.waits_s - waits;
        there = waits;
        most = &each;
    }
    if (most == nullptr) return "";
    return fmt::format("with {} a request at {} waits {} for its {}, with {} {}", other_name,
                       most->node, brief(most->waits_s), most->resource, winner_name,
                       there > 0 ? brief(there) : "not at all");
}

// Where nothing limits either and means are alike, the slowest requests make the difference.
std::string tail_clause(const Comparison& comparison, const Variant& winner, const Variant& other) {
    const std::size_t half = index_of(comparison.figures, "p50");
    const std::size_t most = index_of(comparison.figures, "p99");
    if (most >= comparison.figures.size()) return "";
    const auto times = [&](const Variant& variant) {
        return variant.figures[most].value / variant.figures[half].value;
    };
    if (!(times(winner) < kMoreEven * times(other)) || !std::isfinite(times(other))) return "";
    return fmt::format(
        "requests wait as long on average, but more evenly: its p99 is {:.3g} times its p50, {}'s "
        "{:.3g} times",
        times(winner), other.name, times(other));
}

}  // namespace

bool is_better_high(std::string_view figure) {
    constexpr std::array<std::string_view, 4> kHigh = {"availability", "throughput", "succeeded",
                                                       "hit"};
    return std::ranges::any_of(kHigh, [&](std::string_view word) {
        return figure.find(word) != std::string_view::npos && !figure.starts_with("succeeded.");
    });
}

std::string value_of(const Comparison& comparison, std::size_t variant, std::size_t figure) {
    const double value = comparison.variants[variant].figures[figure].value;
    const Dimension dimension = comparison.figures[figure].dimension;
    if (std::isinf(value)) return "failed";
    return dimension == Dimension::time ? brief(value) : text_of(Value{value, dimension});
}

Ranking ranking_of(const Comparison& comparison) {
    Ranking ranking;
    ranking.figure = ranked_figure(comparison);
    ranking.is_claimed = comparison.replications > 1;
    for (std::size_t i = 0; i < comparison.variants.size(); ++i) {
        if (!std::isnan(comparison.variants[i].figures[ranking.figure].value)) {
            ranking.order.push_back(i);
        }
    }
    std::ranges::stable_sort(ranking.order, {}, [&](std::size_t each) {
        return std::pair(!holds_all(comparison.variants[each]),
                         badness_of(comparison, each, ranking.figure));
    });
    if (ranking.order.empty()) return ranking;
    const std::size_t best = ranking.order.front();
    for (const std::size_t each : ranking.order) {
        const bool is_alike =
            holds_all(comparison.variants[each]) == holds_all(comparison.variants[best]) &&
            !is_told_apart(comparison, each, best, ranking.figure);
        if (each == best || is_alike) ranking.first.push_back(each);
    }
    return ranking;
}

std::vector<std::string> winner_sentences(const Comparison& comparison) {
    const Ranking ranking = ranking_of(comparison);
    if (ranking.order.size() < 2) return {};
    if (!ranking.is_claimed) return {order_sentence(comparison, ranking)};
    return {ranking.has_winner() ? win_sentence(comparison, ranking)
                                 : tie_sentence(comparison, ranking),
            order_sentence(comparison, ranking)};
}

std::string why_sentence(const Comparison& comparison) {
    const Ranking ranking = ranking_of(comparison);
    if (!ranking.has_winner()) return "";
    const Variant& winner = comparison.variants[ranking.order.front()];
    const Variant& next = comparison.variants[ranking.order[1]];
    const Sample& ours = winner.samples.front();
    const Sample& theirs = next.samples.front();
    if (!theirs.culprit.empty() && theirs.culprit != ours.culprit) {
        return fmt::format("Why {} wins: with {}, {}", winner.name, next.name, theirs.limited_by);
    }
    std::string why = waits_clause(ours, theirs, winner.name, next.name);
    if (why.empty()) why = tail_clause(comparison, winner, next);
    return why.empty() ? "" : fmt::format("Why {} wins: {}.", winner.name, why);
}

}  // namespace reports
