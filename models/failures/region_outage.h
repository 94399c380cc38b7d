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
            "Region outage: instances of every node in the region are down, and machines of "
            "clusters there with their pods. Users and their links are not affected.";
        static constexpr FailureClass failure_class = FailureClass::correlated;
        static constexpr bool takes_away = true;
        static constexpr Abilities needs{};  // whatever stands in a region can lose it
        static constexpr auto params() {
            return std::tuple_cat(std::tuple{spec::required("region", &Spec::region,
                                                            "Name of the region in the network.")},
                                  when_params<Spec>());
        }
        void check(spec::Check& check) const { check_when(check); }
    };

    RegionOutage(const Spec&, std::uint64_t) {}
};

}  // namespace models
