#include "reports/heat_map.h"

#include <algorithm>

namespace reports {

namespace {

constexpr std::size_t kMostAcross = 120;
constexpr std::uint32_t kRows = 40;

struct Rows {
    std::uint32_t first = 0;  // bucket
    std::uint32_t width = 1;  // buckets
    std::uint32_t count = 0;
};

// The narrowest rows, by doublings, of which there are not too many.
Rows rows_of(const BucketCounts& all) {
    const std::uint32_t lowest = all.begin()->first;
    const std::uint32_t highest = all.rbegin()->first;
    Rows rows;
    while (highest / rows.width - lowest / rows.width + 1 > kRows) rows.width *= 2;
    rows.first = lowest / rows.width * rows.width;
    rows.count = (highest - rows.first) / rows.width + 1;
    return rows;
}

BucketCounts between(const sim::Recording& recording, std::size_t first, std::size_t end) {
    BucketCounts counts;
    for (const sim::NodeRecord& node : recording.nodes) {
        if (!node.is_client) continue;
        add_buckets(counts, node.latencies, first, end);
        add_buckets(counts, node.failed_after, first, end);
    }
    return counts;
}

}  // namespace

std::size_t slices_of(const sim::Recording& recording) {
    if (recording.slice <= sim::Duration::zero()) return 0;
    return static_cast<std::size_t>((recording.simulated + recording.slice - sim::Duration(1)) /
                                    recording.slice);
}

void add_buckets(BucketCounts& counts, const sim::LatencySlices& latencies, std::size_t first,
                 std::size_t end) {
    latencies.for_each_bucket(first, end,
                              [&](std::uint16_t bucket, std::uint32_t n) { counts[bucket] += n; });
}

HeatMap heat_map_of(const sim::Recording& recording) {
    HeatMap map;
    const std::size_t slices = slices_of(recording);
    const BucketCounts all = between(recording, 0, slices);
    if (all.empty()) return map;
    const std::size_t joined = std::max<std::size_t>(1, (slices + kMostAcross - 1) / kMostAcross);
    const Rows rows = rows_of(all);
    map.column_s = sim::seconds(recording.slice) * static_cast<double>(joined);
    for (std::uint32_t row = 0; row <= rows.count; ++row) {
        const auto bucket = static_cast<std::uint16_t>(rows.first + row * rows.width);
        map.rows_s.push_back(sim::seconds(sim::LatencySlices::lowest_in(bucket)));
    }
    for (std::size_t first = 0; first < slices; first += joined) {
        std::map<std::uint32_t, std::uint64_t> column;
        for (const auto& [bucket, n] : between(recording, first, first + joined)) {
            column[(bucket - rows.first) / rows.width] += n;
        }
        for (const auto& [row, n] : column) {
            map.cells.push_back({static_cast<std::uint32_t>(first / joined), row, n});
        }
    }
    return map;
}

}  // namespace reports
