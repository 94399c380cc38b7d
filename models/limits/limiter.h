// Whether a request may pass now, by how many have lately: arithmetic on time, with no clock and no
// scheduler in it. Who waits, and what happens to those that may not pass, is the caller's
// business.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/time.h"

namespace models {

struct Permission {
    bool granted = true;
    sim::Duration wait{};  // before the request goes on, or before it is turned away
};

class Limiter {
public:
    static constexpr std::string_view family = "limiters";
    static constexpr std::string_view family_doc =
        "Algorithms of rate limiting: how many requests may pass in a period.";

    virtual ~Limiter() = default;

    // Asks for `permits` at once; what is not granted is not counted.
    virtual Permission ask(sim::Time now, std::uint32_t permits) = 0;

    // As good as new: to forget this limiter and make another would change no later answer.
    virtual bool at_rest(sim::Time now) const = 0;
};

}  // namespace models
