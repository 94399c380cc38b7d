// Where locks are taken under leases: what a step calls (steps/lock.h).
#pragma once

namespace models {

class Service;

class Lockable {
public:
    // Of the lock named by the request's key; answered when it is held, with the lease's token as
    // the version.
    virtual Service& acquire() = 0;
    // Of the lease that the request is in.
    virtual Service& release() = 0;

protected:
    ~Lockable() = default;
};

}  // namespace models
