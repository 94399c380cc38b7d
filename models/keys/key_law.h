// Which item a request is about: how popular items are.
//
// Items are numbered from the most popular one, 0, where there is such an order.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/rng.h"

namespace models {

class KeyLaw {
public:
    static constexpr std::string_view family = "keys";
    static constexpr std::string_view family_doc = "Which item a request is about.";

    virtual ~KeyLaw() = default;

    // The same for all, for which nothing is drawn.
    virtual bool is_constant() const { return false; }

    // Of the client's request of this number; drawn from the request's own stream.
    virtual std::uint64_t pick(sim::Draws& draws, std::uint64_t number) const = 0;
};

}  // namespace models
