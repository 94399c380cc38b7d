#include "metrics/names.h"

#include <array>
#include <charconv>

namespace metrics {

std::string_view request_prefix(const sim::NodeRecord& node) {
    return node.is_client ? "user" : "http";
}

int http_status(sim::Outcome outcome, const sim::CauseRow& cause) {
    if (outcome == sim::Outcome::succeeded) return 200;
    if (cause.status != 0) return cause.status;
    if (outcome == sim::Outcome::timed_out) return 504;
    return outcome == sim::Outcome::rejected ? 503 : 500;
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

std::string gauge_unit(const sim::Series& series) {
    if (series.unit == "s") return "seconds";
    if (series.unit == "1") return "ratio";
    return metric_word(series.unit);
}

std::string gauge_name(const sim::Series& series) {
    const std::string unit = gauge_unit(series);
    return "service_" + metric_word(series.name) + (unit.empty() ? "" : "_" + unit);
}

std::string bound_text(std::size_t step) {
    if (step >= sim::kLatencyBoundsUs.size()) return "+Inf";
    std::array<char, 32> text{};
    const double seconds = static_cast<double>(sim::kLatencyBoundsUs[step]) / 1e6;
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
    return {text.data(), end.ptr};
}

}  // namespace metrics
