#include "sim/slices.h"

#include <bit>

namespace sim {

void add(Slice& sum, const Slice& more) {
    sum.arrived += more.arrived;
    sum.finished += more.finished;
    sum.succeeded += more.succeeded;
    sum.rejected += more.rejected;
    sum.timed_out += more.timed_out;
    sum.slowest_us = std::max(sum.slowest_us, more.slowest_us);
    sum.latency_sum_s += more.latency_sum_s;
    for (std::size_t i = 0; i < kLatencySteps; ++i) sum.by_latency[i] += more.by_latency[i];
}

Slices::Slices(const std::vector<Slice>& all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!all[i].is_idle()) add(i, all[i]);
    }
}

void Slices::add(std::size_t slice, const Slice& more) {
    Slice whole = more;
    if (!kept_.empty() && kept_.back().slice == slice) {
        whole = unpacked(kept_.back());
        sim::add(whole, more);
        counts_.resize(kept_.back().first);
        kept_.pop_back();
    }
    Kept kept{static_cast<std::uint32_t>(slice),
              whole.arrived,
              whole.finished,
              whole.succeeded,
              whole.rejected,
              whole.timed_out,
              whole.slowest_us,
              0,
              static_cast<std::uint32_t>(counts_.size()),
              whole.latency_sum_s};
    for (std::size_t step = 0; step < kLatencySteps; ++step) {
        if (whole.by_latency[step] == 0) continue;
        kept.steps |= std::uint32_t{1} << step;
        counts_.push_back(whole.by_latency[step]);
    }
    kept_.push_back(kept);
}

Slice Slices::operator[](std::size_t slice) const {
    const std::size_t place = place_of(slice);
    if (place == kept_.size() || kept_[place].slice != slice) return {};
    return unpacked(kept_[place]);
}

Slice Slices::unpacked(const Kept& kept) const {
    Slice slice{kept.arrived,   kept.finished,   kept.succeeded,     kept.rejected,
                kept.timed_out, kept.slowest_us, kept.latency_sum_s, {}};
    std::size_t next = kept.first;
    for (std::uint32_t rest = kept.steps; rest != 0; rest &= rest - 1) {
        slice.by_latency[static_cast<std::size_t>(std::countr_zero(rest))] = counts_[next++];
    }
    return slice;
}

std::uint32_t ended(const Slice& slice, Outcome outcome) {
    switch (outcome) {
        case Outcome::succeeded:
            return slice.succeeded;
        case Outcome::rejected:
            return slice.rejected;
        case Outcome::timed_out:
            return slice.timed_out;
        case Outcome::failed:
            break;
    }
    return slice.finished - slice.succeeded - slice.rejected - slice.timed_out;
}

Slice sum_of(const Slices& slices, std::size_t first, std::size_t end) {
    Slice sum;
    slices.for_each(first, end, [&](std::size_t, const Slice& slice) { add(sum, slice); });
    return sum;
}

}  // namespace sim
