#include "models/keys/population.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace models {

namespace {

constexpr std::size_t kMostGroups = 1000;

template <class Group>
void check_groups(const spec::Named<Group>& groups, std::string_view name, spec::Check& check) {
    double total = 0;
    for (const auto& [title, group] : groups) total += group.weight;
    check.that(groups.empty() || total > 0, name, "all the weights are zero");
    check.that(groups.size() <= kMostGroups, name, fmt::format("at most {}", kMostGroups));
}

}  // namespace

void Population::check(spec::Check& check) const {
    check_groups(segments, "segments", check);
    check_groups(locales, "locales", check);
}

}  // namespace models

namespace models::spec {

namespace {

// A whole number up to `most` at the front of the text, which it takes away.
std::optional<std::uint32_t> take_number(std::string_view& text, std::uint32_t most) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value > most) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

bool take(std::string_view& text, char mark) {
    if (!text.starts_with(mark)) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<Network> network_of(std::string_view text) {
    Network network{0, 32};
    for (int octet = 0; octet < 4; ++octet) {
        if (octet > 0 && !take(text, '.')) return std::nullopt;
        const auto value = take_number(text, 255);
        if (!value) return std::nullopt;
        network.address = network.address << 8U | *value;
    }
    if (take(text, '/')) {
        const auto prefix = take_number(text, 32);
        if (!prefix) return std::nullopt;
        network.prefix = *prefix;
    }
    return text.empty() ? std::optional(network) : std::nullopt;
}

std::uint64_t hosts_of(const Network& network) {
    return std::uint64_t{1} << (32 - network.prefix);
}

}  // namespace

bool Codec<Network>::parse(const Cursor& cursor, Network& out) {
    constexpr std::string_view kExample = "write \"10.0.0.0/8\"";
    if (cursor.text() == nullptr) return cursor.expected("a network", std::string(kExample));
    const auto network = network_of(*cursor.text());
    if (!network) {
        return cursor.problem("not a network of IPv4 addresses", std::string(kExample));
    }
    if ((network->address & (hosts_of(*network) - 1)) != 0) {
        return cursor.problem(
            fmt::format("the address has bits beyond its first {}", network->prefix));
    }
    out = *network;
    return true;
}

Json Codec<Network>::echo(const Network& network) {
    const std::uint32_t all = network.address;
    return fmt::format("{}.{}.{}.{}/{}", all >> 24U, all >> 16U & 255U, all >> 8U & 255U,
                       all & 255U, network.prefix);
}

Type Codec<Network>::type(Types&) {
    return text_type("network", R"(^[0-9]{1,3}(\.[0-9]{1,3}){3}(/[0-9]{1,2})?$)");
}

Network Codec<Network>::random(Random& random, const Network&, const Limits<Unordered>&) {
    const auto prefix = static_cast<std::uint32_t>(8 + random.below(25));
    return {10U << 24U, prefix};
}

template struct Codec<KeyChoice>;
template struct Codec<Population>;

}  // namespace models::spec
