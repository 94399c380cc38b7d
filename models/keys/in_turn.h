// One item after another, round and round: a scan, which no cache smaller than it survives.
#pragma once

#include <tuple>

#include "models/keys/key_law.h"
#include "models/spec/declaration/spec.h"

namespace models {

class KeysInTurn final : public KeyLaw {
public:
    struct Spec {
        static constexpr std::string_view kind = "in_turn";
        static constexpr std::string_view doc = "One item after another, round and round: a scan.";
        std::uint64_t count = 1000;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("count", &Spec::count, at_least(1u), "Number of items.")};
        }
    };

    explicit KeysInTurn(const Spec& spec) : count_(spec.count) {}
    std::uint64_t pick(sim::Draws&, std::uint64_t number) const override { return number % count_; }

private:
    std::uint64_t count_;
};

}  // namespace models
