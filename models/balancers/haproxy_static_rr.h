// Weighted turns from a map made once: HAProxy's `balance static-rr` (lb_map.c).
#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/balancers/haproxy_map.h"
#include "models/context.h"

namespace models {

class HaproxyStaticRr final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "haproxy_static_rr";
        static constexpr std::string_view doc =
            "Each backend in turn by its weight, from a map that is made once (HAProxy's balance "
            "static-rr).";
        static constexpr auto params() { return std::tuple{}; }
    };

    HaproxyStaticRr(const Spec&, const Context&) {}

    Wants wants() const override { return {.when_full = WhenFull::again}; }
    void changed(const Roster& roster) override { map_ = haproxy_map(roster.servable); }
    std::size_t pick(std::span<const Candidate>, const Request&) override {
        if (next_ >= map_.size()) next_ = 0;
        return map_[next_++];
    }

private:
    std::vector<std::uint32_t> map_;
    std::size_t next_ = 0;
};

}  // namespace models
