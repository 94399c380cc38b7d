// The fewest connections per weight as HAProxy's `balance leastconn` counts them (lb_fwlc.c).
//
// A server's key is (connections + 1) / weight, but 0 when it is idle: idle servers take turns
// whatever their weights. Of equal keys the one that has had its key longer is first.
#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/balancers/balancer.h"
#include "models/context.h"

namespace models {

class HaproxyLeastconn final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "haproxy_leastconn";
        static constexpr std::string_view doc =
            "The backend with the fewest connections per weight; idle ones take turns (HAProxy's "
            "balance leastconn).";
        static constexpr auto params() { return std::tuple{}; }
    };

    HaproxyLeastconn(const Spec&, const Context&) {}

    Wants wants() const override { return {.loads = true, .when_full = WhenFull::passed}; }
    void changed(const Roster& roster) override;
    void loaded(std::span<const Candidate> candidates, std::size_t index) override;
    std::size_t pick(std::span<const Candidate> candidates, const Request&) override {
        const auto has_room = [&](const Entry& each) { return !candidates[each.server].is_full; };
        const auto found = std::ranges::find_if(tree_, has_room);
        return found == tree_.end() ? tree_.begin()->server : found->server;
    }

private:
    struct Entry {
        std::int64_t key;
        std::uint64_t order;
        std::uint32_t server;
        auto operator<=>(const Entry&) const = default;
    };
    static std::int64_t key(const Candidate& candidate);

    std::set<Entry> tree_;
    std::vector<std::set<Entry>::iterator> entries_;  // by index
    std::uint64_t orders_ = 0;
};

}  // namespace models
