// Who wins a comparison: all variants in order by the figure that it is about, who is ahead of all
// others beyond chance, and what makes the difference.
//
// A variant that crossed what its scenario expects comes after those that held it. Two can be told
// apart when the 95 % interval of their paired difference (paired.h) leaves out zero.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "reports/comparison.h"

namespace reports {

// Of availability, throughput and the like more is better, of everything else less.
bool is_better_high(std::string_view figure);

struct Ranking {
    std::size_t figure = 0;
    std::vector<std::size_t> order;  // variants, the best first; without those that say nothing
    std::vector<std::size_t> first;  // that cannot be told apart from the best; itself first
    bool is_claimed = false;         // with one replication nothing is

    bool has_winner() const { return is_claimed && first.size() == 1 && order.size() > 1; }
};

Ranking ranking_of(const Comparison& comparison);

// "36.4 ms", or "failed" where a percentile falls among failures.
std::string value_of(const Comparison& comparison, std::size_t variant, std::size_t figure);

// Who won, or who cannot be told apart, by how much and at what price; and the order of all. Empty
// when there is nothing to rank.
std::vector<std::string> winner_sentences(const Comparison& comparison);

// Why, by the diagnoses of the first replications: what limited the one that is next and not the
// winner, or what its requests wait longer for. Empty when nobody won, or nothing is known.
std::string why_sentence(const Comparison& comparison);

}  // namespace reports
