#include "reports/render/watched_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "reports/words/numbers.h"
#include "reports/words/terminal.h"

namespace reports {

namespace {

constexpr std::size_t kNameWidth = 30;
constexpr std::size_t kMostLines = 20;

double figure(const sim::Watched& watched, std::string_view name) {
    const auto found = std::ranges::find(watched.measures, name, &sim::Measure::name);
    return found == watched.measures.end() ? std::nan("") : found->value;
}

std::string time(double seconds) {
    return std::isnan(seconds) ? "-" : brief(seconds);
}
std::string count(double value) {
    return std::isnan(value) ? "-" : fmt::format("{:.6g}", value);
}
std::string share(double value) {
    return std::isnan(value) ? "-" : percent(value);
}
std::string note(const sim::Watched& watched, std::string_view name) {
    for (const auto& [known, text] : watched.notes) {
        if (known == name) return text;
    }
    return {};
}

std::string name_in_line(const sim::Watched& watched) {
    return fitted(printable(watched.name), kNameWidth);
}

template <class Line>
std::string lines(const Summary& summary, std::string_view of, std::string title, Line line) {
    std::string text;
    std::size_t shown = 0;
    for (const sim::Watched& each : summary.watched) {
        if (each.of != of) continue;
        if (++shown <= kMostLines) text += line(each);
    }
    if (text.empty()) return text;
    if (shown > kMostLines) text += fmt::format("  and {} more\n", shown - kMostLines);
    return "\n" + std::move(title) + text;
}

std::string objectives(const Summary& summary) {
    const std::string title =
        fmt::format("  {} {:>9} {:>9} {:>9} {:>8} {:>10}\n", fitted("objective", kNameWidth),
                    "target", "kept", "budget", "used", "burn rate");
    return lines(summary, "objectives", title, [](const sim::Watched& each) {
        return fmt::format("  {} {:>9} {:>9} {:>9} {:>8} {:>9.3g}x\n", name_in_line(each),
                           share(figure(each, "target")), share(figure(each, "sli")),
                           time(figure(each, "budget")), share(figure(each, "budget_used")),
                           figure(each, "burn_rate"));
    });
}

std::string alerts(const Summary& summary) {
    const std::string title =
        fmt::format("  {} {:>9} {:>6} {:>6} {:>7} {:>9} {:>9}\n", fitted("alert", kNameWidth),
                    "severity", "fired", "false", "missed", "first", "delay");
    return lines(summary, "alerts", title, [](const sim::Watched& each) {
        const std::string severity = note(each, "severity");
        return fmt::format(
            "  {} {:>9} {:>6} {:>6} {:>7} {:>9} {:>9}\n", name_in_line(each),
            fitted(printable(severity), std::min<std::size_t>(9, width_of(severity))),
            count(figure(each, "fired")), count(figure(each, "false_alarms")),
            count(figure(each, "missed")), time(figure(each, "first_firing_s")),
            time(figure(each, "detection_delay_s")));
    });
}

std::string game_day(const Summary& summary) {
    const std::string title =
        fmt::format("  {} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}\n", fitted("game day", kNameWidth),
                    "", "before", "during", "after", "broke", "recovered");
    return lines(summary, "game_day", title, [](const sim::Watched& each) {
        const double held = figure(each, "held");
        return fmt::format("  {} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}\n", name_in_line(each),
                           held == 1   ? "held"
                           : held == 0 ? "refuted"
                                       : share(held) + " held",
                           share(figure(each, "before")), share(figure(each, "during")),
                           share(figure(each, "after")), time(figure(each, "broken_s")),
                           time(figure(each, "recovered_s")));
    });
}

std::string recovery(const Summary& summary) {
    const std::string title =
        fmt::format("  {} {:>6} {:>6} {:>9} {:>9} {:>9} {:>9}\n", fitted("recovery", kNameWidth),
                    "count", "hurt", "MTTD", "MTTA", "fixed in", "MTTR");
    return lines(summary, "recovery", title, [](const sim::Watched& each) {
        return fmt::format("  {} {:>6} {:>6} {:>9} {:>9} {:>9} {:>9}\n", name_in_line(each),
                           count(figure(each, "count")), count(figure(each, "hurting")),
                           time(figure(each, "mttd")), time(figure(each, "mtta")),
                           time(figure(each, "diagnosis") + figure(each, "fix")),
                           time(figure(each, "mttr")));
    });
}

std::string blast_radius(const Summary& summary) {
    Summary hurt;
    for (const sim::Watched& each : summary.watched) {
        const bool is_hurt = each.of == "blast_radius" && figure(each, "failed") > 0;
        if (is_hurt) hurt.watched.push_back(each);
    }
    const std::string title =
        fmt::format("  {} {:>9} {:>9} {:>9} {:>9}\n", fitted("blast radius", kNameWidth), "is",
                    "ended", "failed", "share");
    return lines(hurt, "blast_radius", title, [](const sim::Watched& each) {
        return fmt::format("  {} {:>9} {:>9} {:>9} {:>9}\n", name_in_line(each), note(each, "of"),
                           count(figure(each, "ended")), count(figure(each, "failed")),
                           share(figure(each, "share")));
    });
}

// What clients saw that they should not have.
std::string histories(const Summary& summary) {
    const std::string title =
        fmt::format("  {} {:>10} {:>10} {:>10} {:>10} {:>10}\n", fitted("history of", kNameWidth),
                    "operations", "not linear", "went back", "own missed", "diverged");
    return lines(summary, "history", title, [](const sim::Watched& each) {
        return fmt::format(
            "  {} {:>10} {:>10} {:>10} {:>10} {:>10}\n", name_in_line(each),
            count(figure(each, "operations")), count(figure(each, "not_linearizable")),
            count(figure(each, "non_monotonic_reads")), count(figure(each, "own_writes_missed")),
            count(figure(each, "not_convergent")));
    });
}

std::string receivers(const Summary& summary) {
    std::string text;
    for (const sim::Watched& each : summary.watched) {
        if (each.of != "receivers" || !(figure(each, "notified") > 0)) continue;
        text += fmt::format("  {} was notified {} times\n", printable(each.name),
                            count(figure(each, "notified")));
    }
    return text;
}

// Of what was recorded, that which told first of a failure comes first.
std::string records(const Summary& summary) {
    Summary sorted;
    sorted.watched = summary.watched;
    std::ranges::stable_sort(sorted.watched, [](const sim::Watched& a, const sim::Watched& b) {
        const double first = figure(a, "moved_s");
        const double second = figure(b, "moved_s");
        return !std::isnan(first) && (std::isnan(second) || first < second);
    });
    const std::string title =
        fmt::format("  {} {:>10} {:>10} {:>10} {:>10}  {}\n", fitted("recorded", kNameWidth), "min",
                    "mean", "max", "last", "moved after");
    return lines(sorted, "records", title, [](const sim::Watched& each) {
        const auto number = [&](std::string_view name) {
            const double value = figure(each, name);
            return std::isnan(value) ? std::string("-") : fmt::format("{:.4g}", value);
        };
        return fmt::format("  {} {:>10} {:>10} {:>10} {:>10}  {}\n", name_in_line(each),
                           number("min"), number("mean"), number("max"), number("last"),
                           time(figure(each, "moved_s")));
    });
}

}  // namespace

std::string watched_text(const Summary& summary) {
    return game_day(summary) + recovery(summary) + blast_radius(summary) + objectives(summary) +
           alerts(summary) + receivers(summary) + histories(summary) + records(summary);
}

}  // namespace reports
