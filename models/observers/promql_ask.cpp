// What a query finds at a moment.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "models/observers/promql_functions.h"
#include "models/observers/promql_part.h"

namespace models::promql {

namespace {

using Kind = Part::Kind;
using Type = Part::Type;

constexpr std::string_view kName = "__name__";
// How old a sample may be and still be what a metric is now.
constexpr std::int64_t kLookback = 300'000;

// Those from `first` to `last`, both included.
Samples between(const TimeSeries& series, std::int64_t first, std::int64_t last) {
    const auto begin = std::ranges::lower_bound(series.samples, first, {}, &Sample::at);
    const auto end = std::ranges::upper_bound(begin, series.samples.end(), last, {}, &Sample::at);
    return {begin, end};
}

double arithmetic(std::string_view name, double left, double right) {
    switch (name.front()) {
        case '+':
            return left + right;
        case '-':
            return left - right;
        case '*':
            return left * right;
        case '/':
            return left / right;
        default:
            return std::fmod(left, right);
    }
}

bool compare(std::string_view name, double left, double right) {
    if (name == "==") return left == right;
    if (name == "!=") return left != right;
    if (name == "<=") return left <= right;
    if (name == ">=") return left >= right;
    return name == "<" ? left < right : left > right;
}

bool is_comparison(std::string_view name) {
    return name == "==" || name == "!=" || name.front() == '<' || name.front() == '>';
}

void drop_name(Labels& labels) {
    std::erase_if(labels, [](const auto& each) { return each.first == kName; });
}

// The labels that two series are matched by, or that a group has alike.
Labels key_of(const Part& part, const Labels& labels) {
    Labels key;
    for (const auto& each : labels) {
        const bool is_listed = std::ranges::find(part.labels, each.first) != part.labels.end();
        if (is_listed == part.is_on && (part.is_on || each.first != kName)) key.push_back(each);
    }
    return key;
}

double bound_of(std::string_view text) {
    if (text == "+Inf") return std::numeric_limits<double>::infinity();
    return std::strtod(std::string(text).c_str(), nullptr);
}

}  // namespace

class Evaluation {
public:
    Evaluation(const Asking& asking, std::int64_t at) : asking_(asking), at_(at) {}

    Vector of(const Part& part) const {
        switch (part.kind) {
            case Kind::number:
                return {{{}, part.number}};
            case Kind::selector:
                return now(part);
            case Kind::negate:
                return changed(part, [](double value) { return -value; });
            case Kind::call:
                return call(part);
            case Kind::aggregate:
                return aggregate(part);
            case Kind::binary:
                break;
        }
        if (part.name == "and" || part.name == "unless" || part.name == "or") return sets(part);
        if (part.inside[0]->type == Type::scalar || part.inside[1]->type == Type::scalar) {
            return with_scalar(part);
        }
        return matched(part);
    }

private:
    const std::vector<const TimeSeries*>& series_of(const Part& part) const {
        return asking_.chosen_.at(&part);
    }

    Vector now(const Part& part) const {
        const std::int64_t at = at_ - part.offset_ms;
        Vector found;
        for (const TimeSeries* series : series_of(part)) {
            const Samples samples = between(*series, at - kLookback, at);
            if (!samples.empty()) found.push_back({series->labels, samples.back().value});
        }
        return found;
    }

    Vector windows(const Part& part) const {
        const Part& range = *part.inside[0];
        const std::int64_t last = at_ - range.offset_ms;
        Vector found;
        for (const TimeSeries* series : series_of(range)) {
            const Window window{between(*series, last - range.range_ms, last),
                                last - range.range_ms, last, series->only_grows};
            if (window.samples.empty()) continue;
            const bool needs_two = part.name.find("_over_time") == std::string::npos;
            if (needs_two && window.samples.size() < 2) continue;
            Labels labels = series->labels;
            if (part.name != "last_over_time") drop_name(labels);
            found.push_back({std::move(labels), of_window(part.name, window)});
        }
        return found;
    }

    template <class Change>
    Vector changed(const Part& part, Change change) const {
        Vector found = of(*part.inside.back());
        for (Element& each : found) {
            drop_name(each.labels);
            each.value = change(each.value);
        }
        return found;
    }

    Vector call(const Part& part) const {
        if (part.name == "histogram_quantile") return quantiles(part);
        if (part.name == "abs") {
            return changed(part, [](double value) { return std::abs(value); });
        }
        if (part.name != "absent") return windows(part);
        if (!of(*part.inside[0]).empty()) return {};
        Element one{{}, 1};
        for (const Matcher& each : part.inside[0]->matchers) {
            if (each.how == Match::equal && each.label != kName) {
                set_label(one.labels, each.label, each.value);
            }
        }
        return {one};
    }

    Vector quantiles(const Part& part) const {
        const double share = of(*part.inside[0]).front().value;
        std::map<Labels, std::vector<std::pair<double, double>>> histograms;
        for (Element& each : of(*part.inside[1])) {
            const std::string_view bound = label(each.labels, "le");
            if (bound.empty()) continue;
            const double le = bound_of(bound);
            std::erase_if(each.labels,
                          [](const auto& one) { return one.first == kName || one.first == "le"; });
            histograms[each.labels].emplace_back(le, each.value);
        }
        Vector found;
        for (auto& [labels, buckets] : histograms) {
            found.push_back({labels, bucket_quantile(share, std::move(buckets))});
        }
        return found;
    }

    Vector aggregate(const Part& part) const {
        struct Group {
            double sum = 0;
            double most = 0;
            double least = 0;
            double count = 0;
        };
        std::map<Labels, Group> groups;
        for (const Element& each : of(*part.inside[0])) {
            Group& group = groups[key_of(part, each.labels)];
            group.sum += each.value;
            group.most = group.count == 0 ? each.value : std::max(group.most, each.value);
            group.least = group.count == 0 ? each.value : std::min(group.least, each.value);
            ++group.count;
        }
        Vector found;
        for (const auto& [labels, group] : groups) {
            double value = group.sum;
            if (part.name == "avg") value = group.sum / group.count;
            if (part.name == "max") value = group.most;
            if (part.name == "min") value = group.least;
            if (part.name == "count") value = group.count;
            found.push_back({labels, value});
        }
        return found;
    }

    Vector sets(const Part& part) const {
        Vector left = of(*part.inside[0]);
        const Vector right = of(*part.inside[1]);
        std::map<Labels, bool> there;
        const bool is_or = part.name == "or";
        for (const Element& each : is_or ? left : right) there[key_of(part, each.labels)] = true;
        if (is_or) {
            for (const Element& each : right) {
                if (!there.contains(key_of(part, each.labels))) left.push_back(each);
            }
            return left;
        }
        const bool wanted = part.name == "and";
        std::erase_if(left, [&](const Element& each) {
            return there.contains(key_of(part, each.labels)) != wanted;
        });
        return left;
    }

    // A comparison keeps the series on its left for which it holds, with its value.
    void add(Vector& found, const Part& part, Labels labels, double left, double right,
             double kept) const {
        if (!is_comparison(part.name)) {
            drop_name(labels);
            found.push_back({std::move(labels), arithmetic(part.name, left, right)});
            return;
        }
        const bool holds = compare(part.name, left, right);
        if (part.returns_bool) {
            drop_name(labels);
            found.push_back({std::move(labels), holds ? 1.0 : 0.0});
        } else if (holds) {
            found.push_back({std::move(labels), kept});
        }
    }

    Vector with_scalar(const Part& part) const {
        const bool is_left = part.inside[0]->type == Type::scalar;
        const double scalar = of(*part.inside[is_left ? 0 : 1]).front().value;
        Vector found;
        for (const Element& each : of(*part.inside[is_left ? 1 : 0])) {
            const double left = is_left ? scalar : each.value;
            const double right = is_left ? each.value : scalar;
            add(found, part, each.labels, left, right, each.value);
        }
        return found;
    }

    Vector matched(const Part& part) const {
        const Vector left = of(*part.inside[0]);
        const Vector right = of(*part.inside[1]);
        std::map<Labels, double> others;
        for (const Element& each : right) {
            if (!others.emplace(key_of(part, each.labels), each.value).second) return many(part);
        }
        std::map<Labels, bool> seen;
        Vector found;
        for (const Element& each : left) {
            const Labels key = key_of(part, each.labels);
            const auto other = others.find(key);
            if (other == others.end()) continue;
            if (!seen.emplace(key, true).second) return many(part);
            Labels labels = key;
            if (is_comparison(part.name) && !part.is_on) {
                set_label(labels, kName, label(each.labels, kName));
            }
            add(found, part, std::move(labels), each.value, other->second, each.value);
        }
        return found;
    }

    Vector many(const Part& part) const {
        asking_.trouble_ = fmt::format(
            "several series on one side of \"{}\" have the same labels: aggregate them with sum by",
            part.name);
        return {};
    }

    const Asking& asking_;
    std::int64_t at_;
};

Asking::Asking(const Query& query) : query_(query) {
    std::vector<const Part*> rest = {&query_.root()};
    while (!rest.empty()) {
        const Part* const part = rest.back();
        rest.pop_back();
        for (const auto& each : part->inside) rest.push_back(each.get());
        if (part->kind == Kind::selector) chosen_[part];
    }
}

void Asking::choose(const TimeSeries& series) {
    for (auto& [part, chosen] : chosen_) {
        if (std::ranges::all_of(part->matchers, [&](const Matcher& matcher) {
                return matcher.matches(label(series.labels, matcher.label));
            })) {
            chosen.push_back(&series);
        }
    }
}

Vector Asking::ask(std::int64_t at) const {
    return Evaluation(*this, at).of(query_.root());
}

}  // namespace models::promql
