// A few hot items that get most of the requests; the rest share what is left.
#pragma once

#include <tuple>

#include "models/keys/key_law.h"
#include "models/spec/declaration/spec.h"

namespace models {

class HotSetKeys final : public KeyLaw {
public:
    struct Spec {
        static constexpr std::string_view kind = "hot_set";
        static constexpr std::string_view doc =
            "A few hot items get most of the requests; the others share the rest evenly.";
        std::uint64_t count = 1000;
        std::uint64_t hot = 10;
        sim::Fraction share{0.9};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("count", &Spec::count, at_least(1u), "Number of items."),
                param("hot", &Spec::hot, at_least(1u), "Number of hot items."),
                param("share", &Spec::share, "Share of requests that are about a hot item.")};
        }
        void check(spec::Check& check) const {
            check.that(hot <= count, "hot", "hot is above count");
        }
    };

    explicit HotSetKeys(const Spec& spec) : spec_(spec) {}
    std::uint64_t pick(sim::Draws& draws, std::uint64_t) const override {
        if (spec_.hot == spec_.count || draws.chance(spec_.share.value)) {
            return draws.below(spec_.hot);
        }
        return spec_.hot + draws.below(spec_.count - spec_.hot);
    }

private:
    Spec spec_;
};

}  // namespace models
