#include "sim/resource.h"

#include <algorithm>
#include <utility>

namespace sim {

namespace {

// A stock is full when so much of it is in use: the rest is never all to be had.
constexpr double kNearlyAll = 0.95;

// An instance that was replaced counts from its beginning.
std::uint64_t growth(std::uint64_t now, std::uint64_t before) {
    const auto more = static_cast<std::int64_t>(now - before);
    return more >= 0 ? static_cast<std::uint64_t>(more) : 0;
}

}  // namespace

void UsedSlices::add(const Used& used, std::size_t end) {
    if (end <= end_) return;
    if (runs_.empty() || !(runs_.back().used == used)) {
        runs_.push_back({static_cast<std::uint32_t>(end_), used});
    }
    end_ = end;
}

std::size_t UsedSlices::run_of(std::size_t slice) const {
    const auto after = std::ranges::upper_bound(runs_, slice, {}, &Run::first);
    return static_cast<std::size_t>(after - runs_.begin()) - 1;
}

Used UsedSlices::operator[](std::size_t slice) const {
    return slice < end_ ? runs_[run_of(slice)].used : Used{};
}

UsedSlices::Sum UsedSlices::mean(std::size_t first, std::size_t end) const {
    Sum sum;
    end = std::min(end, end_);
    if (first >= end) return sum;
    const auto slices = static_cast<double>(end - first);
    for (std::size_t run = run_of(first); run < runs_.size() && runs_[run].first < end; ++run) {
        const std::size_t until = run + 1 < runs_.size() ? runs_[run + 1].first : end_;
        const auto times = static_cast<double>(std::min(until, end) -
                                               std::max<std::size_t>(runs_[run].first, first));
        const Used& used = runs_[run].used;
        const double share = times / slices;
        sum.size += share * static_cast<double>(used.size);
        sum.in_use += share * static_cast<double>(used.in_use);
        sum.waiting += share * static_cast<double>(used.waiting);
        sum.full += share * static_cast<double>(used.full);
        sum.fullest += share * static_cast<double>(used.fullest);
        sum.taken += times * used.taken;
        sum.refused += times * used.refused;
    }
    return sum;
}

std::size_t UsedSlices::next_change(std::size_t slice) const {
    const auto next = std::ranges::lower_bound(runs_, slice, {}, &Run::first);
    return next == runs_.end() ? end_ : next->first;
}

void ResourceMeter::sample(Time now, std::size_t end, bool is_quiet) {
    const Duration elapsed = now - sampled_;
    if (end <= record_.slices.size() || elapsed <= Duration::zero()) return;
    if (is_quiet && is_idle_) {
        record_.slices.extend(end);
        sampled_ = now;
        return;
    }
    now_.clear();
    read_(now, now_);
    const Used used = fold(elapsed);
    const bool is_stock = record_.declared.kind == ResourceKind::stock;
    is_idle_ =
        used.taken == 0 && used.refused == 0 && used.waiting == 0 && (is_stock || used.in_use == 0);
    record_.slices.add(used, end);
    std::swap(before_, now_);
    sampled_ = now;
}

// Over several slices in which nothing happened, what is counted belongs to all of them alike.
Used ResourceMeter::fold(Duration elapsed) const {
    Used sum;
    const auto time = static_cast<double>(elapsed.count());
    static constexpr Use kNone;
    for (std::size_t i = 0; i < now_.size(); ++i) {
        add(sum, now_[i], i < before_.size() ? before_[i] : kNone, time);
    }
    if (!now_.empty()) sum.full /= static_cast<float>(now_.size());
    return sum;
}

void ResourceMeter::add(Used& sum, const Use& now, const Use& before, double elapsed) const {
    const bool is_stock = record_.declared.kind == ResourceKind::stock;
    const auto mean = [&](std::uint64_t at, std::uint64_t was) {
        return static_cast<float>(static_cast<double>(growth(at, was)) / elapsed);
    };
    const float in_use =
        is_stock ? static_cast<float>(now.in_use) : mean(now.in_use, before.in_use);
    const auto size = static_cast<float>(now.size);
    float full = mean(now.full, before.full);
    if (is_stock) full = size > 0 && in_use >= static_cast<float>(kNearlyAll) * size ? 1 : 0;
    full = std::min(full, 1.0F);
    sum.size += size;
    sum.in_use += in_use;
    sum.waiting += mean(now.waiting, before.waiting);
    sum.full += full;
    sum.fullest = std::max(sum.fullest, full);
    sum.taken += static_cast<std::uint32_t>(growth(now.taken, before.taken));
    sum.refused += static_cast<std::uint32_t>(growth(now.refused, before.refused));
}

}  // namespace sim
