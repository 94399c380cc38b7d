#include "reports/expression_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace reports {

namespace {

using Part = Expression::Part;
using PartPtr = std::shared_ptr<const Part>;

std::string_view digits_at(std::string_view text, std::size_t begin) {
    std::size_t end = begin;
    while (end < text.size() && is_digit(text[end])) ++end;
    return text.substr(begin, end - begin);
}

// "p99", "p99.9" and "p999", as others write percentiles, the way they are written here: "p(99.9)".
// Empty when it is something else.
std::string percentile_meant(std::string_view text) {
    if (!text.starts_with("p")) return {};
    std::string whole(digits_at(text, 1));
    std::string fraction;
    std::size_t end = 1 + whole.size();
    if (end < text.size() && (text[end] == '.' || text[end] == '_')) {
        fraction = digits_at(text, end + 1);
        if (!fraction.empty()) end += 1 + fraction.size();
    } else if (whole.size() > 2 && whole != "100") {
        fraction = whole.substr(2);
        whole.resize(2);
    }
    const bool is_one =
        !whole.empty() && (whole.size() <= 2 || (whole == "100" && fraction.empty()));
    const bool goes_on = end < text.size() && (is_word_byte(text[end]) || text[end] == '.');
    if (!is_one || goes_on) return {};
    return fmt::format("p({}{}{})", whole, fraction.empty() ? "" : ".", fraction);
}

std::vector<std::string> names_of(const std::vector<Figure>& figures) {
    std::vector<std::string> names;
    for (const Figure& each : figures) names.push_back(each.name);
    return names;
}

class NameReader {
public:
    NameReader(Scanner& scanner, const Vocabulary& vocabulary)
        : scanner_(scanner), vocabulary_(vocabulary) {}

    PartPtr read() {
        const std::size_t begin = scanner_.at();
        auto part = std::make_shared<Part>();
        part->kind = Part::Kind::figure;
        part->asked.node = node_name();
        const std::vector<Figure>* figures = &vocabulary_.run;
        OfWindows of_windows = OfWindows::all;
        if (!part->asked.node.empty()) {
            const NodeWords* const node = vocabulary_.node(part->asked.node);
            if (node == nullptr) return unknown_node(begin, part->asked.node);
            figures = &node->figures;
            of_windows = node->of_windows;
            scanner_.go_to(begin + part->asked.node.size() + 1);
        }
        const std::size_t figure_at = scanner_.at();
        part->asked.figure = scanner_.word();
        if (part->asked.figure.empty()) return scanner_.fail(figure_at, "a value is missing here");
        const auto figure = std::ranges::find(*figures, part->asked.figure, &Figure::name);
        if (figure == figures->end()) return unknown_figure(figure_at, *part, *figures);
        part->dimension = figure->dimension;
        const bool has_parts = figure->is_distribution || figure->has_latency;
        if (has_parts && is_dot(scanner_.at()) && !take_part(*part, *figure)) return nullptr;
        if (!arguments(*part) || !variant(*part)) return nullptr;
        return window(*part, figure_at, of_windows) ? part : nullptr;
    }

private:
    // Names of nodes may have a - in them, figures have none: "failed-db.failed" subtracts unless
    // there is a node "failed-db".
    std::string_view node_name() const {
        const std::size_t dot = name_end(scanner_.at());
        if (!is_dot(dot)) return {};
        if (const std::string_view part = part_name(dot); !part.empty()) return part;
        const std::string_view name = from_here_to(dot);
        const std::string_view first = name.substr(0, name.find('-'));
        const bool is_known = vocabulary_.node(name) != nullptr;
        if (!is_known && first == name && has_latency(name)) return {};
        return is_known || first == name || !is_figure(first) ? name : std::string_view{};
    }
    // "clients.segment.premium", "alerts.HighErrorRate": one or two more words, if together they
    // name a part of a node's requests, or what is watched.
    std::string_view part_name(std::size_t dot) const {
        std::string_view longest;
        for (int words = 0; words < 2 && is_dot(dot); ++words) {
            dot = name_end(dot + 1);
            const std::string_view name = from_here_to(dot);
            if (is_dot(dot) && vocabulary_.node(name) != nullptr) longest = name;
        }
        return longest;
    }
    std::size_t name_end(std::size_t end) const {
        const std::string_view text = scanner_.text();
        while (end < text.size() && (is_word_byte(text[end]) || text[end] == '-')) ++end;
        return end;
    }
    bool is_dot(std::size_t offset) const {
        return offset < scanner_.text().size() && scanner_.text()[offset] == '.';
    }
    // "lock_wait.p", "succeeded.mean"
    bool take_part(Part& part, const Figure& figure) {
        scanner_.go_to(scanner_.at() + 1);
        const std::size_t at = scanner_.at();
        const std::string meant = percentile_meant(scanner_.rest());
        const std::string_view what = scanner_.word();
        const bool is_mean = what == "mean" && figure.has_latency;
        if (what != "p" && what != "max" && !is_mean) {
            scanner_.fail(
                at,
                figure.has_latency ? "expected p, mean or max of their latency"
                                   : "expected p or max of this distribution",
                fmt::format("write {}.{}", part.asked.figure, meant.empty() ? "p(99)" : meant));
            return false;
        }
        part.asked.figure += fmt::format(".{}", what);
        if (figure.has_latency) part.dimension = Dimension::time;
        return true;
    }
    std::string_view from_here_to(std::size_t end) const {
        return scanner_.text().substr(scanner_.at(), end - scanner_.at());
    }
    bool is_figure(std::string_view word) const {
        return std::ranges::find(vocabulary_.run, word, &Figure::name) != vocabulary_.run.end();
    }
    bool has_latency(std::string_view word) const {
        const auto found = std::ranges::find(vocabulary_.run, word, &Figure::name);
        return found != vocabulary_.run.end() && found->has_latency;
    }
    PartPtr unknown_node(std::size_t offset, const std::string& node) {
        if (const std::string meant = percentile_meant(scanner_.text().substr(offset));
            !meant.empty()) {
            return scanner_.fail(offset, "this is no percentile",
                                 fmt::format("did you mean {}?", meant));
        }
        std::vector<std::string> names;
        for (const NodeWords& each : vocabulary_.nodes) names.push_back(each.node);
        return scanner_.fail_unknown(offset, node, fmt::format("there is no node \"{}\"", node),
                                     names);
    }
    PartPtr unknown_figure(std::size_t offset, const Part& part,
                           const std::vector<Figure>& figures) {
        const std::string where =
            part.asked.node.empty() ? "" : fmt::format(" of {}", part.asked.node);
        const std::string message =
            fmt::format("there is no figure \"{}\"{}", part.asked.figure, where);
        const std::string meant = percentile_meant(scanner_.text().substr(offset));
        if (!meant.empty() && std::ranges::find(figures, "p", &Figure::name) != figures.end()) {
            return scanner_.fail(offset, message, fmt::format("did you mean {}?", meant));
        }
        return scanner_.fail_unknown(offset, part.asked.figure, message, names_of(figures));
    }

    bool arguments(Part& part) {
        const bool is_percentile = part.asked.figure == "p" || part.asked.figure.ends_with(".p");
        if (!scanner_.take("(")) {
            if (is_percentile) scanner_.fail(scanner_.at(), "p needs a percentile", "write p(99)");
            return !is_percentile;
        }
        if (is_percentile && !percentile(part)) return false;
        if (scanner_.take(")")) return true;
        scanner_.fail(scanner_.at(), "expected )");
        return false;
    }
    bool percentile(Part& part) {
        scanner_.skip();
        const std::string_view rest = scanner_.rest();
        double& percent = part.asked.percent;
        const auto result = std::from_chars(rest.data(), rest.data() + rest.size(), percent);
        if (result.ec != std::errc() || !(percent >= 0 && percent <= 100)) {
            scanner_.fail(scanner_.at(), "expected a percentile from 0 to 100", "write p(99)");
            return false;
        }
        scanner_.go_to(scanner_.at() + static_cast<std::size_t>(result.ptr - rest.data()));
        return true;
    }

    bool variant(Part& part) {
        scanner_.skip();
        const std::size_t begin = scanner_.at();
        const std::vector<std::string>& known = vocabulary_.variants;
        if (!scanner_.take("[")) {
            if (known.empty()) return true;
            scanner_.fail(begin, "of which variant?",
                          fmt::format("write {}[{}]", part.asked.figure, known.front()));
            return false;
        }
        const std::size_t close = scanner_.text().find(']', scanner_.at());
        if (close == std::string_view::npos) {
            scanner_.fail(begin, "expected ]");
            return false;
        }
        const std::size_t inside = scanner_.at();
        part.variant = scanner_.text().substr(scanner_.at(), close - scanner_.at());
        scanner_.go_to(close + 1);
        if (std::ranges::find(known, part.variant) != known.end()) return true;
        scanner_.fail_unknown(inside, part.variant,
                              fmt::format("there is no variant \"{}\"", part.variant), known);
        return false;
    }

    // ["during" time ".." time | "after" time]
    bool window(Part& part, std::size_t figure_at, OfWindows known) {
        scanner_.skip();
        const std::size_t begin = scanner_.at();
        const bool is_during = scanner_.take_word("during");
        if (!is_during && !scanner_.take_word("after")) return true;
        TimeWindow window;
        const auto from = time();
        if (!from) return false;
        window.begin_s = *from;
        scanner_.skip();
        const std::size_t dots = scanner_.at();
        if (is_during && !scanner_.take("..")) {
            scanner_.fail(dots, "expected .. and when the window ends",
                          "write during 6min..8min, or after 6min");
            return false;
        }
        const auto to = is_during ? time() : std::optional(window.end_s);
        if (!to) return false;
        window.end_s = *to;
        part.asked.window = window;
        return is_known_of(part.asked.figure, figure_at, known) && lies_within(window, begin);
    }
    // "6min", in seconds.
    std::optional<double> time() {
        scanner_.skip();
        const std::size_t begin = scanner_.at();
        const std::string_view rest = scanner_.rest();
        std::size_t end = 0;
        while (end < rest.size() && is_digit(rest[end])) ++end;
        // (Two dots end it.)
        if (end + 1 < rest.size() && rest[end] == '.' && is_digit(rest[end + 1])) ++end;
        while (end < rest.size() && is_digit(rest[end])) ++end;
        double number = 0;
        const bool is_number =
            std::from_chars(rest.data(), rest.data() + end, number).ec == std::errc();
        scanner_.go_to(begin + end);
        const auto factor = is_number ? unit(scanner_.word()) : std::nullopt;
        if (factor && factor->dimension == Dimension::time) return number * factor->number;
        scanner_.fail(begin, "expected a time since the run began",
                      "write 90s, 6min or 1.5h, as in during 6min..8min");
        return std::nullopt;
    }
    bool is_known_of(const std::string& figure, std::size_t figure_at, OfWindows known) {
        const bool is_any = known != OfWindows::none && is_known_of_windows(figure);
        if (is_any && (known == OfWindows::all || !is_latency(figure))) return true;
        if (is_any) {
            scanner_.fail(figure_at, "latencies in a window are known of users only",
                          "leave the node out, or name a client");
        } else {
            scanner_.fail(figure_at, "this is known of the whole run only",
                          "during and after are for p, succeeded.p, failed.p, availability, "
                          "error_ratio, throughput, ended_per_s, errors_per_s and counts of "
                          "requests, of users or of a node");
        }
        return false;
    }
    bool lies_within(const TimeWindow& window, std::size_t begin) {
        const auto said = [](double seconds) { return text_of({seconds, Dimension::time}); };
        std::string why;
        std::string hint;
        if (window.end_s <= window.begin_s) {
            why = "the window ends before it begins";
        } else if (vocabulary_.time) {
            const RunTime& run = *vocabulary_.time;
            const bool is_open = std::isinf(window.end_s);
            const auto is_whole = [&](double seconds) {
                const double slices = seconds / run.slice_s;
                return std::abs(slices - std::round(slices)) < 1e-6;
            };
            hint = fmt::format("what is measured lasts from {} to {}", said(run.measured_from_s),
                               said(run.end_s));
            if (window.begin_s >= run.end_s || (!is_open && window.end_s > run.end_s)) {
                why = fmt::format("the window goes beyond the run, which ends at {}",
                                  said(run.end_s));
            } else if (window.begin_s < run.measured_from_s) {
                why = fmt::format("the window begins in the warm-up, which ends at {}",
                                  said(run.measured_from_s));
            } else if (!is_whole(window.begin_s) ||
                       (!is_open && window.end_s < run.end_s && !is_whole(window.end_s))) {
                why = fmt::format(
                    "the window cuts a slice of time: the run is recorded in slices "
                    "of {}",
                    said(run.slice_s));
                hint = "begin and end it between two, or set run.slice";
            }
        }
        if (why.empty()) return true;
        scanner_.fail(begin, std::move(why), std::move(hint));
        return false;
    }

    Scanner& scanner_;
    const Vocabulary& vocabulary_;
};

}  // namespace

std::shared_ptr<const Expression::Part> read_figure(Scanner& scanner,
                                                    const Vocabulary& vocabulary) {
    return NameReader(scanner, vocabulary).read();
}

}  // namespace reports
