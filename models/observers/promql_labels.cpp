// Labels of series, and what a matcher makes of them.
#include <fmt/core.h>

#include <algorithm>

#include "models/observers/promql_part.h"

namespace models::promql {

std::string_view label(const Labels& labels, std::string_view name) {
    const auto found = std::ranges::find(labels, name, &Labels::value_type::first);
    return found == labels.end() ? std::string_view() : std::string_view(found->second);
}

void set_label(Labels& labels, std::string_view name, std::string_view value) {
    const auto place = std::ranges::lower_bound(labels, name, {}, &Labels::value_type::first);
    const bool is_there = place != labels.end() && place->first == name;
    if (value.empty()) {
        if (is_there) labels.erase(place);
    } else if (is_there) {
        place->second = value;
    } else {
        labels.emplace(place, name, value);
    }
}

std::string text_of(const Labels& labels) {
    std::string text;
    for (const auto& [name, value] : labels) {
        text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ",", name, value);
    }
    return "{" + text + "}";
}

bool Matcher::matches(std::string_view text) const {
    switch (how) {
        case Match::equal:
            return text == value;
        case Match::not_equal:
            return text != value;
        default:
            return std::regex_match(text.begin(), text.end(), *pattern) == (how == Match::regex);
    }
}

}  // namespace models::promql
