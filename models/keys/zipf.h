// Popularity as it is found everywhere: the k-th most popular item is asked for in proportion to
// k^-exponent.
//
// Breslau et al., "Web caching and Zipf-like distributions: evidence and implications" (1999):
// exponents of 0.64 to 0.83 for pages; YCSB's default is 0.99.
#pragma once

#include <tuple>

#include "models/keys/key_law.h"
#include "models/spec/declaration/spec.h"
#include "sim/zipf.h"

namespace models {

class ZipfKeys final : public KeyLaw {
public:
    struct Spec {
        static constexpr std::string_view kind = "zipf";
        static constexpr std::string_view doc =
            "The k-th most popular item is asked for in proportion to k^-exponent.";
        std::uint64_t count = 10000;
        double exponent = 1;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("count", &Spec::count, at_least(1u), at_most(std::uint64_t{1} << 52U),
                      "Number of items."),
                param("exponent", &Spec::exponent, at_least(0.0), at_most(10.0),
                      "Skew: with 0 all items are equally popular; web traffic has about 0.6 "
                      "to 1.")};
        }
    };

    explicit ZipfKeys(const Spec& spec) : zipf_({spec.count, spec.exponent}) {}
    std::uint64_t pick(sim::Draws& draws, std::uint64_t) const override {
        return zipf_.sample(draws) - 1;
    }

private:
    sim::Zipf zipf_;
};

}  // namespace models
