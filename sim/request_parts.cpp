#include "sim/request_parts.h"

#include <algorithm>

namespace sim {

namespace {

bool is_idle(const Slices& slices) {
    bool idle = true;
    slices.for_each([&](std::size_t, const Slice& slice) { idle &= slice.arrived == 0; });
    return idle;
}

void subtract(Slice& whole, const Slice& part) {
    whole.arrived -= part.arrived;
    whole.finished -= part.finished;
    whole.succeeded -= part.succeeded;
    whole.rejected -= part.rejected;
    whole.timed_out -= part.timed_out;
    whole.latency_sum_s = std::max(0.0, whole.latency_sum_s - part.latency_sum_s);
    for (std::size_t i = 0; i < kLatencySteps; ++i) whole.by_latency[i] -= part.by_latency[i];
}

}  // namespace

std::vector<RequestPart> request_parts(const NodeRecord& node) {
    std::vector<RequestPart> parts;
    for (const Split& split : node.splits) {
        if (split.by != "endpoint" || is_idle(split.slices)) continue;
        parts.push_back({split.name, split.slices});
    }
    if (parts.empty()) return {{"", node.slices}};
    Slices rest;
    node.slices.for_each([&](std::size_t index, Slice slice) {
        for (const RequestPart& each : parts) subtract(slice, each.slices[index]);
        if (!slice.is_idle()) rest.add(index, slice);
    });
    if (!is_idle(rest)) parts.push_back({"", std::move(rest)});
    return parts;
}

}  // namespace sim
