#include "reports/expression_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace reports {

namespace {

using Part = Expression::Part;
using PartPtr = std::shared_ptr<const Part>;

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
        if (!part->asked.node.empty()) {
            const NodeWords* const node = vocabulary_.node(part->asked.node);
            if (node == nullptr) return unknown_node(begin, part->asked.node);
            figures = &node->figures;
            scanner_.go_to(begin + part->asked.node.size() + 1);
        }
        const std::size_t figure_at = scanner_.at();
        part->asked.figure = scanner_.word();
        if (part->asked.figure.empty()) return scanner_.fail(figure_at, "a value is missing here");
        const auto figure = std::ranges::find(*figures, part->asked.figure, &Figure::name);
        if (figure == figures->end()) return unknown_figure(figure_at, *part, *figures);
        part->dimension = figure->dimension;
        if (figure->is_distribution && is_dot(scanner_.at())) {
            scanner_.go_to(scanner_.at() + 1);
            const std::size_t of_it = scanner_.at();
            const std::string_view what = scanner_.word();
            if (what != "p" && what != "max") {
                return scanner_.fail(of_it, "expected p or max of this distribution",
                                     fmt::format("write {}.p(99)", part->asked.figure));
            }
            part->asked.figure += fmt::format(".{}", what);
        }
        return arguments(*part) && variant(*part) ? part : nullptr;
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
    std::string_view from_here_to(std::size_t end) const {
        return scanner_.text().substr(scanner_.at(), end - scanner_.at());
    }
    bool is_figure(std::string_view word) const {
        return std::ranges::find(vocabulary_.run, word, &Figure::name) != vocabulary_.run.end();
    }
    PartPtr unknown_node(std::size_t offset, const std::string& node) {
        std::vector<std::string> names;
        for (const NodeWords& each : vocabulary_.nodes) names.push_back(each.node);
        return scanner_.fail_unknown(offset, node, fmt::format("there is no node \"{}\"", node),
                                     names);
    }
    PartPtr unknown_figure(std::size_t offset, const Part& part,
                           const std::vector<Figure>& figures) {
        const std::string where =
            part.asked.node.empty() ? "" : fmt::format(" of {}", part.asked.node);
        return scanner_.fail_unknown(
            offset, part.asked.figure,
            fmt::format("there is no figure \"{}\"{}", part.asked.figure, where),
            names_of(figures));
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

    Scanner& scanner_;
    const Vocabulary& vocabulary_;
};

}  // namespace

std::shared_ptr<const Expression::Part> read_figure(Scanner& scanner,
                                                    const Vocabulary& vocabulary) {
    return NameReader(scanner, vocabulary).read();
}

}  // namespace reports
