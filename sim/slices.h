// What happened in each slice of time, of which only those are kept in which anything did: a node
// that has a request an hour costs as much as its requests, however finely time is cut.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "sim/latency_steps.h"
#include "sim/outcome.h"

namespace sim {

using StepCounts = std::array<std::uint32_t, kLatencySteps>;

// One interval of the time axis, warm-up included.
struct Slice {
    std::uint32_t arrived = 0;
    std::uint32_t finished = 0;
    std::uint32_t succeeded = 0;
    std::uint32_t rejected = 0;
    std::uint32_t timed_out = 0;  // the rest of those that finished failed
    std::uint32_t slowest_us = 0;
    double latency_sum_s = 0;
    StepCounts by_latency{};  // of those that finished
    bool is_idle() const { return (arrived | finished) == 0; }
    bool operator==(const Slice&) const = default;
};

void add(Slice& sum, const Slice& more);

// Requests of a slice that ended so.
std::uint32_t ended(const Slice& slice, Outcome outcome);

class Slices {
public:
    Slices() = default;
    // One after another, from the first on.
    Slices(const std::vector<Slice>& all);
    Slices(std::initializer_list<Slice> all) : Slices(std::vector<Slice>(all)) {}

    // Adds to a slice, which is the last one or comes after it.
    void add(std::size_t slice, const Slice& more);

    // One past the last in which anything happened.
    std::size_t size() const { return kept_.empty() ? 0 : kept_.back().slice + std::size_t{1}; }
    bool empty() const { return kept_.empty(); }

    // What happened in one: nothing, in those that are not kept and in those to come.
    Slice operator[](std::size_t slice) const;

    // The first from here on in which anything happened; size() when there is none.
    std::size_t next(std::size_t slice) const {
        const std::size_t place = place_of(slice);
        return place == kept_.size() ? size() : kept_[place].slice;
    }

    // visit(slice, what happened) for those of [first, end) in which anything did, in order.
    template <class Visit>
    void for_each(std::size_t first, std::size_t end, Visit visit) const {
        for (std::size_t i = place_of(first); i < kept_.size() && kept_[i].slice < end; ++i) {
            visit(std::size_t{kept_[i].slice}, unpacked(kept_[i]));
        }
    }
    template <class Visit>
    void for_each(Visit visit) const {
        for_each(0, size(), visit);
    }

    bool operator==(const Slices&) const = default;

private:
    struct Kept {
        std::uint32_t slice;
        std::uint32_t arrived;
        std::uint32_t finished;
        std::uint32_t succeeded;
        std::uint32_t rejected;
        std::uint32_t timed_out;
        std::uint32_t slowest_us;
        std::uint32_t steps;  // of latency that are in use: a bit each
        std::uint32_t first;  // of their counts
        double latency_sum_s;
        bool operator==(const Kept&) const = default;
    };
    static_assert(kLatencySteps <= 32);

    // Of the first that is not before it.
    std::size_t place_of(std::size_t slice) const {
        return static_cast<std::size_t>(std::ranges::lower_bound(kept_, slice, {}, &Kept::slice) -
                                        kept_.begin());
    }
    Slice unpacked(const Kept& kept) const;

    std::vector<Kept> kept_;
    std::vector<std::uint32_t> counts_;
};

// Those from `first` up to, without, `end`.
Slice sum_of(const Slices& slices, std::size_t first, std::size_t end);

}  // namespace sim
