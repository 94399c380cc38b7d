// All about one item: the last ticket, the one account.
#pragma once

#include <tuple>

#include "models/keys/key_law.h"
#include "models/spec/declaration/spec.h"

namespace models {

class SingleKey final : public KeyLaw {
public:
    struct Spec {
        static constexpr std::string_view kind = "single";
        static constexpr std::string_view doc = "All requests are about the same item.";
        std::uint64_t key = 0;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("key", &Spec::key, "Number of the item.")};
        }
    };

    explicit SingleKey(const Spec& spec) : key_(spec.key) {}
    bool is_constant() const override { return true; }
    std::uint64_t pick(sim::Draws&, std::uint64_t) const override { return key_; }

private:
    std::uint64_t key_;
};

}  // namespace models
