// Every item as often as any other.
#pragma once

#include <tuple>

#include "models/keys/key_law.h"
#include "models/spec/declaration/spec.h"

namespace models {

class UniformKeys final : public KeyLaw {
public:
    struct Spec {
        static constexpr std::string_view kind = "uniform";
        static constexpr std::string_view doc = "Every item as often as any other.";
        std::uint64_t count = 1000;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("count", &Spec::count, at_least(1u), "Number of items.")};
        }
    };

    explicit UniformKeys(const Spec& spec) : count_(spec.count) {}
    std::uint64_t pick(sim::Draws& draws, std::uint64_t) const override {
        return draws.below(count_);
    }

private:
    std::uint64_t count_;
};

}  // namespace models
