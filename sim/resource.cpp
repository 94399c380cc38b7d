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

DeclaredResource declared(const Resource& row, ResourceWords words) {
    if (words.name.empty()) words.name = words.to;
    if (words.parameter.empty()) words.parameter = row.parameter;
    std::string name(row.name);
    const std::size_t open = name.find('<');
    if (open != std::string::npos) name.replace(open, name.find('>') + 1 - open, words.name);
    DeclaredResource made{row, std::move(name), std::move(words.to), std::move(words.parameter)};
    if (!words.within.empty()) made.row.within = words.within;
    return made;
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
    const bool is_stock = record_.declared.row.kind == ResourceKind::stock;
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
    const bool is_stock = record_.declared.row.kind == ResourceKind::stock;
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
