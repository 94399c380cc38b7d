#include "sim/glance.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include "sim/recorder.h"
#include "sim/slices.h"

namespace sim {

namespace {

constexpr std::string_view kActive = "_active";
constexpr std::string_view kMost = "_max";
constexpr std::string_view kInUse = "_in_use";

struct Stretch {
    std::size_t first;
    std::size_t end;
};

using Buckets = std::map<std::uint16_t, std::uint64_t>;

void add(Glance& glance, Buckets& buckets, const NodeRecord& record, const Stretch& slices) {
    const Slice sum = sum_of(record.slices, slices.first, slices.end);
    glance.arrived += sum.arrived;
    glance.finished += sum.finished;
    glance.succeeded += sum.succeeded;
    glance.rejected += sum.rejected;
    glance.timed_out += sum.timed_out;
    record.latencies.for_each_bucket(
        slices.first, slices.end,
        [&](std::uint16_t bucket, std::uint32_t count) { buckets[bucket] += count; });
}

// The order statistic at this share; the highest value of its bucket.
Duration percentile(const Buckets& buckets, std::uint64_t count, double share) {
    const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count)));
    std::uint64_t seen = 0;
    for (const auto& [bucket, times] : buckets) {
        seen += times;
        if (seen >= rank) return LatencySlices::highest_in(bucket);
    }
    return {};
}

}  // namespace

// What it has a share of, or a number in use beside the most there can be.
void Meter::add_use(Busiest& busiest, std::size_t first, std::size_t end) const {
    const auto use = [&](std::string_view what, double used, double most) {
        if (!(most > 0) || used / most <= busiest.share) return;
        busiest = {record_.name, std::string(what), used / most};
    };
    const auto stem = [](std::string_view name, std::string_view ending) {
        return name.substr(0, name.size() - ending.size());
    };
    for (const Sampled& each : sampled_) {
        const std::string_view name = each.name;
        if (each.available && name.ends_with(kInUse)) {
            use(stem(name, kInUse), each.values.sum(first, end), static_cast<double>(end - first));
        }
        if (!name.ends_with(kActive)) continue;
        const std::string most = std::string(stem(name, kActive)) + std::string(kMost);
        const auto found = std::ranges::find(sampled_, most, &Sampled::name);
        if (found == sampled_.end()) continue;
        use(stem(name, kActive), each.values.sum(first, end), found->values.sum(first, end));
    }
}

Glance Recorder::glance(std::size_t first) const {
    Glance glance;
    glance.now = scheduler_.now();
    glance.end = slice_index_;
    Buckets buckets;
    for (const Meter& meter : meters_) {
        if (meter.record().is_client) glance.in_flight += meter.in_flight();
    }
    if (first >= slice_index_) return glance;
    glance.covered = slice_ * static_cast<std::int64_t>(slice_index_ - first);
    for (const Meter& meter : meters_) {
        meter.add_use(glance.busiest, first, slice_index_);
        if (meter.record().is_client) add(glance, buckets, meter.record(), {first, slice_index_});
    }
    glance.p50 = percentile(buckets, glance.finished, 0.5);
    glance.p99 = percentile(buckets, glance.finished, 0.99);
    return glance;
}

}  // namespace sim
