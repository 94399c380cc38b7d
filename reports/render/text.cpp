#include "reports/render/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/limits.h"

namespace reports {

namespace {

struct Paint {
    bool on;
    std::string operator()(std::string_view code, std::string text) const {
        return on ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
    }
};

// Decodes one UTF-8 character; an invalid byte stands for itself.
char32_t next_character(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at++);
    const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    char32_t character = more == 0 ? lead : static_cast<char32_t>(lead & (0x3F >> more));
    for (int i = 0; i < more && at < text.size(); ++i) {
        character = character << 6 | (byte(at++) & 0x3F);
    }
    return character;
}

bool is_wide(char32_t c) {
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
           (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
           (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
}

std::string padded(const std::string& text, std::size_t width) {
    const std::size_t used = width_of(text);
    return used >= width ? text : text + std::string(width - used, ' ');
}

// 1,234,567
std::string grouped(double value) {
    std::string digits = fmt::format("{:.0f}", value);
    for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
    return digits;
}
std::string grouped(std::uint64_t value) {
    return grouped(static_cast<double>(value));
}

std::string duration(double seconds) {
    if (seconds >= 7200) return fmt::format("{:.3g} h", seconds / 3600);
    if (seconds >= 120) return fmt::format("{:.3g} min", seconds / 60);
    return fmt::format("{:.3g} s", seconds);
}

// A percentage that never rounds a loss away: 99.9996 % is not 100 %.
std::string percent(double share) {
    std::string text = fmt::format("{:.3f} %", share * 100);
    if (share < 1 && text == "100.000 %") return "> 99.999 %";
    return text;
}

std::string ms(double seconds) {
    const double value = seconds * 1e3;
    if (value >= 1000) return grouped(value) + " ms";
    return fmt::format("{:.3g} ms", value);
}

std::string head(const ScenarioInfo& scenario, const Summary& summary, double wall_s,
                 const Paint& paint) {
    std::string text = paint("1", printable(scenario.name.empty() ? scenario.file : scenario.name));
    text += fmt::format(
        "\n{} simulated{}, {} events in {:.2f} s, seed {}{}, fingerprint {}\n",
        duration(summary.simulated_s),
        summary.warm_up_s > 0 ? fmt::format(" ({} warm-up)", duration(summary.warm_up_s)) : "",
        grouped(summary.events), wall_s, summary.seed,
        summary.replications > 1 ? fmt::format(", {} replications", summary.replications) : "",
        summary.fingerprint);
    return text;
}

std::string expectations(const std::vector<Verdict>& verdicts, const Paint& paint) {
    if (verdicts.empty()) return "";
    std::string text = "\n";
    for (const Verdict& verdict : verdicts) {
        text += fmt::format("  {} {}   was {}\n",
                            verdict.held ? paint("32", "held   ") : paint("31;1", "CROSSED"),
                            printable(verdict.expr), text_of(verdict.value));
    }
    return text;
}

std::string outcomes(const Summary& summary) {
    const sim::Totals& totals = summary.totals;
    std::string text = fmt::format(
        "\n  offered   {:>12}   succeeded {:>12}   availability {} by request, {} by time\n",
        grouped(totals.offered), grouped(totals.of(sim::Outcome::succeeded)),
        percent(summary.availability), percent(summary.availability_by_time));
    text += fmt::format("  failed    {:>12}   rejected  {:>12}   timed out {}   in flight {}\n",
                        grouped(totals.of(sim::Outcome::failed)),
                        grouped(totals.of(sim::Outcome::rejected)),
                        grouped(totals.of(sim::Outcome::timed_out)), grouped(totals.in_flight()));
    text += fmt::format("  served    {:>10}/s   cost      {:>12}   {} a month\n",
                        grouped(summary.throughput_rps), fmt::format("${:.2f}", summary.cost_usd),
                        "$" + grouped(summary.cost_usd_per_month));
    return text;
}

std::string percentiles(const Summary& summary) {
    std::string text = "\n  latency   mean " + ms(summary.latency.mean_seconds());
    bool doubtful = false;
    for (const auto& [name, share] :
         {std::pair{"p50", 50.0}, {"p90", 90.0}, {"p95", 95.0}, {"p99", 99.0}, {"p99.9", 99.9}}) {
        const bool enough = is_enough(summary.latency.count(), share);
        doubtful = doubtful || !enough;
        text += fmt::format("   {} {}{}", name, ms(sim::seconds(summary.latency.percentile(share))),
                            enough ? "" : "?");
    }
    text += fmt::format("   max {}\n", ms(sim::seconds(summary.latency.max())));
    if (doubtful) {
        text += fmt::format("            ? fewer than ten of {} requests lie beyond it\n",
                            grouped(summary.latency.count()));
    }
    const auto interval = summary.intervals.find("p99");
    if (interval != summary.intervals.end()) {
        text +=
            fmt::format("            p99 of a replication: {} to {} (95 % interval of its mean)\n",
                        ms(interval->second.low), ms(interval->second.high));
    }
    return text;
}

// Where a node's requests spent their time, in tenths: q queueing, s service, c connection,
// > calling others, n network.
std::string time_bar(const NodeSummary& node) {
    constexpr std::string_view kLetters = "qsc>n";
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

std::string nodes(const Summary& summary, const Paint& paint) {
    std::size_t name_width = 4;
    for (const NodeSummary& node : summary.nodes) {
        name_width =
            std::max(name_width, std::min<std::size_t>(20, width_of(printable(node.name))));
    }
    std::string text = "\n  " + padded("node", name_width) +
                       "  kind            req/s      p99  busy  pool  time spent\n";
    for (const NodeSummary& node : summary.nodes) {
        const double measured = summary.measured_s() * static_cast<double>(summary.replications);
        const double rate =
            measured > 0 ? static_cast<double>(node.totals.finished()) / measured : 0;
        const auto share = [](const std::optional<double>& value) {
            return value ? fmt::format("{:>3.0f}%", *value * 100) : std::string("   -");
        };
        std::string line = fmt::format(
            "  {}  {:<10} {:>10} {:>8}  {}  {}  {}", padded(printable(node.name), name_width),
            node.kind, rate >= 100 ? grouped(rate) : fmt::format("{:.3g}", rate),
            ms(sim::seconds(node.latency.percentile(99))), share(node.utilisation),
            share(node.connections_in_use), time_bar(node));
        const bool hot =
            node.utilisation.value_or(0) >= 0.9 || node.connections_in_use.value_or(0) >= 0.9;
        text += (hot ? paint("33", line) : line) + "\n";
    }
    return text +
           "  (q queueing, s service, c waiting for a connection, > calling others, n network)\n";
}

std::string troubles(const Summary& summary) {
    std::string text;
    for (const NodeSummary& node : summary.nodes) {
        if (node.is_client) continue;
        for (std::size_t i = 1; i < sim::kCauses; ++i) {
            const auto cause = static_cast<sim::Cause>(i);
            if (node.causes[i] == 0 || cause == sim::Cause::timeout) continue;
            text += fmt::format("  {} {} at {}\n", grouped(node.causes[i]), sim::kCauseNames[i],
                                printable(node.name));
        }
    }
    constexpr std::size_t kShown = 6;
    for (std::size_t i = 0; i < summary.incidents.size() && i < kShown; ++i) {
        const sim::Incident& incident = summary.incidents[i];
        text += fmt::format("  at {}: {} {}{}\n",
                            duration(sim::seconds(incident.at.time_since_epoch())),
                            printable(incident.node), printable(incident.what),
                            incident.detail.empty() ? "" : " (" + printable(incident.detail) + ")");
    }
    if (summary.incidents.size() > kShown) {
        text += fmt::format("  and {} more incidents\n", summary.incidents.size() - kShown);
    }
    return text.empty() ? text : "\n" + text;
}

}  // namespace

std::string text_report(const ScenarioInfo& scenario, const Summary& summary,
                        const std::vector<Verdict>& verdicts, double wall_s, bool colour) {
    const Paint paint{colour};
    return head(scenario, summary, wall_s, paint) + expectations(verdicts, paint) +
           outcomes(summary) + percentiles(summary) + nodes(summary, paint) + troubles(summary) +
           "\n  " + printable(what_limits(summary).sentence) + "\n";
}

std::string printable(std::string_view text) {
    std::string clean;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const char32_t character = next_character(text, at);
        const bool control = character < 0x20 || (character >= 0x7F && character < 0xA0);
        const bool reorders = (character >= 0x202A && character <= 0x202E) ||
                              (character >= 0x2066 && character <= 0x2069);
        if (control || reorders) {
            clean += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(character));
        } else {
            clean += text.substr(begin, at - begin);
        }
    }
    return clean;
}

std::size_t width_of(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < text.size();) width += is_wide(next_character(text, at)) ? 2 : 1;
    return width;
}

}  // namespace reports
