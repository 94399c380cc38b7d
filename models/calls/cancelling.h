// While one of these lives, what a caller lets go of ends: the callee hears of it and stops.
//
// Otherwise a callee works on for a caller that has gone (outbound.h). The news takes no time,
// however far away the callee is.
#pragma once

#include <utility>

#include "models/context.h"

namespace models {

class Cancelling {
public:
    explicit Cancelling(World& world)
        : world_(world), before_(std::exchange(world.cancelling, true)) {}
    Cancelling(const Cancelling&) = delete;
    Cancelling& operator=(const Cancelling&) = delete;
    ~Cancelling() { world_.cancelling = before_; }

private:
    World& world_;
    bool before_;
};

}  // namespace models
