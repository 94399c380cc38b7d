// Where locks are taken under leases: what a step calls (steps/lock.h).
#pragma once

#include <cstdint>

#include "models/transactional.h"

namespace models {

class Instance;
class Service;

class Lockable {
public:
    // Of the lock named by the request's key; answered when it is held, with the lease's token as
    // the version.
    virtual Service& acquire() = 0;
    // Of the lease that the request is in.
    virtual Service& release() = 0;

    // Whoever takes himself for the holder of a lease, and renews it from now on until he stops:
    // after each such share of its time, by a message.
    struct Holder {
        FencingToken token;
        std::uint64_t lock;
        Instance& process;     // that holds it: while it stands still it renews nothing
        std::uint32_t caller;  // its number
        double share;
    };
    virtual void keep_alive(const Holder& holder) = 0;
    virtual void stop(FencingToken token) = 0;

protected:
    ~Lockable() = default;
};

}  // namespace models
