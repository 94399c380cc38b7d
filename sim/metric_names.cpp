#include "sim/metric_names.h"

#include <algorithm>
#include <array>
#include <charconv>

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

std::string_view request_prefix(const NodeRecord& node) {
    return node.is_client ? "user" : "http";
}

int http_status(Outcome outcome, Cause cause) {
    if (outcome == Outcome::succeeded) return 200;
    switch (cause) {
        case Cause::rate_limited:
            return 429;
        case Cause::unauthorized:
            return 401;
        case Cause::not_found:
            return 404;
        case Cause::cancelled:
            return 499;
        case Cause::refused:
        case Cause::reset:
            return 502;
        case Cause::timeout:
        case Cause::deadline:
            return 504;
        case Cause::queue_full:
        case Cause::bulkhead_full:
        case Cause::shed:
        case Cause::circuit_open:
        case Cause::no_backend:
        case Cause::unavailable:
            return 503;
        default:
            break;
    }
    if (outcome == Outcome::timed_out) return 504;
    return outcome == Outcome::rejected ? 503 : 500;
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

std::string metric_word(std::string_view name) {
    std::string word;
    for (const char c : name) {
        const bool fits =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        word += fits ? c : '_';
    }
    return word;
}

std::string gauge_unit(const Series& series) {
    if (series.unit == "s") return "seconds";
    if (series.unit == "1") return "ratio";
    return metric_word(series.unit);
}

std::string gauge_name(const Series& series) {
    const std::string unit = gauge_unit(series);
    return "service_" + metric_word(series.name) + (unit.empty() ? "" : "_" + unit);
}

std::string bound_text(std::size_t step) {
    if (step >= kLatencyBoundsUs.size()) return "+Inf";
    std::array<char, 32> text{};
    const double seconds = static_cast<double>(kLatencyBoundsUs[step]) / 1e6;
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
    return {text.data(), end.ptr};
}

}  // namespace sim
