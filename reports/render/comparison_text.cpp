#include "reports/render/comparison_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/cheapest.h"
#include "reports/comparison_overview.h"
#include "reports/comparison_words.h"
#include "reports/pareto.h"
#include "reports/winner.h"
#include "reports/words/numbers.h"
#include "reports/words/terminal.h"

namespace reports {

namespace {

constexpr std::size_t kWidestName = 30;
constexpr std::size_t kWidestTitle = 44;
constexpr std::size_t kTextWidth = 96;

struct VariantColumn {
    std::string title;
    std::size_t figure;
    std::size_t width;
    std::string above = {};  // the title's first line: the node that a figure is of
};

// A node's figure has its head in two lines: long names are read, and cost no width.
VariantColumn metric_column(const ComparedFigure& figure, std::size_t index) {
    constexpr std::size_t kNarrowest = 12;
    constexpr std::size_t kWidest = 28;
    const std::string title = printable(title_of(figure));
    const std::size_t dot = width_of(title) > kNarrowest ? title.find('.') : std::string::npos;
    const std::string above = dot == std::string::npos ? "" : title.substr(0, dot);
    const std::string below = dot == std::string::npos ? title : title.substr(dot + 1);
    const std::size_t width =
        std::clamp(std::max(width_of(above), width_of(below)), kNarrowest, kWidest);
    return {width_of(below) > width ? fitted(below, width) : below, index, width,
            width_of(above) > width ? fitted(above, width) : above};
}

// In a row: what its users saw, how even the load was, what it cost, and what was asked for.
std::vector<VariantColumn> columns_of(const Comparison& comparison) {
    const ComparedFigures& figures = comparison.figures;
    std::vector<VariantColumn> columns;
    const auto add = [&](std::string_view name, std::string title, std::size_t width) {
        columns.push_back({std::move(title), index_of(figures, name), width});
    };
    add("p50", "p50", 8);
    add("p95", "p95", 8);
    add("p99", "p99", 8);
    add("p99_9", "p99.9", 8);
    add("availability", "available", 9);
    add("imbalance_max", "max/mean", 8);
    add("imbalance_cv", "cv", 6);
    add("cost_per_month", "$/month", 8);
    // What it is about is always seen, even the mean.
    for (const std::size_t metric : comparison.metrics) {
        if (std::ranges::find(columns, metric, &VariantColumn::figure) != columns.end()) continue;
        columns.push_back(metric_column(figures[metric], metric));
    }
    // A column that no variant has anything to say in is left out.
    std::erase_if(columns, [&](const VariantColumn& column) {
        return std::ranges::none_of(comparison.variants, [&](const Variant& variant) {
            const Estimate& estimate = variant.figures[column.figure];
            return !std::isnan(estimate.value) &&
                   (figures[column.figure].dimension != Dimension::money || estimate.value > 0);
        });
    });
    return columns;
}

std::string shown(double value, Dimension dimension) {
    // Slower than any time: the percentile falls among requests that failed.
    if (dimension == Dimension::time && std::isinf(value))
        return value > 0 ? "failed" : "base failed";
    if (!std::isfinite(value)) return "-";
    switch (dimension) {
        case Dimension::time:
            return value < 0 ? "-" + brief(-value) : brief(value);
        case Dimension::share:
            if (value < 1 && value > 0.99999) return ">99.999%";
            return fmt::format("{:.5g}%", value * 100);
        case Dimension::money:
            return value < 100 ? fmt::format("{:.2f}", value) : grouped(value);
        default:
            return text_of(Value{value, dimension});
    }
}

}  // namespace

bool is_line(const ComparisonInfo& info) {
    return std::ranges::all_of(info.variants, [](const auto& variant) {
        if (variant.settings.size() != 1) return false;
        const std::string& value = variant.settings.front().second;
        const std::size_t begin = value.find_first_not_of('"');
        return begin != std::string::npos && value[begin] >= '0' && value[begin] <= '9';
    });
}

std::string figure_text(double value, Dimension dimension) {
    if (dimension == Dimension::plain && std::isfinite(value)) {
        return value >= 1 && value < 10 ? fmt::format("{:.3f}", value)
                                        : fmt::format("{:.3g}", value);
    }
    return shown(value, dimension);
}

namespace {

// Half of the interval, below the value it is of.
std::string half_width(const Estimate& estimate, Dimension dimension) {
    if (!estimate.interval) return "";
    if (std::isinf(estimate.value)) return "";
    const double half = (estimate.interval->high - estimate.interval->low) / 2;
    // What rounding leaves of equal numbers is no width.
    if (half <= 1e-12 * std::abs(estimate.value)) return "0";
    if (dimension == Dimension::share) return fmt::format("{:.2g}%", half * 100);
    if (dimension == Dimension::plain) return fmt::format("{:.2g}", half);
    return shown(half, dimension);
}

std::size_t name_width(const Comparison& comparison) {
    std::size_t width = 9;
    for (const Variant& variant : comparison.variants) {
        width = std::max(width, width_of(printable(variant.name)));
    }
    return std::min(width, kWidestName);
}

std::string right(const std::string& text, std::size_t width) {
    return " " + std::string(width - std::min(width, width_of(text)), ' ') + text;
}

std::string heads_text(const std::vector<VariantColumn>& columns, std::size_t name_width) {
    std::string above = "  " + std::string(name_width, ' ');
    std::string below = "  " + fitted("variant", name_width);
    for (const VariantColumn& column : columns) {
        above += right(column.above, column.width);
        below += right(column.title, column.width);
    }
    const std::size_t end = above.find_last_not_of(' ');
    return end == std::string::npos ? below + "\n" : above.substr(0, end + 1) + "\n" + below + "\n";
}

}  // namespace

std::string variants_table(const Comparison& comparison, bool colour) {
    const std::vector<VariantColumn> columns = columns_of(comparison);
    const std::size_t width = name_width(comparison);
    std::string text = "\n" + heads_text(columns, width);
    for (const Variant& variant : comparison.variants) {
        std::string values = "  " + fitted(printable(variant.name), width);
        std::string halves = "  " + fitted(comparison.replications > 1 ? "  +- 95 %" : "", width);
        for (const VariantColumn& column : columns) {
            const Estimate& estimate = variant.figures[column.figure];
            const Dimension dimension = comparison.figures[column.figure].dimension;
            values += fmt::format(" {:>{}}", figure_text(estimate.value, dimension), column.width);
            halves += fmt::format(" {:>{}}", half_width(estimate, dimension), column.width);
        }
        const bool is_base = &variant == &comparison.base();
        text += (colour && is_base ? "\033[1m" + values + "\033[0m" : values) + "\n";
        if (comparison.replications > 1) {
            text += (colour ? "\033[2m" + halves + "\033[0m" : halves) + "\n";
        }
    }
    return text;
}

namespace {

std::string interval_text(const Estimate& estimate, Dimension dimension) {
    if (!estimate.interval || std::isinf(estimate.value)) return "";
    return fmt::format("[{}, {}]", figure_text(estimate.interval->low, dimension),
                       figure_text(estimate.interval->high, dimension));
}

// The paired differences of the metrics, and how many times the baseline.
std::string differences(const Comparison& comparison) {
    std::size_t width = name_width(comparison);
    for (const std::size_t metric : comparison.metrics) {
        const std::string title = printable(title_of(comparison.figures[metric]));
        width = std::max(width, std::min(width_of(title), kWidestTitle));
    }
    std::string text = fmt::format("\n  against {}, replication by replication",
                                   printable(comparison.base().name));
    for (const std::size_t metric : comparison.metrics) {
        const ComparedFigure& figure = comparison.figures[metric];
        text += fmt::format("\n  {} {:>12} {:<22} {:>6} {}\n",
                            fitted(printable(title_of(figure)), width), "difference", "  95 % CI",
                            "ratio", "95 % CI");
        for (const Variant& variant : comparison.variants) {
            if (&variant == &comparison.base()) continue;
            const Against& against = variant.against[metric];
            const bool has_ratio = std::isfinite(against.ratio.value);
            text += fmt::format("  {} {:>12}   {:<20} {:>6} {}\n",
                                fitted(printable(variant.name), width),
                                shown(against.difference.value, figure.dimension),
                                interval_text(against.difference, figure.dimension),
                                has_ratio ? fmt::format("{:.3g}", against.ratio.value) : "-",
                                has_ratio ? interval_text(against.ratio, Dimension::plain) : "");
        }
    }
    return text;
}

}  // namespace

std::string wrapped(const std::string& text, std::string_view indent) {
    std::string result;
    std::string line(indent.substr(0, indent.size()));
    bool is_empty = true;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(' ', begin), text.size());
        const std::string word = text.substr(begin, end - begin);
        if (!is_empty && width_of(line) + 1 + width_of(word) > kTextWidth) {
            result += line + "\n";
            line = std::string(indent) + "  ";
            is_empty = true;
        }
        line += (is_empty ? "" : " ") + word;
        is_empty = false;
        begin = end + 1;
    }
    return result + line + "\n";
}

std::string crossed_lines(const Comparison& comparison, bool colour) {
    std::string text;
    for (const Variant& variant : comparison.variants) {
        for (const Broken& each : broken_of(variant)) {
            const std::string word = colour ? "\033[31;1mCROSSED\033[0m" : "CROSSED";
            text += fmt::format("  {}  {}: {}  in {} of {} replications\n", word,
                                printable(variant.name), printable(each.expr), each.times,
                                variant.samples.size());
        }
    }
    return text.empty() ? text : "\n" + text;
}

std::string balanced_line(const Comparison& comparison) {
    for (const Sample& sample : comparison.base().samples) {
        if (sample.balanced.empty()) continue;
        return fmt::format("  max/mean and cv: of the requests that each machine of {} got\n",
                           printable(sample.balanced));
    }
    return "";
}

std::string comparison_text(const ComparisonInfo& info, const Comparison& comparison, bool colour) {
    const Sample& first = comparison.base().samples.front();
    std::string text = fmt::format(
        "{}\n{} variants, {} replication{} each, {} simulated ({} warm-up), seed {}, in {:.2f} s\n",
        printable(info.name), comparison.variants.size(), comparison.replications,
        comparison.replications == 1 ? "" : "s", brief(first.simulated_s), brief(first.warm_up_s),
        info.seed, info.wall_s);
    text += variants_table(comparison, colour) + balanced_line(comparison) +
            differences(comparison) + crossed_lines(comparison, colour) + "\n";
    for (const std::string& sentence : winner_sentences(comparison)) {
        text += wrapped(printable(sentence), "  ");
    }
    if (const std::string why = why_sentence(comparison); !why.empty()) {
        text += wrapped(printable(why), "  ");
    }
    text += "\n";
    const auto sentences =
        needs_overview(comparison) ? overview_of(comparison) : sentences_of(comparison);
    for (const std::string& sentence : sentences) text += wrapped(printable(sentence), "  ");
    text += "\n  What limited each:\n";
    for (const std::string& reason : reasons_of(comparison)) {
        text += wrapped(printable(reason), "  ");
    }
    if (const std::string pareto = pareto_sentence(comparison); !pareto.empty()) {
        text += "\n" + wrapped(printable(pareto), "  ");
    }
    if (const std::string cheapest = cheapest_sentence(comparison); !cheapest.empty()) {
        text += wrapped(printable(cheapest), "  ");
    }
    text += "\n" + wrapped(printable(arrivals_sentence(comparison)), "  ");
    for (const std::string& reason : info.left_out) {
        text += wrapped("left out: " + printable(reason), "  ");
    }
    for (const std::string& note : info.notes) text += wrapped(printable(note), "  ");
    for (const std::string& note : notes_of(comparison)) text += wrapped(printable(note), "  ");
    return text;
}

}  // namespace reports
