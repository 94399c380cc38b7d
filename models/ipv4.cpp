#include "models/ipv4.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>

#include "models/spec/declaration/spec.h"

namespace models {

namespace {

// Four numbers up to 255 with dots between; without leading zeros, which some read as octal.
std::optional<std::uint32_t> ipv4_of(std::string_view text) {
    std::uint32_t bits = 0;
    for (int part = 0; part < 4; ++part) {
        std::uint32_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const auto digits = static_cast<std::size_t>(end - text.data());
        const bool has_zeros = digits > 1 && text.front() == '0';
        if (error != std::errc() || number > 255 || has_zeros) return std::nullopt;
        bits = bits << 8U | number;
        text.remove_prefix(digits);
        if (part == 3) break;
        if (!text.starts_with('.')) return std::nullopt;
        text.remove_prefix(1);
    }
    return text.empty() ? std::optional(bits) : std::nullopt;
}

}  // namespace

std::string text_of(const Ipv4& address) {
    return fmt::format("{}.{}.{}.{}", address.bits >> 24U, address.bits >> 16U & 255U,
                       address.bits >> 8U & 255U, address.bits & 255U);
}

}  // namespace models

namespace models::spec {

bool Codec<Ipv4>::parse(const Cursor& cursor, Ipv4& out) {
    constexpr std::string_view kExample = "write \"10.0.3.7\"";
    if (cursor.text() == nullptr) return cursor.expected("an IPv4 address", std::string(kExample));
    const std::optional<std::uint32_t> bits = ipv4_of(*cursor.text());
    if (!bits) return cursor.problem("not an IPv4 address", std::string(kExample));
    out.bits = *bits;
    return true;
}

Ipv4 Codec<Ipv4>::random(Random& random, const Ipv4&, const LimitsOf<Ipv4>&) {
    return {static_cast<std::uint32_t>(random.below(1ULL << 32U))};
}

}  // namespace models::spec
