// A region is dark: every instance that stands in one of its zones, of every node, and every
// machine of a cluster.
#pragma once

#include "models/failures/zone_outage.h"

namespace models {

class RegionOutage final : public PlaceOutage {
public:
    struct Spec : Outage {
        static constexpr std::string_view kind = "region_outage";
        static constexpr std::string_view doc =
            "All that stands in a region is down: instances of every node, and machines of "
            "clusters with what is placed on them. Users and their links are not.";
        static constexpr Abilities needs{};  // whatever stands in a region can lose it
        static constexpr auto params() {
            return std::tuple_cat(
                std::tuple{spec::required("region", &Spec::region, "Which of the network's.")},
                when_params<Spec>());
        }
        void check(spec::Check& check) const { check_when(check); }
    };

    RegionOutage(const Spec&, std::uint64_t) {}
};

}  // namespace models
