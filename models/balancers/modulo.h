// A hash modulo the number of backends: nginx's `hash KEY` (ngx_http_upstream_hash_module.c).
//
// With another number of backends nearly every key goes elsewhere: of 4 to 5 backends four keys in
// five. nginx takes 15 bits of a CRC-32, as Cache::Memcached does. When a backend takes no requests
// the key is hashed again with the number of the try before it, up to 20 times; after that it takes
// turns.
#pragma once

#include <string_view>
#include <tuple>

#include "models/balancers/balancer.h"
#include "models/balancers/configured_peers.h"
#include "models/balancers/hashing.h"
#include "models/balancers/weighted_round_robin.h"
#include "models/context.h"

namespace models {

class Modulo final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "modulo";
        static constexpr std::string_view doc =
            "A hash modulo the total weight of the backends (nginx's hash).";
        HashOn on = HashOn::key;
        bool places_by_hash() const { return true; }
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("on", &Spec::on, "What of a request is hashed.")};
        }
    };

    Modulo(const Spec& spec, const Context& context)
        : hashed_(spec.on, context), turns_({}, context) {}

    Wants wants() const override { return {.keys = true}; }
    std::uint64_t key(const Request& request) const override { return hashed_.of(request); }
    void changed(const Roster& roster) override;
    std::size_t pick(std::span<const Candidate> candidates, const Request& request) override;

    // What it says of a text.
    std::optional<std::size_t> pick(std::string_view key) const;

private:
    template <class Key>
    std::optional<std::size_t> find(const Key& key) const;

    HashedValue hashed_;
    ConfiguredPeers peers_;
    WeightedRoundRobin turns_;
};

}  // namespace models
