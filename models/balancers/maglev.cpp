#include "models/balancers/maglev.h"

#include <algorithm>

namespace models {

namespace {

constexpr std::uint32_t kFree = ~std::uint32_t{0};

bool is_prime(std::uint32_t number) {
    for (std::uint32_t divisor = 2; divisor <= number / divisor; ++divisor) {
        if (number % divisor == 0) return false;
    }
    return number >= 2;
}

// A backend and its permutation of the entries: offset, offset + skip, offset + 2 skip, ...
struct Claimant {
    Claimant(const Candidate& candidate, std::uint32_t its_index, std::uint64_t size)
        : name(candidate.name),
          weight(candidate.weight),
          index(its_index),
          entry(xxhash64(candidate.name) % size),
          skip(xxhash64(candidate.name, 1) % (size - 1) + 1) {}

    std::string_view name;
    double weight;
    std::uint32_t index;
    std::uint64_t entry;  // the next of its permutation
    std::uint64_t skip;
    double due = 0;  // rounds times weight at which it claims again

    void claim(std::vector<std::uint32_t>& table) {
        while (table[entry] != kFree) advance(table.size());
        table[entry] = index;
        advance(table.size());
    }
    void advance(std::uint64_t size) { entry = (entry + skip) % size; }
};

}  // namespace

void Maglev::Spec::check(spec::Check& check) const {
    check.that(is_prime(table_size), "table_size", "table_size is not a prime number");
}

// The heaviest claims an entry in each round, the others as often as their weight says. In a table
// that has fewer entries than there are backends some have none.
void Maglev::changed(const Roster& roster) {
    table_.assign(spec_.table_size, kFree);
    std::vector<Claimant> claimants;
    double heaviest = 0;
    for (std::uint32_t index = 0; index < roster.servable.size(); ++index) {
        claimants.emplace_back(roster.servable[index], index, table_.size());
        heaviest = std::max(heaviest, roster.servable[index].weight);
    }
    if (claimants.empty()) return;
    std::ranges::stable_sort(claimants, {}, &Claimant::name);
    std::size_t claimed = 0;
    for (double round = 1; claimed < table_.size(); ++round) {
        for (Claimant& claimant : claimants) {
            if (claimed == table_.size()) break;
            if (round * claimant.weight < claimant.due) continue;
            claimant.due += heaviest;
            claimant.claim(table_);
            ++claimed;
        }
    }
}

}  // namespace models
