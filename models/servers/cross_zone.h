// What it takes to be called from another availability zone: time, and money for the bytes.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/spec.h"

namespace models {

struct CrossZoneSpec {
    static constexpr std::string_view name = "cross_zone";
    static constexpr std::string_view doc =
        "What calls between instances in different zones take and cost.";
    spec::Distribution<sim::Duration> latency;
    double usd_per_gib = 0;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{param("latency", &CrossZoneSpec::latency, "One way."),
                          param("usd_per_gib", &CrossZoneSpec::usd_per_gib, at_least(0.0),
                                at_most(1e6), "For what is sent and answered.")};
    }
};

}  // namespace models
