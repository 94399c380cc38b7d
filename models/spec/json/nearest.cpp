#include "models/spec/json/nearest.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

#include "models/spec/json/printable.h"

namespace models::spec {
namespace {

constexpr std::size_t kLongestWord = 64;
constexpr std::size_t kListed = 40;

// A third of the word may be mistyped: one slip in a short word, three in a long one.
std::size_t tolerated(std::string_view word) {
    return std::clamp<std::size_t>(word.size() / 3, 1, 3);
}

std::string listed(std::span<const std::string_view> words) {
    std::string result;
    for (std::size_t i = 0; i < std::min(words.size(), kListed); ++i) {
        result += fmt::format("{}{}", i == 0 ? "" : ", ", words[i]);
    }
    if (words.size() > kListed) result += fmt::format(" and {} more", words.size() - kListed);
    return result;
}

}  // namespace

std::size_t edit_distance(std::string_view from, std::string_view to) {
    const std::size_t width = to.size() + 1;
    std::vector<std::size_t> before_last(width);
    std::vector<std::size_t> last(width);
    std::vector<std::size_t> row(width);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= from.size(); ++i) {
        std::swap(before_last, last);
        std::swap(last, row);
        row[0] = i;
        for (std::size_t j = 1; j < width; ++j) {
            const std::size_t substitution = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, substitution});
            const bool swapped =
                i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
            if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
    }
    return row.back();
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> known) {
    if (word.empty() || word.size() > kLongestWord) return {};
    std::string_view best;
    std::size_t least = tolerated(word) + 1;
    for (const std::string_view candidate : known) {
        if (candidate.size() > kLongestWord) continue;
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < least && distance < candidate.size()) {
            least = distance;
            best = candidate;
        }
    }
    return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known,
                         std::string_view otherwise) {
    const std::string_view best = nearest(word, known);
    if (!best.empty()) return fmt::format("did you mean {}?", in_quotes(best));
    return known.empty() ? "" : fmt::format("{} {}", otherwise, listed(known));
}

}  // namespace models::spec
