// Adaptive LIFO: first come, first served, until the line is long; then the newest first.
//
// Maurer, "Fail at scale", ACM Queue 13(8), 2015: in overload the oldest have waited so long that
// their users are gone, and first come, first served would work for them alone. HHVM's
// Server.ThreadJobLIFOSwitchThreshold. Those at the back wait until the line is short again, their
// deadline comes, or another rule sends them away.
#pragma once

#include <tuple>

#include "models/shedding/shedder.h"
#include "models/spec/declaration/spec.h"

namespace models {

class AdaptiveLifo final : public Shedder {
public:
    struct Spec {
        static constexpr std::string_view kind = "adaptive_lifo";
        static constexpr std::string_view doc =
            "Adaptive LIFO: the newest request first while the queue is long, the oldest first "
            "while it is short.";
        std::uint32_t switch_threshold = 10;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("switch_threshold", &Spec::switch_threshold,
                                    "Length of the queue above which the newest request goes "
                                    "first. With 0 it is always last in, first out.")};
        }
    };

    AdaptiveLifo(const Spec& spec, std::uint64_t) : switch_threshold_(spec.switch_threshold) {}

    bool newest_first(std::size_t waiting) const override { return waiting > switch_threshold_; }

private:
    std::uint32_t switch_threshold_;
};

}  // namespace models
