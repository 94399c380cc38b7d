// Every backend draws a lot with the key, and the highest wins: rendezvous hashing.
//
// Thaler and Ravishankar, "Using name-based mappings to increase hit rates" (1998); weights as in
// Schindelhauer and Schomaker, "Weighted distributed hash tables" (2005): the lot is
// -weight / log(u). Nothing is kept, and a key moves only when its winner goes or a better one
// comes; each pick asks all.
#pragma once

#include <string_view>
#include <tuple>
#include <vector>

#include "models/balancers/balancer.h"
#include "models/balancers/hashing.h"
#include "models/context.h"

namespace models {

class Rendezvous final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "rendezvous";
        static constexpr std::string_view doc =
            "Consistent hashing: the backend whose hash with the key is the highest.";
        HashOn on = HashOn::key;
        bool places_by_hash() const { return true; }
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("on", &Spec::on, "What of a request is hashed.")};
        }
    };

    Rendezvous(const Spec& spec, const Context& context) : hashed_(spec.on, context) {}

    Wants wants() const override { return {.keys = true}; }
    std::uint64_t key(const Request& request) const override { return hashed_.of(request); }
    void changed(const Roster& roster) override;
    std::size_t pick(std::span<const Candidate> candidates, const Request& request) override;

private:
    std::size_t highest(std::uint64_t key) const;
    std::size_t highest_weighted(std::span<const Candidate> candidates, std::uint64_t key) const;

    HashedValue hashed_;
    bool weighted_ = false;
    std::vector<std::uint64_t> names_;  // hashed
};

}  // namespace models
