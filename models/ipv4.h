// An IPv4 address, as flow logs and firewalls have it: "10.0.3.7".
#pragma once

#include <cstdint>

#include "models/spec/declaration/codec.h"

namespace models {

struct Ipv4 {
    std::uint32_t bits = 0;  // in host order
    auto operator<=>(const Ipv4&) const = default;
};

std::string text_of(const Ipv4& address);

}  // namespace models

namespace models::spec {

template <>
struct Codec<Ipv4> : Leaf<Ipv4> {
    static bool parse(const Cursor& cursor, Ipv4& out);
    static Json echo(const Ipv4& address) { return text_of(address); }
    static Type type(Types&) { return text_type("IPv4 address", "^[0-9]+(\\.[0-9]+){3}$"); }
    static Ipv4 random(Random& random, const Ipv4&, const LimitsOf<Ipv4>&);
};

}  // namespace models::spec
