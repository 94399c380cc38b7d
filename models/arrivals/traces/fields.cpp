#include "models/arrivals/traces/fields.h"

#include <charconv>

namespace models::traces {

std::optional<std::uint64_t> whole_number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::uint32_t> ipv4(std::string_view text) {
    std::uint32_t address = 0;
    for (int octet = 0; octet < 4; ++octet) {
        const std::string_view part = octet < 3 ? take_until(text, '.') : text;
        const auto value = whole_number(part);
        if (!value || *value > 255 || part.size() > 3) return std::nullopt;
        address = address << 8U | static_cast<std::uint32_t>(*value);
    }
    return address;
}

std::optional<sim::Duration> time_of_unit(std::string_view text, int decimals) {
    constexpr std::uint64_t kMost = 366ULL * 86400 * 1'000'000'000;
    std::uint64_t unit = 1;  // in nanoseconds
    for (int i = decimals; i < 9; ++i) unit *= 10;
    const std::size_t dot = text.find('.');
    const auto whole = whole_number(text.substr(0, dot));
    if (!whole || *whole > kMost / unit) return std::nullopt;
    std::uint64_t nanoseconds = *whole * unit;
    if (dot != std::string_view::npos) {
        const std::string_view rest = text.substr(dot + 1);
        const auto digits = static_cast<std::size_t>(9 - decimals);
        const auto value = whole_number(rest);
        if (!value || rest.size() > 18) return std::nullopt;
        // What is below a nanosecond is left out.
        std::uint64_t scaled = *value;
        for (std::size_t i = rest.size(); i < digits; ++i) scaled *= 10;
        for (std::size_t i = digits; i < rest.size(); ++i) scaled /= 10;
        nanoseconds += scaled;
    }
    return sim::Duration(static_cast<std::int64_t>(nanoseconds));
}

std::string_view take_until(std::string_view& text, char mark) {
    const std::size_t end = text.find(mark);
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return part;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r";
    const std::size_t first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace models::traces
