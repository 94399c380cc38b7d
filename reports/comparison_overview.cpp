#include "reports/comparison_overview.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "reports/comparison_words.h"
#include "sim/math.h"

namespace reports {

namespace {

constexpr std::size_t kMany = 8;

struct Member {
    const Variant* variant;
    double distance;  // from the baseline: of the ratio's logarithm, or of the difference
    std::string how_much;
};

bool has_ratio(const Against& against, Dimension dimension) {
    return dimension != Dimension::share && std::isfinite(against.ratio.value) &&
           against.ratio.value > 0;
}

// "1.91x", "22 %", "87 points".
std::string how_much(const Against& against, Dimension dimension) {
    constexpr double kFactor = 1.5;
    if (has_ratio(against, dimension)) {
        const double ratio = against.ratio.value;
        const double times = std::max(ratio, 1 / ratio);
        return times >= kFactor ? fmt::format("{:.3g}x", times)
                                : fmt::format("{:.2g} %", std::abs(ratio - 1) * 100);
    }
    const double off = std::abs(against.difference.value);
    if (std::isinf(off)) return "one of them failed";
    if (dimension == Dimension::share) return fmt::format("{:.2g} points", off * 100);
    return text_of(Value{off, dimension});
}

std::vector<Member> found(const Comparison& comparison, std::size_t figure, Finding finding) {
    const Dimension dimension = comparison.figures[figure].dimension;
    std::vector<Member> members;
    for (const Variant& variant : comparison.variants) {
        if (&variant == &comparison.base() || variant.same_run) continue;
        const Against& against = variant.against[figure];
        if (finding_of(against, dimension) != finding) continue;
        const double distance = has_ratio(against, dimension)
                                    ? std::abs(sim::log(against.ratio.value))
                                    : std::abs(against.difference.value);
        members.push_back({&variant, distance, how_much(against, dimension)});
    }
    std::ranges::stable_sort(members, std::greater<>(), &Member::distance);
    return members;
}

void say(std::vector<std::string>& lines, const std::string& what,
         const std::vector<Member>& members, bool by_how_much) {
    std::string names;
    for (const Member& member : members) {
        if (!names.empty()) names += ", ";
        names += member.variant->name;
        if (by_how_much) names += fmt::format(" ({})", member.how_much);
    }
    if (!names.empty()) lines.push_back(what + ": " + names + ".");
}

void say_groups(std::vector<std::string>& lines, const Comparison& comparison, std::size_t figure,
                bool all) {
    const std::string title = title_of(comparison.figures[figure]);
    const std::string& base = comparison.base().name;
    for (const Finding finding : {Finding::lower, Finding::higher}) {
        say(lines, fmt::format("{} is {} than {}'s", title, text_of(finding), base),
            found(comparison, figure, finding), true);
    }
    if (!all) return;
    say(lines, fmt::format("no difference shown in {}", title),
        found(comparison, figure, Finding::none_shown), false);
    say(lines, fmt::format("one replication, nothing is claimed of {}", title),
        found(comparison, figure, Finding::one_replication), false);
    say(lines, fmt::format("nothing can be said of {}", title),
        found(comparison, figure, Finding::undefined), false);
}

}  // namespace

bool needs_overview(const Comparison& comparison) {
    return comparison.variants.size() > kMany;
}

std::vector<std::string> overview_of(const Comparison& comparison) {
    std::vector<std::string> lines;
    for (const std::size_t metric : comparison.metrics) {
        say_groups(lines, comparison, metric, true);
    }
    const std::size_t availability = index_of(comparison.figures, "availability");
    const bool is_asked =
        std::ranges::find(comparison.metrics, availability) != comparison.metrics.end();
    if (!is_asked) say_groups(lines, comparison, availability, false);
    std::vector<Member> same;
    for (const Variant& variant : comparison.variants) {
        if (variant.same_run && &variant != &comparison.base()) same.push_back({&variant, 0, ""});
    }
    say(lines, fmt::format("event for event what {} did", comparison.base().name), same, false);
    return lines;
}

}  // namespace reports
