// "did you mean": the known word nearest to one that is not known.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace models::spec {

// Insertions, deletions, substitutions and swaps of neighbours that lead from one word to the
// other (optimal string alignment: Damerau-Levenshtein in which no part is edited twice).
std::size_t edit_distance(std::string_view from, std::string_view to);

// The closest word, first of equals; empty when none is close enough to be what was meant.
std::string_view nearest(std::string_view word, std::span<const std::string_view> known);

// A hint for an unknown word: `did you mean "x"?`, or else the known words after `otherwise`.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known,
                         std::string_view otherwise);

}  // namespace models::spec
