// How some instances of a node differ from the others, by their numbers:
//
//     "instances": {"0": {"speed": 0.5, "address": "10.0.0.7"}, "3-5": {"speed": 2, "zone": "b"}}
//
// A place among a node's instances keeps its differences whoever takes it: an older machine, or a
// rack in another zone. Kinds that have them declare `instances` with instances_param().
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "models/ipv4.h"
#include "models/spec/declaration/spec.h"
#include "models/zone_name.h"

namespace models {

struct InstanceDifference {
    static constexpr std::string_view name = "instance_difference";
    static constexpr std::string_view doc = "Differences of some of the instances.";
    double speed = 1;
    std::optional<spec::Distribution<double>> work_factor;
    std::optional<ZoneName> zone;
    std::optional<Ipv4> address;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("speed", &InstanceDifference::speed, above(0.0), at_most(1000.0),
                  "Speed of each core, as a factor: at 0.5 the same work takes twice as long."),
            param("work_factor", &InstanceDifference::work_factor,
                  "Factor on the time of each piece of work there, drawn anew for each: {\"kind\": "
                  "\"lognormal\", \"mean\": 1, \"p99\": 3}. Without it the factor is 1."),
            param("zone", &InstanceDifference::zone,
                  "Zone of the instance: by name in the network, or by number among `zones`. "
                  "Without it zones are assigned in turn."),
            param("address", &InstanceDifference::address,
                  "Its address in flow logs (\"10.0.3.7\"). Without it, it gets one of its zone.")};
    }
};

// "3", or "3-5" with both ends.
struct InstanceNumbers {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    bool has(std::uint32_t number) const { return first <= number && number <= last; }
};

inline std::optional<InstanceNumbers> instance_numbers(std::string_view text) {
    InstanceNumbers numbers;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, numbers.first);
    if (error != std::errc()) return std::nullopt;
    numbers.last = numbers.first;
    if (rest == end) return numbers;
    if (*rest != '-') return std::nullopt;
    const auto [over, wrong] = std::from_chars(rest + 1, end, numbers.last);
    if (wrong != std::errc() || over != end || numbers.last < numbers.first) return std::nullopt;
    return numbers;
}

using InstanceDifferences = spec::Named<InstanceDifference>;

// That of this instance; null: it is like all others. The names are sound.
inline const InstanceDifference* difference_of(const InstanceDifferences& all,
                                               std::uint32_t number) {
    for (const auto& [numbers, difference] : all) {
        if (instance_numbers(numbers)->has(number)) return &difference;
    }
    return nullptr;
}

constexpr auto instances_param(auto member) {
    return spec::param("instances", member,
                       "Differences of single instances, by number from 0 or range of numbers: "
                       "{\"0\": {\"speed\": 0.5}, \"3-5\": {\"zone\": \"b\"}}.");
}

// Its cores' speed; 1 for one that is like all others.
double speed_of(const InstanceDifferences& all, std::uint32_t number);

// Complains of names that are no numbers, an instance that has two, and what one cannot have. An
// instance from `most` on is never there; none: nobody knows how many come.
void check_differences(spec::Check& check, const InstanceDifferences& all,
                       std::optional<std::uint32_t> most);

// The same of a store's machines, each of which works as all others do, but for its speed.
void check_members(spec::Check& check, const InstanceDifferences& all, std::uint32_t count);

}  // namespace models
