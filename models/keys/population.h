// Who sends, and what their requests carry: the attributes that balancers, caches, limits, shards
// and flags decide by.
//
// What belongs to a person (segment, locale, address) is drawn from the person's own stream and
// never changes; what belongs to a request (item, write, size) from the request's. So the same
// users send the same requests whatever the system does with them.
#pragma once

#include <string>
#include <tuple>

#include "models/keys/keys.h"
#include "models/spec/declaration/named.h"
#include "models/spec/declaration/spec.h"

namespace models {

struct Segment {
    static constexpr std::string_view name = "segment";
    static constexpr std::string_view doc = "A kind of user: premium, admin, free.";
    double weight = 1;
    std::int32_t priority = 0;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{param("weight", &Segment::weight, at_least(0.0), at_most(1e9),
                                "Weight: number of people, against the others."),
                          param("priority", &Segment::priority, at_least(-1000), at_most(1000),
                                "Priority of their requests; higher goes first.")};
    }
};

struct Locale {
    static constexpr std::string_view name = "locale";
    static constexpr std::string_view doc = "Where people are, or the language they speak.";
    double weight = 1;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{param("weight", &Locale::weight, at_least(0.0), at_most(1e9),
                                "Weight: number of people, against the others.")};
    }
};

// "10.0.0.0/8": IPv4 addresses that share so many leading bits.
struct Network {
    std::uint32_t address = 10U << 24U;
    std::uint32_t prefix = 8;
    bool operator==(const Network&) const = default;
};

struct Population {
    static constexpr std::string_view name = "population";
    static constexpr std::string_view doc = "Who sends, and what their requests carry.";
    std::uint32_t people = 0;
    spec::Named<Segment> segments;
    spec::Named<Locale> locales;
    Network network;
    std::uint32_t people_per_address = 1;
    KeyChoice keys;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("people", &Population::people,
                  "Number of distinct people, of whom some are active at a time (daily users). "
                  "With 0 (the default) every user, or every request of a client without users, is "
                  "somebody else."),
            param("segments", &Population::segments, "Kinds of users, by name."),
            param("locales", &Population::locales, "Locales of users, by name."),
            param("network", &Population::network, "Their IPv4 addresses, as \"10.0.0.0/8\"."),
            param("people_per_address", &Population::people_per_address, at_least(1u),
                  "Users who share one address (NAT): a school, an office, a mobile network."),
            param("keys", &Population::keys, "Which item a request is about.")};
    }
    void check(spec::Check& check) const;
};

}  // namespace models

namespace models::spec {

template <>
struct Codec<Network> : Leaf<Network> {
    static bool parse(const Cursor& cursor, Network& out);
    static Json echo(const Network& network);
    static Type type(Types& types);
    static Network random(Random& random, const Network& around, const Limits<Unordered>&);
};

// Compiled once, in population.cpp.
extern template struct Codec<Population>;

}  // namespace models::spec
