#include "reports/comparison_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/render/numbers.h"
#include "reports/summary.h"

namespace reports {

namespace {

// Fewer degrees of freedom than four make an interval at least 1.6 times as wide as many would, and
// whether the replications are normal cannot be seen from them at all.
constexpr std::size_t kFewReplications = 5;

// "p99.9", "mean"
std::string title_of(const ComparedFigure& figure) {
    return figure.percent > 0 ? fmt::format("p{:g}", figure.percent) : std::string(figure.name);
}

// The highest of the usual percentiles that both can say.
const ComparedFigure* tail_figure(const Variant& variant) {
    for (const std::string_view name : {"p99", "p95", "p50"}) {
        const std::size_t index = compared_figure(name);
        if (std::isfinite(variant.against[index].difference.value)) return &kComparedFigures[index];
    }
    return nullptr;
}

// "4.4x lower than b's, 95 % CI 4.1 to 4.7", or in per cent when it is less than half as much
// again.
std::string by_how_much(const Estimate& ratio, const std::string& base) {
    constexpr double kFactor = 1.5;
    const bool is_lower = ratio.value < 1;
    const double times = is_lower ? 1 / ratio.value : ratio.value;
    const std::string_view way = is_lower ? "lower" : "higher";
    const Interval& interval = *ratio.interval;
    if (times >= kFactor) {
        return fmt::format("{:.3g}x {} than {}'s, 95 % CI {:.3g} to {:.3g}", times, way, base,
                           is_lower ? 1 / interval.high : interval.low,
                           is_lower ? 1 / interval.low : interval.high);
    }
    const auto off = [](double value) { return std::abs(value - 1) * 100; };
    return fmt::format("{:.2g} % {} than {}'s, 95 % CI {:.2g} % to {:.2g} %", off(ratio.value), way,
                       base, std::min(off(interval.low), off(interval.high)),
                       std::max(off(interval.low), off(interval.high)));
}

std::string latency_clause(const Variant& variant, const std::string& base) {
    const ComparedFigure* const figure = tail_figure(variant);
    if (figure == nullptr) return variant.name + ": too few requests for any percentile";
    const std::string title = title_of(*figure);
    const Estimate& ratio = variant.against[compared_figure(figure->name)].ratio;
    switch (finding_of(variant.against[compared_figure(figure->name)], figure->dimension)) {
        case Finding::undefined:
            return fmt::format("{}: nothing can be said of {}", variant.name, title);
        case Finding::one_replication:
            return fmt::format("{}'s {} was {:.3g} times {}'s, in one replication", variant.name,
                               title, ratio.value, base);
        case Finding::none_shown:
            if (!ratio.interval) {
                return fmt::format("{}: no difference shown in {} against {}", variant.name, title,
                                   base);
            }
            return fmt::format(
                "{}: no difference shown in {} against {} (ratio {:.3g}, 95 % CI {:.3g} to {:.3g})",
                variant.name, title, base, ratio.value, ratio.interval->low, ratio.interval->high);
        case Finding::lower:
        case Finding::higher:
            break;
    }
    return fmt::format("{}'s {} is {}", variant.name, title, by_how_much(ratio, base));
}

std::string availability_clause(const Variant& variant) {
    const std::size_t index = compared_figure("availability");
    const Estimate& difference = variant.against[index].difference;
    const Finding finding = finding_of(variant.against[index], Dimension::share);
    if (finding == Finding::none_shown) return "no difference shown in availability";
    if (finding == Finding::undefined) return "nothing can be said of availability";
    const double points = std::abs(difference.value) * 100;
    if (finding == Finding::one_replication) {
        return fmt::format("its availability {:.2g} percentage points {}", points,
                           difference.value < 0 ? "lower" : "higher");
    }
    const Interval& interval = *difference.interval;
    const double low = std::abs(interval.low) * 100;
    const double high = std::abs(interval.high) * 100;
    return fmt::format("its availability is {:.2g} percentage points {}, 95 % CI {:.2g} to {:.2g}",
                       points, text_of(finding), std::min(low, high), std::max(low, high));
}

std::string sentence_of(const Variant& variant, const Comparison& comparison) {
    const std::string& base = comparison.base().name;
    const std::string same = variant.same_arrivals
                                 ? fmt::format("same {} requests", grouped(variant.offered))
                                 : std::string("not the same requests");
    if (variant.same_run) {
        return fmt::format("{} did what {} did, event for event: no difference shown; {}.",
                           variant.name, base, same);
    }
    return fmt::format("{}; {}; {}.", latency_clause(variant, base), availability_clause(variant),
                       same);
}

std::string few_replications(std::size_t replications) {
    if (replications == 1) {
        return "One replication: there is no interval, and nothing is claimed. The differences are "
               "of this one run; add --replications 5.";
    }
    const double t = t_quantile(0.975, static_cast<std::uint32_t>(replications - 1));
    return fmt::format(
        "{} replications: the intervals are {:.1f} standard errors wide to each side and rest on "
        "the replications being normal, which so few cannot show. Only a large difference can be "
        "shown; that none is shown says little. 5 or more say more.",
        replications, t);
}

std::string too_short(const Comparison& comparison) {
    std::string titles;
    for (const ComparedFigure& figure : kComparedFigures) {
        if (figure.percent == 0 || is_enough(comparison.fewest_ended(), figure.percent)) continue;
        titles += (titles.empty() ? "" : ", ") + title_of(figure);
    }
    if (titles.empty()) return {};
    return fmt::format("No {} of {} requests a replication: fewer than ten would lie beyond it.",
                       titles, grouped(comparison.fewest_ended()));
}

}  // namespace

Finding finding_of(const Against& against, Dimension dimension) {
    if (!std::isfinite(against.difference.value)) return Finding::undefined;
    if (!against.difference.interval) return Finding::one_replication;
    const bool by_ratio = dimension != Dimension::share && against.ratio.interval.has_value();
    const bool is_shown =
        by_ratio ? leaves_out(against.ratio, 1) : leaves_out(against.difference, 0);
    if (!is_shown) return Finding::none_shown;
    const double above = by_ratio ? against.ratio.value - 1 : against.difference.value;
    return above < 0 ? Finding::lower : Finding::higher;
}

std::string_view text_of(Finding finding) {
    switch (finding) {
        case Finding::undefined:
            return "nothing can be said";
        case Finding::one_replication:
            return "one replication, nothing is claimed";
        case Finding::none_shown:
            return "no difference shown";
        case Finding::lower:
            return "lower";
        case Finding::higher:
            break;
    }
    return "higher";
}

std::vector<std::string> sentences_of(const Comparison& comparison) {
    std::vector<std::string> sentences;
    for (std::size_t i = 0; i < comparison.variants.size(); ++i) {
        if (i != comparison.baseline) {
            sentences.push_back(sentence_of(comparison.variants[i], comparison));
        }
    }
    return sentences;
}

std::string arrivals_sentence(const Comparison& comparison) {
    const Variant& base = comparison.base();
    if (comparison.all_same_arrivals()) {
        return fmt::format("arrivals are equal: {} requests in each variant, fingerprint {}",
                           grouped(base.offered), base.arrivals_fingerprint);
    }
    std::string different;
    for (const Variant& variant : comparison.variants) {
        if (variant.same_arrivals) continue;
        different += fmt::format("{}{}", different.empty() ? "" : ", ", variant.name);
    }
    return fmt::format("arrivals are NOT equal to {}'s: {}", base.name, different);
}

std::vector<std::string> notes_of(const Comparison& comparison) {
    std::vector<std::string> notes;
    if (!comparison.all_same_arrivals()) {
        notes.push_back(
            "Arrivals differ: users who wait for an answer before they send again send less to a "
            "slower system, or the clients themselves are varied. The pairs share their seeds, so "
            "the intervals stand; but the requests are not one by one the same.");
    }
    if (comparison.replications < kFewReplications) {
        notes.push_back(few_replications(comparison.replications));
    }
    if (std::string text = too_short(comparison); !text.empty()) notes.push_back(std::move(text));
    const std::size_t compared = comparison.variants.size() - 1;
    if (compared >= 3 && comparison.replications > 1) {
        notes.push_back(
            fmt::format("Each interval is a 95 % one by itself: of {} sentences, {:.1g} of one "
                        "kind would claim "
                        "a difference by chance if there were none.",
                        compared, static_cast<double>(compared) * 0.05));
    }
    return notes;
}

}  // namespace reports
