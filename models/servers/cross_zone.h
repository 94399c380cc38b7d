// What it costs to be called from another availability zone. How long it takes is its link's
// (models/network).
#pragma once

#include <array>
#include <string_view>
#include <tuple>

#include "models/spec/declaration/spec.h"

namespace models {

struct CrossZoneSpec {
    static constexpr std::string_view name = "cross_zone";
    static constexpr std::string_view doc = "What calls between instances in different zones cost.";
    double usd_per_gib = 0;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{param("usd_per_gib", &CrossZoneSpec::usd_per_gib, at_least(0.0),
                                at_most(1e6), "US dollars a GiB, for requests and answers.")};
    }
    static constexpr auto gone() {
        return std::array{spec::Gone{
            "latency",
            "it is the link's: \"network\": {\"across_zones\": {\"latency\": \"1ms\"}}"}};
    }
};

}  // namespace models
