// A visit that waits for a thread of its instance.
#pragma once

#include "models/blocks/call.h"
#include "sim/link.h"

namespace models {

struct WaitingVisit : sim::Link<WaitingVisit> {
    explicit WaitingVisit(Call& of) : call(of) {}
    Call& call;
};

}  // namespace models
