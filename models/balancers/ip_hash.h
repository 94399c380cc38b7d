// The sender's network decides: nginx's ip_hash (ngx_http_upstream_ip_hash_module.c).
//
// Of an IPv4 address only the first three octets count, so a whole /24, or all that a NAT hides,
// goes to one backend. When that one takes no requests the octets are hashed again from where the
// hash stands, up to 20 times; after that it takes turns.
#pragma once

#include <string_view>
#include <tuple>

#include "models/balancers/balancer.h"
#include "models/balancers/configured_peers.h"
#include "models/balancers/weighted_round_robin.h"
#include "models/context.h"

namespace models {

class IpHash final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "ip_hash";
        static constexpr std::string_view doc =
            "The same backend for the first three octets of the sender's address (nginx).";
        static constexpr auto params() { return std::tuple{}; }
        bool places_by_hash() const { return true; }
    };

    IpHash(const Spec&, const Context& context) : turns_({}, context) {}

    Wants wants() const override { return {.keys = true}; }
    std::uint64_t key(const Request& request) const override { return request.address >> 8; }
    void changed(const Roster& roster) override;
    std::size_t pick(std::span<const Candidate> candidates, const Request& request) override;

private:
    ConfiguredPeers peers_;
    WeightedRoundRobin turns_;
};

}  // namespace models
