#include "reports/comparison_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/summary.h"
#include "reports/words/numbers.h"

namespace reports {

namespace {

// Fewer degrees of freedom than four make an interval at least 1.6 times as wide as many would, and
// whether the replications are normal cannot be seen from them at all.
constexpr std::size_t kFewReplications = 5;

bool has_failed(const Variant& variant, const Comparison& comparison, std::size_t figure) {
    return variant.failed[figure].times > 0 || comparison.base().failed[figure].times > 0;
}

// "320 ms", "failed (waited 30 s)", "failed in 2 of 5 replications (waited 30 s)".
std::string with_failures(const Variant& variant, const ComparedFigure& figure, std::size_t index) {
    const Failed& failed = variant.failed[index];
    if (failed.times == 0) return text_of(Value{variant.figures[index].value, figure.dimension});
    const std::size_t all = variant.samples.size();
    const std::string waited =
        std::isnan(failed.waited_s) ? "" : fmt::format(" (waited {})", brief(failed.waited_s));
    if (failed.times == all) return "failed" + waited;
    return fmt::format("failed in {} of {} replications{}", failed.times, all, waited);
}

// A percentile that falls among failures is worse than any time; of two, nothing is said.
std::string failed_clause(const Variant& variant, const Comparison& comparison, std::size_t index) {
    const ComparedFigure& figure = comparison.figures[index];
    const Variant& base = comparison.base();
    const std::string both = fmt::format("{}'s {}: {}; {}'s: {}", variant.name, title_of(figure),
                                         with_failures(variant, figure, index), base.name,
                                         with_failures(base, figure, index));
    switch (finding_of(variant.against[index], figure.dimension)) {
        case Finding::lower:
            return fmt::format("{}: {} wins", both, variant.name);
        case Finding::higher:
            return fmt::format("{}: {} wins", both, base.name);
        default:
            return both + ": nothing is claimed";
    }
}

// The figure itself, or of the usual percentiles the highest that both can say when it is one of
// them and the runs are too short for it.
std::size_t sayable(const Variant& variant, const Comparison& comparison, std::size_t metric) {
    const ComparedFigures& figures = comparison.figures;
    if (!std::isnan(variant.against[metric].difference.value)) return metric;
    if (has_failed(variant, comparison, metric)) return metric;
    for (const std::string_view name : {"p99", "p95", "p50"}) {
        const std::size_t index = index_of(figures, name);
        if (!(figures[index].percent < figures[metric].percent)) continue;
        if (!std::isnan(variant.against[index].difference.value)) return index;
    }
    return metric;
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

// "0.31 lower than b's, 95 % CI 0.29 to 0.33", of what has no ratio or is a share.
std::string by_difference(const Estimate& difference, Dimension dimension, std::string_view way) {
    const Interval& interval = *difference.interval;
    const double low = std::min(std::abs(interval.low), std::abs(interval.high));
    const double high = std::max(std::abs(interval.low), std::abs(interval.high));
    if (dimension == Dimension::share) {
        return fmt::format("{:.2g} percentage points {}, 95 % CI {:.2g} to {:.2g}",
                           std::abs(difference.value) * 100, way, low * 100, high * 100);
    }
    return fmt::format("{} {}, 95 % CI {} to {}",
                       text_of(Value{std::abs(difference.value), dimension}), way,
                       text_of(Value{low, dimension}), text_of(Value{high, dimension}));
}

std::string single_run(const Variant& variant, const Against& against, const std::string& title,
                       const std::string& base) {
    if (std::isfinite(against.ratio.value)) {
        return fmt::format("{}'s {} was {:.3g} times {}'s, in one replication", variant.name, title,
                           against.ratio.value, base);
    }
    return fmt::format("{}'s {} was {:+.3g} off {}'s, in one replication", variant.name, title,
                       against.difference.value, base);
}

std::string metric_clause(const Variant& variant, const Comparison& comparison,
                          std::size_t metric) {
    const std::string& base = comparison.base().name;
    const std::size_t index = sayable(variant, comparison, metric);
    const ComparedFigure& figure = comparison.figures[index];
    const Against& against = variant.against[index];
    const std::string title = title_of(figure);
    if (has_failed(variant, comparison, index)) {
        return failed_clause(variant, comparison, index);
    }
    switch (finding_of(against, figure.dimension)) {
        case Finding::undefined:
            return fmt::format("{}: nothing can be said of {}", variant.name, title);
        case Finding::one_replication:
            return single_run(variant, against, title, base);
        case Finding::none_shown:
            if (!against.ratio.interval) {
                return fmt::format("{}: no difference shown in {} against {}", variant.name, title,
                                   base);
            }
            return fmt::format(
                "{}: no difference shown in {} against {} (ratio {:.3g}, 95 % CI {:.3g} to {:.3g})",
                variant.name, title, base, against.ratio.value, against.ratio.interval->low,
                against.ratio.interval->high);
        case Finding::lower:
        case Finding::higher:
            break;
    }
    return fmt::format("{}'s {} is {}", variant.name, title,
                       difference_text(against, figure.dimension, base));
}

// "its cost $1,022 a month, $511 less"; empty when both cost the same.
std::string cost_of(const Variant& variant, const Comparison& comparison) {
    const std::size_t index = index_of(comparison.figures, "cost_per_month");
    if (index >= comparison.figures.size()) return "";
    const double ours = variant.figures[index].value;
    const double theirs = comparison.base().figures[index].value;
    if (!(std::abs(ours - theirs) >= 0.5)) return "";
    return fmt::format("its cost ${} a month, ${} {}; ", grouped(ours),
                       grouped(std::abs(ours - theirs)), ours < theirs ? "less" : "more");
}

std::string availability_clause(const Variant& variant, const Comparison& comparison) {
    const Against& against = variant.against[index_of(comparison.figures, "availability")];
    const Finding finding = finding_of(against, Dimension::share);
    if (finding == Finding::none_shown) return "no difference shown in availability";
    if (finding == Finding::undefined) return "nothing can be said of availability";
    const double points = std::abs(against.difference.value) * 100;
    if (finding == Finding::one_replication) {
        return fmt::format("its availability {:.2g} percentage points {}", points,
                           against.difference.value < 0 ? "lower" : "higher");
    }
    return "its availability is " +
           by_difference(against.difference, Dimension::share, text_of(finding));
}

std::string sentence_of(const Variant& variant, const Comparison& comparison) {
    const std::string same = variant.same_arrivals
                                 ? fmt::format("same {} requests", grouped(variant.offered))
                                 : std::string("not the same requests");
    if (variant.same_run) {
        return fmt::format("{} did what {} did, event for event: no difference shown; {}.",
                           variant.name, comparison.base().name, same);
    }
    std::string text;
    for (const std::size_t metric : comparison.metrics) {
        text += metric_clause(variant, comparison, metric) + "; ";
    }
    const bool is_asked =
        std::ranges::find(comparison.metrics, index_of(comparison.figures, "availability")) !=
        comparison.metrics.end();
    if (!is_asked) text += availability_clause(variant, comparison) + "; ";
    text += cost_of(variant, comparison);
    return text + same + ".";
}

std::string few_replications(std::size_t replications) {
    if (replications == 1) {
        return "One replication: there is no confidence interval, and nothing is claimed. The "
               "differences are "
               "of this one run; add --replications 5.";
    }
    const double t = t_quantile(0.975, static_cast<std::uint32_t>(replications - 1));
    return fmt::format(
        "{} replications: the intervals are {:.1f} standard errors wide to each side and rest on "
        "the replications being normally distributed, which so few cannot show. Only a large "
        "difference can be "
        "shown; that none is shown says little. 5 or more say more.",
        replications, t);
}

std::string too_short(const Comparison& comparison) {
    std::string titles;
    for (const ComparedFigure& figure : comparison.figures) {
        if (figure.percent == 0 || is_enough(comparison.fewest_ended(), figure.percent)) continue;
        titles += (titles.empty() ? "" : ", ") + title_of(figure);
    }
    if (titles.empty()) return {};
    return fmt::format("No {} of {} requests a replication: fewer than ten would lie beyond it.",
                       titles, grouped(comparison.fewest_ended()));
}

// The middle one of the replications' cuts; none when any run is too short to say.
std::optional<WarmUp> middle_cut(const Variant& variant) {
    std::vector<WarmUp> cuts;
    for (const Sample& sample : variant.samples) {
        if (!sample.warm_up) return std::nullopt;
        cuts.push_back(*sample.warm_up);
    }
    const auto key = [](const WarmUp& cut) { return std::pair(!cut.settled, cut.cut_s); };
    const auto middle = cuts.begin() + static_cast<std::ptrdiff_t>(cuts.size() / 2);
    std::ranges::nth_element(cuts, middle, {}, key);
    return *middle;
}

// Whether what is left out at the beginning is enough.
std::string warm_up_note(const Comparison& comparison) {
    const double warm_up_s = comparison.base().samples.front().warm_up_s;
    double longest_s = 0;
    std::string slowest;
    std::string unsettled;
    for (const Variant& variant : comparison.variants) {
        const auto cut = middle_cut(variant);
        if (!cut) return {};
        if (!cut->settled) {
            unsettled += (unsettled.empty() ? "" : ", ") + variant.name;
        } else if (cut->cut_s > longest_s) {
            longest_s = cut->cut_s;
            slowest = variant.name;
        }
    }
    if (!unsettled.empty()) {
        return fmt::format(
            "No steady state is seen in {} (MSER-5 cuts in the second half): the figures depend on "
            "how long the run is.",
            unsettled);
    }
    if (longest_s <= warm_up_s) {
        return fmt::format("The warm-up of {} is enough: MSER-5 would cut {}.", brief(warm_up_s),
                           brief(longest_s));
    }
    return fmt::format(
        "The warm-up of {} may be too short: MSER-5 would cut {} of {}; --warm-up auto does.",
        brief(warm_up_s), brief(longest_s), slowest);
}

}  // namespace

std::string title_of(const ComparedFigure& figure) {
    if (figure.percent > 0) return fmt::format("p{:g}", figure.percent);
    if (figure.name == "imbalance_max") return "max/mean";
    if (figure.name == "imbalance_cv") return "cv";
    return figure.name;
}

Finding finding_of(const Against& against, Dimension dimension) {
    if (std::isnan(against.difference.value)) return Finding::undefined;
    if (!against.difference.interval) return Finding::one_replication;
    const bool by_ratio = dimension != Dimension::share && against.ratio.interval.has_value();
    const bool is_shown =
        by_ratio ? leaves_out(against.ratio, 1) : leaves_out(against.difference, 0);
    if (!is_shown) return Finding::none_shown;
    const double above = by_ratio ? against.ratio.value - 1 : against.difference.value;
    return above < 0 ? Finding::lower : Finding::higher;
}

std::string difference_text(const Against& against, Dimension dimension, const std::string& other) {
    if (dimension != Dimension::share && against.ratio.interval) {
        return by_how_much(against.ratio, other);
    }
    return by_difference(against.difference, dimension, text_of(finding_of(against, dimension)));
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

// Variants of which the same is said are named together.
std::vector<std::string> reasons_of(const Comparison& comparison) {
    std::vector<std::pair<std::string, std::string>> reasons;  // what is said, of whom
    for (const Variant& variant : comparison.variants) {
        const std::string& said = variant.samples.front().limited_by;
        if (said.empty()) continue;
        const auto known =
            std::ranges::find(reasons, said, &std::pair<std::string, std::string>::first);
        if (known == reasons.end()) {
            reasons.emplace_back(said, variant.name);
        } else {
            known->second += ", " + variant.name;
        }
    }
    std::vector<std::string> sentences;
    for (const auto& [said, names] : reasons) sentences.push_back(names + ": " + said);
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
            "the confidence intervals hold; but the requests are not the same one by one.");
    }
    if (comparison.replications < kFewReplications) {
        notes.push_back(few_replications(comparison.replications));
    }
    if (std::string text = too_short(comparison); !text.empty()) notes.push_back(std::move(text));
    if (std::string text = warm_up_note(comparison); !text.empty()) {
        notes.push_back(std::move(text));
    }
    const std::size_t compared = comparison.variants.size() - 1;
    if (compared >= 3 && comparison.replications > 1) {
        notes.push_back(
            fmt::format("Multiple comparisons: each confidence interval is a 95 % one by itself. "
                        "Of {} comparisons of a figure, {:.1g} would show a difference by "
                        "chance alone.",
                        compared, static_cast<double>(compared) * 0.05));
    }
    return notes;
}

std::vector<std::string> sweep_notes_of(const Comparison& comparison) {
    std::vector<std::string> notes;
    std::size_t fewest = comparison.base().samples.size();
    for (const Variant& variant : comparison.variants) {
        fewest = std::min(fewest, variant.samples.size());
    }
    if (fewest == 1)
        notes.push_back("One replication: there is no confidence interval; add --replications 5.");
    if (fewest > 1 && fewest < kFewReplications) notes.push_back(few_replications(fewest));
    for (std::string text : {too_short(comparison), warm_up_note(comparison)}) {
        if (!text.empty()) notes.push_back(std::move(text));
    }
    return notes;
}

}  // namespace reports
