// A table in which every backend has nearly the same number of entries: Maglev hashing.
//
// Eisenbud et al., "Maglev: a fast and reliable software network load balancer" (NSDI 2016), with
// weights as in Envoy (maglev_lb.cc): backends in the order of their names take turns to claim the
// next free entry of their own permutation. When one goes, most entries of the others stay: more
// even than a ring, slightly less steady.
#pragma once

#include <string_view>
#include <tuple>
#include <vector>

#include "models/balancers/balancer.h"
#include "models/balancers/hashing.h"
#include "models/context.h"
#include "models/spec/declaration/spec.h"

namespace models {

class Maglev final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "maglev";
        static constexpr std::string_view doc =
            "Consistent hashing by a table in which every backend has nearly as many entries.";
        HashOn on = HashOn::key;
        std::uint32_t table_size = 65537;
        bool places_by_hash() const { return true; }
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("on", &Spec::on, "What of a request is hashed."),
                param("table_size", &Spec::table_size, at_least(2u), at_most(5000011u),
                      "Entries of the lookup table, a prime number. With 100 times as many entries "
                      "as backends, shares of the backends differ by at most 1 %.")};
        }
        void check(spec::Check& check) const;
    };

    Maglev(const Spec& spec, const Context& context) : spec_(spec), hashed_(spec.on, context) {}

    Wants wants() const override { return {.keys = true}; }
    std::uint64_t key(const Request& request) const override { return hashed_.of(request); }
    void changed(const Roster& roster) override;

    std::size_t pick(std::span<const Candidate>, const Request& request) override {
        return table_[xxhash64(hashed_.of(request)) % table_.size()];
    }

    // Whose each entry is, among the candidates.
    std::span<const std::uint32_t> table() const { return table_; }

private:
    Spec spec_;
    HashedValue hashed_;
    std::vector<std::uint32_t> table_;
};

}  // namespace models
