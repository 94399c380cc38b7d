// The questions that spate availability answers from numbers alone.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "reports/theory/availability.h"
#include "tools/availability.h"

namespace tools {

namespace {

using Question = std::vector<std::string>;

// Thrown within this file only: the first word that is not what is expected.
struct BadWord {
    std::string problem;
    std::string hint;
};

double stated_number(const std::string& word) {
    double value = 0;
    std::string_view text = word;
    const bool is_percent = text.ends_with('%');
    if (is_percent) text.remove_suffix(1);
    std::string whole(text.starts_with('.') ? "0" : "");
    whole += text;
    const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), value);
    if (error != std::errc() || end != whole.data() + whole.size()) {
        throw BadWord{fmt::format("\"{}\" is no number", word), "write 99.9, 99.9% or 0.999"};
    }
    return is_percent ? value / 100 : value;
}

// Above 1 it is percent.
double stated_share(const std::string& word) {
    const double value = stated_number(word);
    const double share = value > 1 ? value / 100 : value;
    if (share >= 0 && share <= 1) return share;
    throw BadWord{fmt::format("\"{}\" is no availability", word), "write 99.9, 99.9% or 0.999"};
}

std::size_t stated_count(const std::string& word) {
    const double value = stated_number(word);
    if (value >= 1 && value <= 1000 && value == std::floor(value)) {
        return static_cast<std::size_t>(value);
    }
    throw BadWord{fmt::format("\"{}\" is no count", word), "a count is 1 to 1000"};
}

// Seconds of "720h"; and "30d".
double stated_time(const std::string& word) {
    struct TimeUnit {
        std::string_view name;
        double seconds;
    };
    constexpr std::array kTimeUnits = {TimeUnit{"ms", 1e-3}, TimeUnit{"s", 1}, TimeUnit{"min", 60},
                                       TimeUnit{"h", 3600}, TimeUnit{"d", 86400}};
    double value = 0;
    const std::string whole = (word.starts_with('.') ? "0" : "") + word;
    const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), value);
    const std::string_view unit(end, static_cast<std::size_t>(whole.data() + whole.size() - end));
    for (const TimeUnit& each : kTimeUnits) {
        const bool is_time = error == std::errc() && std::isfinite(value) && value > 0;
        if (is_time && unit == each.name) return value * each.seconds;
    }
    throw BadWord{fmt::format("\"{}\" is no time", word), "write 720h, 43min or 30d"};
}

// "99.9 x5" is five times the same.
std::vector<double> stated_shares(const Question& words, std::size_t from) {
    std::vector<double> shares;
    for (std::size_t i = from; i < words.size(); ++i) {
        if (words[i].starts_with('x') && !shares.empty()) {
            const double last = shares.back();
            const std::size_t times = stated_count(words[i].substr(1));
            shares.insert(shares.end(), times - 1, last);
        } else {
            shares.push_back(stated_share(words[i]));
        }
    }
    return shares;
}

std::string figure_line(std::string_view what, const std::string& value) {
    return fmt::format("  {:<22}{}\n", what, value);
}

std::string downtimes(double availability) {
    const auto in = [&](double seconds) {
        return reports::downtime_text(reports::downtime_of(availability, seconds));
    };
    return figure_line("available", reports::availability_text(availability)) +
           figure_line("nines", fmt::format("{:.4g}", reports::nines_of(availability))) +
           figure_line("down in a year", in(reports::kYearSeconds)) +
           figure_line("in 30 days", in(30 * 86400.0)) + figure_line("in a week", in(7 * 86400.0)) +
           figure_line("in a day", in(86400.0));
}

std::string nines_sum(const Question& words) {
    return downtimes(stated_share(words[1]));
}
std::string series_sum(const Question& words) {
    return downtimes(reports::in_series(stated_shares(words, 1)));
}
std::string parallel_sum(const Question& words) {
    return downtimes(reports::in_parallel(stated_shares(words, 1)));
}

std::string kofn_sum(const Question& words) {
    const std::size_t k = stated_count(words[1]);
    const std::size_t n = stated_count(words[2]);
    if (k > n) {
        throw BadWord{fmt::format("{} of {} cannot be up", k, n), "kofn NEEDED ALL AVAILABILITY"};
    }
    return downtimes(reports::k_of_n(k, std::vector<double>(n, stated_share(words[3]))));
}

std::string budget_sum(const Question& words) {
    const double share = stated_share(words[1]);
    const double down = reports::downtime_of(share, stated_time(words[2]));
    return figure_line("error budget", reports::downtime_text(down)) +
           figure_line("of requests", reports::availability_text(1 - share));
}

std::string mtbf_sum(const Question& words) {
    return downtimes(reports::availability_of(stated_time(words[1]), stated_time(words[2])));
}

std::string repair_sum(const Question& words) {
    reports::Repairable system;
    system.needed = stated_count(words[1]);
    system.units = stated_count(words[2]);
    system.crews = stated_count(words[3]);
    if (system.needed > system.units) {
        throw BadWord{fmt::format("{} of {} cannot be up", system.needed, system.units),
                      "repair NEEDED ALL CREWS TIME_TO_FAIL TIME_TO_REPAIR"};
    }
    system.failure_rate = 1 / stated_time(words[4]);
    system.repair_rate = 1 / stated_time(words[5]);
    const reports::RepairableFigures found = reports::figures_of(system);
    return downtimes(found.availability) +
           figure_line("mean time to failure", reports::downtime_text(found.time_to_failure)) +
           figure_line("failures a year",
                       fmt::format("{:.4g}", found.failures * reports::kYearSeconds)) +
           figure_line("mean outage", reports::downtime_text(found.mean_outage));
}

struct Sum {
    std::string_view name;
    std::string_view usage;
    std::size_t least;  // words, its name included
    bool takes_more;
    std::string (*text)(const Question&);
};
constexpr std::array kSums = {
    Sum{"nines", "nines 99.9", 2, false, nines_sum},
    Sum{"series", "series 99.9 99.95 99.9 x3", 2, true, series_sum},
    Sum{"parallel", "parallel 99 x2", 2, true, parallel_sum},
    Sum{"kofn", "kofn NEEDED ALL AVAILABILITY, as in kofn 2 3 99", 4, false, kofn_sum},
    Sum{"budget", "budget 99.9 30d", 3, false, budget_sum},
    Sum{"mtbf", "mtbf TIME_TO_FAIL TIME_TO_REPAIR, as in mtbf 720h 0.72h", 3, false, mtbf_sum},
    Sum{"repair", "repair NEEDED ALL CREWS TIME_TO_FAIL TIME_TO_REPAIR, as in repair 1 2 1 100h 1h",
        6, false, repair_sum}};

}  // namespace

std::optional<Calculated> calculated(const Question& words) {
    for (const Sum& sum : kSums) {
        if (words.empty() || words.front() != sum.name) continue;
        const bool fits = words.size() == sum.least || (sum.takes_more && words.size() > sum.least);
        if (!fits) {
            return Calculated{"", fmt::format("{} takes other words", sum.name),
                              fmt::format("spate availability {}", sum.usage)};
        }
        try {
            return Calculated{sum.text(words), "", ""};
        } catch (const BadWord& bad) {
            return Calculated{"", bad.problem, bad.hint};
        }
    }
    return std::nullopt;
}

}  // namespace tools
