// What a comparison says, in sentences: what was shown, what was not, and what could not be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/comparison.h"

namespace reports {

// "p99.9", "max/mean"
std::string title_of(const ComparedFigure& figure);

// `none_shown` is no proof that there is no difference: the interval says how large one can be.
enum class Finding { undefined, one_replication, none_shown, lower, higher };

// By the ratio's interval, or the difference's for shares and for what can be zero.
Finding finding_of(const Against& against, Dimension dimension);

// Of a difference that is shown: "4.4x lower than b's, 95 % CI 4.1 to 4.7".
std::string difference_text(const Against& against, Dimension dimension, const std::string& other);

// "no difference shown"
std::string_view text_of(Finding finding);

// A sentence for each variant but the baseline, of its p99 and its availability. Where a run is too
// short for a p99 it is of the highest percentile that it is long enough for.
std::vector<std::string> sentences_of(const Comparison& comparison);

// Why one does better than another: what limited each, by the first replication.
std::vector<std::string> reasons_of(const Comparison& comparison);

// Whether the requests were the same, and what one should know before believing the sentences.
std::string arrivals_sentence(const Comparison& comparison);
std::vector<std::string> notes_of(const Comparison& comparison);
// Those that are about the figures alone, not about differences.
std::vector<std::string> sweep_notes_of(const Comparison& comparison);

}  // namespace reports
