#include "reports/render/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/figures.h"
#include "reports/render/comparison_text.h"
#include "reports/render/watched_text.h"
#include "reports/trace_figures.h"
#include "reports/words/numbers.h"
#include "reports/words/terminal.h"

namespace reports {

namespace {

struct Paint {
    bool on;
    std::string operator()(std::string_view code, std::string text) const {
        return on ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
    }
};

std::string head(const ScenarioInfo& scenario, const Summary& summary, double wall_s,
                 const Paint& paint) {
    const std::string name = printable(scenario.name.empty() ? scenario.file : scenario.name);
    std::string text = paint("1", fitted(name, std::min<std::size_t>(width_of(name), 80))) + "\n";
    text += brief(summary.simulated_s) + " simulated";
    if (summary.warm_up_s > 0) text += fmt::format(" ({} warm-up)", brief(summary.warm_up_s));
    text += fmt::format(", {} events in {:.2f} s\nseed {}", grouped(summary.events), wall_s,
                        summary.seed);
    if (summary.replications > 1) text += fmt::format(", {} replications", summary.replications);
    return text + fmt::format(", fingerprint {}\n", summary.fingerprint);
}

std::string expectations(const std::vector<Verdict>& verdicts, const Paint& paint) {
    if (verdicts.empty()) return "";
    std::size_t width = 0;
    for (const Verdict& verdict : verdicts) {
        width = std::max(width, std::min<std::size_t>(54, width_of(printable(verdict.expr))));
    }
    std::string text = "\n";
    for (const Verdict& verdict : verdicts) {
        const std::string expr = printable(verdict.expr);
        text += fmt::format(
            "  {}  {}  was {}\n", verdict.held ? paint("32", "held   ") : paint("31;1", "CROSSED"),
            width_of(expr) > width ? expr : fitted(expr, width), text_of(verdict.value));
    }
    return text;
}

std::string outcomes(const Summary& summary) {
    const sim::Totals& totals = summary.totals;
    const auto line = [](std::string_view left, std::uint64_t first, std::string_view right,
                         std::uint64_t second, const std::string& rest) {
        return fmt::format("  {:<9} {:>10}   {:<9}{:>12}   {}\n", left, grouped(first), right,
                           grouped(second), rest);
    };
    const bool has_ended = totals.finished() > 0;
    return "\n" +
           line("offered", totals.offered, "failed", totals.of(sim::Outcome::failed),
                has_ended ? "available " + percent(summary.availability) + " of requests"
                          : "no request has ended") +
           line("succeeded", totals.of(sim::Outcome::succeeded), "rejected",
                totals.of(sim::Outcome::rejected),
                "          " + percent(summary.availability_by_time) + " of time") +
           line("in flight", totals.in_flight, "timed out", totals.of(sim::Outcome::timed_out),
                "served    " + brief_rate(summary.throughput_rps) + "/s") +
           fmt::format("  cost     {:>11}   a month  {:>12}\n",
                       fmt::format("${:.2f}", summary.cost_usd),
                       "$" + grouped(summary.cost_usd_per_month));
}

// Where a single run's intervals come from, or why it has none.
std::string basis_line(const Summary& summary) {
    if (!summary.basis) return "";
    const BatchBasis& basis = *summary.basis;
    if (basis.batches.empty()) {
        return fmt::format("  no confidence interval: {}; --replications 5 gives one\n",
                           printable(basis.why_none));
    }
    const auto [least, most] = std::ranges::minmax_element(
        basis.batches, {}, [](const auto& each) { return each.second; });
    const std::string batches = least->second == most->second
                                    ? fmt::format("{}", most->second)
                                    : fmt::format("{} to {}", least->second, most->second);
    return fmt::format("  (+- from {} batches of this one run's {})\n", batches,
                       brief(basis.span_s));
}

struct PercentileColumn {
    std::string_view title;
    std::string_view name;  // of its interval
    double percent;
};
constexpr std::array kPercentileColumns = {
    PercentileColumn{"p50", "p50", 50}, PercentileColumn{"p90", "p90", 90},
    PercentileColumn{"p95", "p95", 95}, PercentileColumn{"p99", "p99", 99},
    PercentileColumn{"p99.9", "p99_9", 99.9}};

// Of those that succeeded, or of those that failed, alone.
std::string of_one_outcome(std::string_view title, const sim::Histogram& latency) {
    std::string text = fmt::format("  {:<9}{:>9}", title, brief(latency.mean_seconds()));
    for (const PercentileColumn& column : kPercentileColumns) {
        const bool enough = is_enough(latency.count(), column.percent);
        text += fmt::format(" {:>9}", brief(sim::seconds(latency.percentile(column.percent))) +
                                          (enough ? "" : "?"));
    }
    return text + fmt::format(" {:>9}\n", brief(sim::seconds(latency.max())));
}

// Which percentiles fall among failures, and how long those people waited for nothing.
std::string failed_line(const sim::Latencies& latency) {
    std::string text;
    std::string last;
    for (const PercentileColumn& column : kPercentileColumns) {
        const sim::RankedLatency found = latency.percentile(column.percent);
        if (!found.failed) continue;
        const std::string said = " " + in_full(found);
        // "p90, p95 failed (waited 30 s), p99 failed (waited 1 min)"
        if (said == last) text.erase(text.size() - said.size());
        text += fmt::format("{}{}{}", text.empty() ? "" : ", ", column.title, said);
        last = said;
    }
    return text.empty() ? text : wrapped("failures rank after successes: " + text, "  ");
}

// What no percentile knows.
std::string censored_line(const sim::Totals& totals) {
    constexpr double kWorthSaying = 0.001;
    if (totals.censored() < kWorthSaying) return "";
    return fmt::format("  {} of those offered had not ended yet: no percentile includes them\n",
                       percent(totals.censored()));
}

std::string percentiles(const Summary& summary) {
    const sim::Latencies& latency = summary.latency;
    if (latency.empty()) return censored_line(summary.totals);
    const auto half_width = [&](std::string_view name) {
        const auto found = summary.intervals.find(std::string(name));
        return found == summary.intervals.end()
                   ? std::string("-")
                   : brief((found->second.high - found->second.low) / 2);
    };
    bool is_doubtful = false;
    std::string titles = fmt::format("\n  latency  {:>9}", "mean");
    const std::string among_failures = failed_line(latency);
    // That of successes, which stands beside them where many failed.
    const std::string mean = among_failures.empty() ? brief(latency.succeeded.mean_seconds()) : "";
    std::string values = fmt::format("           {:>9}", mean);
    std::string widths = fmt::format("  +- 95 %  {:>9}", half_width("mean"));
    for (const PercentileColumn& column : kPercentileColumns) {
        const bool enough = is_enough(latency.count(), column.percent);
        is_doubtful = is_doubtful || !enough;
        titles += fmt::format(" {:>9}", column.title);
        values +=
            fmt::format(" {:>9}", brief(latency.percentile(column.percent)) + (enough ? "" : "?"));
        widths += fmt::format(" {:>9}", half_width(column.name));
    }
    std::string text =
        titles + "       max\n" + values + fmt::format(" {:>9}\n", brief(latency.max()));
    if (!summary.intervals.empty()) text += widths + "\n";
    if (!among_failures.empty()) {
        if (!latency.succeeded.empty()) text += of_one_outcome("succeeded", latency.succeeded);
        text += of_one_outcome("failed", latency.failed) + among_failures;
    }
    text += censored_line(summary.totals) + basis_line(summary);
    if (is_doubtful) {
        text += fmt::format("  ? fewer than ten of {} requests lie beyond it\n",
                            grouped(latency.count()));
    }
    return text;
}

// Where a node's requests spent their time, in twelfths: q queueing, s service, c connection,
// l lock, > calling others, n network.
std::string time_bar(const NodeSummary& node) {
    constexpr std::string_view kLetters = "qscl>n";
    constexpr int kWidth = 12;
    double total = 0;
    for (const double each : node.spent_s) total += each;
    if (!(total > 0)) return std::string(kWidth, ' ');
    std::string bar;
    double sum = 0;
    for (std::size_t i = 0; i < sim::kSpents; ++i) {
        sum += node.spent_s[i];
        const auto end = static_cast<std::size_t>(std::lround(sum / total * kWidth));
        if (end > bar.size()) bar.append(end - bar.size(), kLetters[i]);
    }
    return bar;
}

std::string node_line(const NodeSummary& node, double measured_s, std::size_t name_width) {
    const double rate = measured_s > 0 ? static_cast<double>(node.totals.served()) / measured_s : 0;
    const auto share = [](const std::optional<double>& value) {
        return value ? fmt::format("{:.0f}%", *value * 100) : std::string("-");
    };
    const std::string p99 = node.latency.empty() ? "-" : brief(node.latency.percentile(99));
    return fmt::format("  {} {} {:>8} {:>8} {:>5} {:>5}  {}",
                       fitted(printable(node.name), name_width), fitted(node.kind, 10),
                       brief_rate(rate), p99, share(node.utilisation),
                       share(node.connections_in_use), time_bar(node));
}

std::string nodes(const Summary& summary, const Paint& paint) {
    std::size_t name_width = 4;
    for (const NodeSummary& node : summary.nodes) {
        name_width =
            std::max(name_width, std::min<std::size_t>(20, width_of(printable(node.name))));
    }
    std::string text =
        fmt::format("\n  {} {} {:>8} {:>8} {:>5} {:>5}  {}\n", fitted("node", name_width),
                    fitted("kind", 10), "req/s", "p99", "busy", "pool", "time spent");
    const double measured_s = summary.all_measured_s();
    for (const NodeSummary& node : summary.nodes) {
        const bool is_hot =
            node.utilisation.value_or(0) >= 0.9 || node.connections_in_use.value_or(0) >= 0.9;
        const std::string line = node_line(node, measured_s, name_width);
        text += (is_hot ? paint("33", line) : line) + "\n";
    }
    return text + "  (q queueing, s service, c connection, l lock, > calling, n network)\n";
}

// What users of each kind saw.
std::string splits(const Summary& summary) {
    std::string text;
    for (const NodeSummary& node : summary.nodes) {
        if (!node.is_client) continue;
        for (const sim::Split& split : node.splits) {
            const auto at = [&](double percent) {
                return split.latency.empty() ? "-" : brief(split.latency.percentile(percent));
            };
            text += fmt::format("  {} {:>11} {:>9} {:>9} {:>9}\n",
                                fitted(printable(name_of(node.name, split)), 36),
                                grouped(split.totals.offered), percent(split.totals.availability()),
                                at(50), at(99));
        }
    }
    if (text.empty()) return text;
    return fmt::format("\n  {} {:>11} {:>9} {:>9} {:>9}\n", fitted("part", 36), "offered",
                       "available", "p50", "p99") +
           text;
}

std::string causes_line(const std::string& name,
                        const std::array<std::uint64_t, sim::kMostCauses>& causes,
                        sim::CauseTable names) {
    std::string line;
    for (std::size_t i = 1; i < causes.size(); ++i) {
        if (causes[i] == 0) continue;
        line += fmt::format("{}{} {}", line.empty() ? "" : ", ", grouped(causes[i]),
                            sim::row_of(names, static_cast<sim::Cause>(i)).name);
    }
    return line.empty() ? line : fmt::format("  {}: {}\n", name, line);
}

// What users saw first, then each place: "db: 4,212 no connection, 17 reset".
std::string causes(const Summary& summary) {
    std::string text = causes_line("users saw", summary.causes, summary.cause_names);
    for (const NodeSummary& node : summary.nodes) {
        if (!node.is_client)
            text += causes_line("at " + printable(node.name), node.causes, summary.cause_names);
    }
    return text;
}

// What an operator asks for first: how well caches do, and how retries multiply the load.
std::string ratios(const Summary& summary) {
    std::string hits, retries;
    for (const NodeSummary& node : summary.nodes) {
        const auto value = [&](std::string_view name) {
            const auto found = std::ranges::find(node.measures, name, &sim::Measure::name);
            return found == node.measures.end() ? std::nan("") : found->value;
        };
        const std::string name = printable(node.name);
        if (const double share = value("hit_ratio"); std::isfinite(share)) {
            hits += fmt::format("{}{} {}", hits.empty() ? "" : ", ", name, percent(share));
        }
        const double again = value("retries") * static_cast<double>(summary.replications);
        const double offered = static_cast<double>(node.totals.offered);
        if (again > 0 && offered > 0) {
            retries +=
                fmt::format("{}{} {} ({:.3g} calls for each request)", retries.empty() ? "" : ", ",
                            name, grouped(static_cast<std::uint64_t>(again)), 1 + again / offered);
        }
    }
    return (hits.empty() ? "" : "  hit ratio: " + hits + "\n") +
           (retries.empty() ? "" : "  retries: " + retries + "\n");
}

// Incidents of one kind at the instances of one node: "at 6.37 min: app out of memory, 40 times".
struct Incidents {
    double first_s;
    std::string node;
    std::string what;
    std::string detail;
    std::string failure_class;
    std::size_t times;
};

std::vector<Incidents> by_kind(const std::vector<sim::Incident>& incidents) {
    std::vector<Incidents> groups;
    for (const sim::Incident& each : incidents) {
        const std::string node = each.node.substr(0, each.node.find('['));
        const auto same = std::ranges::find_if(groups, [&](const Incidents& group) {
            return group.node == node && group.what == each.what;
        });
        if (same != groups.end()) {
            ++same->times;
        } else {
            groups.push_back({sim::seconds(each.at.time_since_epoch()), node, each.what,
                              each.detail, each.failure_class, 1});
        }
    }
    return groups;
}

// What limited it, as far as there is room on a screen.
std::string diagnosis(const Summary& summary) {
    const std::size_t shown = summary.diagnosis.findings.empty() ? 1 : 3;
    const std::vector<std::string>& sentences = summary.diagnosis.sentences;
    std::string text;
    for (std::size_t i = 0; i < std::min(shown, sentences.size()); ++i) {
        text += wrapped(printable(sentences[i]), "  ");
    }
    if (summary.diagnosis.findings.size() > shown) {
        text += fmt::format("  and {} more findings: see run.json\n", sentences.size() - shown);
    }
    return text;
}

std::string incidents(const Summary& summary) {
    constexpr std::size_t kShown = 6;
    const std::vector<Incidents> groups = by_kind(summary.incidents);
    std::string text;
    for (std::size_t i = 0; i < groups.size() && i < kShown; ++i) {
        const Incidents& each = groups[i];
        const std::string rest = each.times > 1
                                     ? fmt::format(", {} times", grouped(std::uint64_t{each.times}))
                                 : each.detail.empty() ? ""
                                                       : " (" + printable(each.detail) + ")";
        // "crash" is a crash: only what is not said by its name is told.
        const bool says_class = !each.failure_class.empty() && each.failure_class != each.what;
        text += fmt::format(
            "  at {}: {} {}{}{}\n", brief(each.first_s), printable(each.node), printable(each.what),
            says_class ? fmt::format(", a failure of class {}", each.failure_class) : "", rest);
    }
    if (groups.size() > kShown) {
        text += fmt::format("  and {} more kinds of incident\n", groups.size() - kShown);
    }
    return text;
}

// What is left of those that were looked at closely; the first replication's.
std::string traces(const Summary& summary) {
    const std::string kept = summary.observed ? summary.observed->kept() : "";
    return kept.empty() ? "" : wrapped("traces: " + kept, "  ");
}

}  // namespace

std::string text_report(const ScenarioInfo& scenario, const Summary& summary,
                        const std::vector<Verdict>& verdicts, double wall_s, bool colour) {
    const Paint paint{colour};
    return head(scenario, summary, wall_s, paint) + expectations(verdicts, paint) +
           outcomes(summary) + percentiles(summary) + nodes(summary, paint) + splits(summary) +
           watched_text(summary) + "\n" + causes(summary) + ratios(summary) + incidents(summary) +
           traces(summary) + diagnosis(summary);
}

}  // namespace reports
