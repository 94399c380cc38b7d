#include "models/spec/json/problems.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "models/spec/json/printable.h"

namespace models::spec {

std::uint32_t Problems::add_source(std::string name, std::string text) {
    sources_.push_back({std::move(name), std::move(text)});
    return static_cast<std::uint32_t>(sources_.size() - 1);
}

std::uint32_t Problems::add_setting(std::string_view path, std::string_view value,
                                    std::string_view option) {
    const std::uint32_t id =
        add_source(fmt::format("{} {}", option, path), fmt::format("{}={}", path, value));
    sources_[id].has_lines = false;
    return id;
}

std::uint32_t Problems::add_data(std::string name, std::string text) {
    const std::uint32_t id = add_source(std::move(name), std::move(text));
    sources_[id].is_data = true;
    return id;
}

void Problems::add(Problem problem) {
    ++count_;
    if (problems_.size() < kKept) problems_.push_back(std::move(problem));
}

std::vector<Problem> Problems::sorted() const {
    std::vector<Problem> result = problems_;
    std::ranges::stable_sort(result, {}, [](const Problem& problem) {
        const SourceLocation& place = problem.place;
        return std::tuple(place.source, place.line, place.column, place.offset);
    });
    return result;
}

std::string Problems::where(const SourceLocation& place) const {
    if (place.source >= sources_.size()) return "scenario";
    const std::string name = printable(sources_[place.source].name);
    if (place.line == 0 || !sources_[place.source].has_lines) return name;
    return fmt::format("{}:{}:{}", name, place.line, place.column);
}

std::string Problems::render(const Problem& problem) const {
    std::string result = fmt::format("{}: {}\n", where(problem.place), printable(problem.message));
    const bool known = problem.place.source < sources_.size();
    if (known && !sources_[problem.place.source].text.empty()) {
        const Excerpt shown = excerpt(sources_[problem.place.source].text, problem.place.offset);
        result += fmt::format("    {}\n    {:>{}}\n", shown.line, '^', shown.caret + 1);
    }
    if (!problem.hint.empty()) result += fmt::format("  {}\n", printable(problem.hint));
    return result;
}

std::string Problems::render() const {
    std::string result;
    const std::vector<Problem> all = sorted();
    const std::size_t shown = std::min(all.size(), kShown);
    for (std::size_t i = 0; i < shown; ++i) result += render(all[i]);
    if (count_ > shown) result += fmt::format("and {} more\n", count_ - shown);
    return result;
}

}  // namespace models::spec
